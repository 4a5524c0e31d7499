import { type Clock, errorFields, type Log, slept, unlessAborted, isPlainObject } from "../../lib/index.ts";
import type { LinkState } from "../provider.ts";
import { loggedOut } from "./failures.ts";
import { type Envelope } from "./wire.ts";

/**
 * Socket Mode: Slack's deliveries over a WebSocket that we open. Bolt tells Slack that it has an event before any
 * handler runs, and its socket waits five seconds at each of Slack's refreshes and reconnects on its own account,
 * beside the link keeper. So the socket is ours: an envelope is acknowledged once it is stored, a refresh leaves the
 * old connection open until the next one is granted, and whatever else happens ends the link. At no time are two
 * connections open: Slack gives each event to one of them.
 */

/** From opening the socket to Slack's hello. */
const helloMs = 20_000;
/** Slack takes no more than ten sockets of an app: others must close before ours can open. */
const crowdedPauseMs = 60_000;

export interface SocketParts {
  readonly account: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Ends it: nothing is taken or told after that. */
  readonly signal: AbortSignal;
  /** Asks Slack for the address of one connection. Its rejections end the run. */
  readonly grant: () => Promise<string>;
  /** True once what came is stored, or is none of ours: only then is it acknowledged. */
  readonly take: (envelope: Envelope) => Promise<boolean>;
  /** Slack said hello: now, and after every refresh. */
  readonly onHello: () => void;
}

/** How one connection ended. */
type Ending =
  | { readonly kind: "refresh"; readonly address: string }
  | { readonly kind: "over"; readonly words: LinkState }
  | { readonly kind: "failed"; readonly error: unknown };

/** What Bun's WebSocket can do beyond the browsers': pings, whose pongs are events, and an end without words. */
interface BunSocket extends WebSocket {
  ping(): void;
  terminate(): void;
}

export class SocketMode {
  readonly #parts: SocketParts;
  #socket: BunSocket | undefined;

  constructor(parts: SocketParts) {
    this.#parts = parts;
  }

  /** The link's last words. Rejects with the signal's reason, or with what the grant rejected with. */
  async run(): Promise<LinkState> {
    let address = await this.#parts.grant();
    for (;;) {
      this.#parts.signal.throwIfAborted();
      const ending = await this.#live(address);
      if (ending.kind === "over") return ending.words;
      if (ending.kind === "failed") throw ending.error;
      address = ending.address;
    }
  }

  /** A round trip over the connection that is open now. */
  async probe(signal: AbortSignal): Promise<void> {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) throw new Error("the connection to Slack is not open");
    const answered = Promise.withResolvers<void>();
    const done = new AbortController();
    const hear = () => answered.resolve();
    const lose = () => answered.reject(new Error("the connection to Slack was closed"));
    const target: EventTarget = socket;
    target.addEventListener("pong", hear, { signal: done.signal });
    target.addEventListener("close", lose, { signal: done.signal });
    try {
      socket.ping();
      await unlessAborted(answered.promise, signal);
    } finally {
      done.abort();
    }
  }

  async #live(address: string): Promise<Ending> {
    const { signal, clock } = this.#parts;
    const socket = new WebSocket(address) as BunSocket;
    const ended = Promise.withResolvers<Ending>();
    const over = new AbortController();
    const lose = (reason: string) => ended.resolve({ kind: "over", words: { kind: "lost", reason } });
    const greeted = new AbortController();
    void slept(clock, helloMs, AbortSignal.any([over.signal, greeted.signal])).then(
      (isLate) => isLate && lose(`Slack did not say hello within ${helloMs / 1000} s`),
    );
    const desk = { socket, ended, greeted, isRefreshing: false };
    const listening = { signal: over.signal };
    socket.addEventListener("message", ({ data }) => this.#hear(data, desk), listening);
    const leave = () => {
      if (!desk.isRefreshing) lose("the connection to Slack was closed");
    };
    socket.addEventListener("close", leave, listening);
    socket.addEventListener("error", leave, listening);
    this.#socket = socket;
    try {
      return await unlessAborted(ended.promise, signal);
    } finally {
      over.abort();
      greeted.abort();
      this.#socket = undefined;
      // Not closed with words, for a dead peer would answer none.
      socket.terminate();
    }
  }

  #hear(text: unknown, desk: Desk): void {
    const heard = parsed(text);
    if (!heard) return;
    if (heard["type"] === "hello") {
      desk.greeted.abort();
      return this.#parts.onHello();
    }
    if (heard["type"] === "disconnect") return this.#turnAway(String(heard["reason"]), desk);
    this.#deliver(heard, desk).catch((error: unknown) => desk.ended.resolve({ kind: "failed", error }));
  }

  /** Acknowledged on the connection that it came on, and never when it could not be stored: it comes again then. */
  async #deliver(heard: Readonly<Record<string, unknown>>, { socket }: Desk): Promise<void> {
    const id = heard["envelope_id"];
    if (typeof id !== "string") return;
    const envelope = envelopeOf(heard);
    if (envelope && !(await this.#parts.take(envelope))) return;
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ envelope_id: id }));
  }

  #turnAway(reason: string, desk: Desk): void {
    const { log, account, grant } = this.#parts;
    log.debug("socket.turned-away", { account, reason: /^\w{1,40}$/.test(reason) ? reason : "unknown" });
    if (reason === "link_disabled") return desk.ended.resolve({ kind: "over", words: switchedOff });
    if (reason === "too_many_websockets") return desk.ended.resolve({ kind: "over", words: crowded });
    if (desk.isRefreshing) return;
    desk.isRefreshing = true;
    grant().then(
      (address) => desk.ended.resolve({ kind: "refresh", address }),
      (error: unknown) => {
        log.debug("socket.not-refreshed", { account, ...errorFields(error) });
        desk.ended.resolve({ kind: "failed", error });
      },
    );
  }
}

interface Desk {
  readonly socket: WebSocket;
  readonly ended: PromiseWithResolvers<Ending>;
  readonly greeted: AbortController;
  /** Slack closes the connection any moment now, and that is no loss. */
  isRefreshing: boolean;
}

const switchedOff = loggedOut(
  "Socket Mode is switched off for the app: switch it on at api.slack.com/apps, or set mode to http",
);
const crowded: LinkState = {
  kind: "lost",
  reason: "ten connections with this app token are open already: something else uses it",
  retryAfterMs: crowdedPauseMs,
};

function parsed(text: unknown): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = typeof text === "string" ? JSON.parse(text) : undefined;
    return isPlainObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined for a kind that nobody knows. */
function envelopeOf({
  type,
  payload,
  retry_attempt: retries,
}: Readonly<Record<string, unknown>>): Envelope | undefined {
  if (type !== "events_api" && type !== "slash_commands" && type !== "interactive") return undefined;
  if (!isPlainObject(payload)) return undefined;
  return { type, payload, retries: typeof retries === "number" ? retries : 0 };
}
