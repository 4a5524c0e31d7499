import { CloseCodes, type SessionInfo, WebSocketManager, WebSocketShardEvents } from "@discordjs/ws";
import {
  type APIGatewayBotInfo,
  GatewayDispatchEvents,
  GatewayIntentBits,
  GatewayOpcodes,
  type GatewayDispatchPayload,
} from "discord-api-types/v10";
import { type Clock, slept, unlessAborted } from "../../lib/index.ts";
import type { KeptSession } from "./session-record.ts";
import { cut, CuttableShards } from "./shards.ts";

/** What the gateway told, with the number under which it tells it again. */
export interface Dispatched {
  readonly sessionId: string;
  readonly payload: GatewayDispatchPayload;
}

export interface GatewayParts {
  readonly clock: Clock;
  readonly token: string;
  readonly information: APIGatewayBotInfo;
  /** Takes the place of every address that Discord names. */
  readonly gatewayUrl: string | undefined;
  readonly readsContent: boolean;
  /** The session of an earlier link, to go on with. */
  readonly session: KeptSession | undefined;
  /** A session began, or goes on. */
  readonly live: () => void;
  /** Called in the order of the gateway, also for READY. */
  readonly dispatched: (dispatched: Dispatched) => void;
  /** The highest number up to which everything was taken; Discord hears no higher one. */
  readonly taken: () => number;
  /** Another session: its numbers count from this one. */
  readonly began: (sessionId: string, sequence: number) => void;
  /** Discord knows the session no more. */
  readonly forgotten: () => void;
  /** A closing with this code; the link says whether it was the last. */
  readonly closed: (code: number) => void;
  /** The connection could not be had, or broke again before it was of use. */
  readonly failed: (reason: string) => void;
  readonly debug: (message: string) => void;
}

/** Closings in a row, without a session in between, after which another link has to begin anew. */
const closingsMax = 2;
const handshakeMs = 20_000;
const helloMs = 20_000;
const readyMs = 30_000;
/** A connection that does not close within this time is cut. */
const closeMs = 2000;

/**
 * The gateway through discord.js' client of it, which beats, resumes and identifies. It may resume by itself, twice in
 * a row at most; whatever is beyond that ends in `failed`. What it tells Discord it has got is what was stored.
 */
export class Gateway implements Disposable {
  readonly #parts: GatewayParts;
  readonly #manager: WebSocketManager;
  #shards: CuttableShards | undefined;
  readonly #pulses = new Set<() => void>();
  #session: SessionInfo | null = null;
  #isOver = false;
  #isLive = false;
  #wasLive = false;
  #sawHello = false;
  #closings = 0;
  /** The number of the session's first event. */
  #first = 0;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    const { information, gatewayUrl, session: kept } = parts;
    const url = gatewayUrl ?? information.url;
    this.#session = kept ? sessionOf(kept) : null;
    if (kept) parts.began(kept.sessionId, kept.sequence + 1);
    this.#manager = new WebSocketManager({
      token: parts.token,
      intents: parts.readsContent ? intentsWithContent : usualIntents,
      shardCount: 1,
      shardIds: [0],
      buildStrategy: (manager) => {
        this.#shards = new CuttableShards(manager);
        return this.#shards;
      },
      // It is only for asking where the gateway is, which is known.
      rest: undefined as never,
      handshakeTimeout: handshakeMs,
      helloTimeout: helloMs,
      readyTimeout: readyMs,
      retrieveSessionInfo: () => this.#sessionToTell(),
      updateSessionInfo: (_shard, session) => this.#keep(session),
    });
    this.#manager.fetchGatewayInformation = () => Promise.resolve({ ...information, url });
    this.#listen();
  }

  open(): void {
    this.#manager.connect().catch((error: unknown) => {
      if (!this.#isOver) this.#parts.failed(`the gateway cannot be opened (${nameOf(error)})`);
    });
  }

  /** A beat and its answer. Rejects when there is no session, or with the signal's reason. */
  async probe(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#isOver || !this.#isLive) throw new Error("the gateway is not connected");
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#pulses.add(resolve);
    try {
      const beat = this.#manager.send(0, { op: GatewayOpcodes.Heartbeat, d: this.#parts.taken() });
      await unlessAborted(Promise.all([beat, promise]), signal);
    } finally {
      this.#pulses.delete(resolve);
    }
  }

  /** What another link needs to go on. */
  get session(): KeptSession | undefined {
    if (!this.#session) return undefined;
    const { sessionId, resumeURL: resumeUrl } = this.#session;
    return { sessionId, resumeUrl, sequence: this.#parts.taken() };
  }

  /** Closes the connection. Nothing is told after this, and nothing is opened again; the session can go on. */
  [Symbol.dispose](): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // A session that Discord does not take up would not be taken up the next time either.
    if (this.#sawHello && !this.#wasLive && this.#session) this.#parts.forgotten();
    const connections = this.#shards?.connections() ?? [];
    const closed = new AbortController();
    const closing = Promise.resolve(this.#manager.destroy({ code: CloseCodes.Resuming, reason: "bye" }));
    void closing.catch((error: unknown) => this.#parts.debug(nameOf(error))).finally(() => closed.abort());
    void slept(this.#parts.clock, closeMs, closed.signal).then(() => connections.forEach(cut));
  }

  #listen(): void {
    const { dispatched, debug, closed } = this.#parts;
    const on = <T>(tell: (told: T) => void) => {
      return (told: T) => {
        if (!this.#isOver) tell(told);
      };
    };
    this.#manager.on(
      WebSocketShardEvents.Ready,
      on(({ data: d }) => {
        this.#lives();
        // Its own event comes before what follows it; as one of many it may come after that.
        const ready = { op: GatewayOpcodes.Dispatch, t: GatewayDispatchEvents.Ready, s: this.#first, d } as const;
        dispatched({ sessionId: this.#session?.sessionId ?? "", payload: ready });
      }),
    );
    this.#manager.on(
      WebSocketShardEvents.Resumed,
      on(() => this.#lives()),
    );
    this.#manager.on(
      WebSocketShardEvents.Dispatch,
      on(({ data: payload }) => {
        if (payload.t === GatewayDispatchEvents.Ready) return;
        dispatched({ sessionId: this.#session?.sessionId ?? "", payload });
      }),
    );
    this.#manager.on(
      WebSocketShardEvents.Hello,
      on(() => {
        this.#sawHello = true;
      }),
    );
    this.#manager.on(
      WebSocketShardEvents.HeartbeatComplete,
      on(() => {
        for (const pulse of this.#pulses) pulse();
      }),
    );
    this.#manager.on(
      WebSocketShardEvents.Closed,
      on(({ code }) => {
        closed(code);
        if (!this.#isOver) this.#afterClosing(code);
      }),
    );
    this.#manager.on(
      WebSocketShardEvents.Error,
      on(({ error }) => debug(nameOf(error))),
    );
  }

  #lives(): void {
    this.#isLive = true;
    this.#wasLive = true;
    this.#closings = 0;
    this.#parts.live();
  }

  #afterClosing(code: number): void {
    const wasOpen = this.#sawHello;
    this.#isLive = false;
    this.#sawHello = false;
    this.#closings++;
    if (!wasOpen) this.#parts.failed("Discord's gateway cannot be reached");
    else if (this.#closings > closingsMax) {
      // Whatever is wrong may be wrong with the session.
      this.#parts.forgotten();
      this.#parts.failed(`Discord's gateway closes the connection (${code})`);
    }
  }

  /** Once this is over it never answers: discord.js waits for it before it connects, so it connects no more. */
  #sessionToTell(): SessionInfo | null | Promise<never> {
    if (this.#isOver) return Promise.withResolvers<never>().promise;
    return this.#session && { ...this.#session, sequence: this.#parts.taken() };
  }

  #keep(session: SessionInfo | null): void {
    if (this.#isOver) return;
    if (!session) this.#parts.forgotten();
    if (session && session.sessionId !== this.#session?.sessionId) {
      this.#first = session.sequence;
      this.#parts.began(session.sessionId, session.sequence);
    }
    const resumeURL = this.#parts.gatewayUrl ?? resumeUrlOf(session, this.#parts.information.url);
    this.#session = session && { ...session, resumeURL };
  }
}

function sessionOf({ sessionId, resumeUrl: resumeURL, sequence }: KeptSession): SessionInfo {
  return { sessionId, resumeURL, sequence, shardId: 0, shardCount: 1 };
}

const usualIntents: GatewayIntentBits =
  GatewayIntentBits.Guilds |
  GatewayIntentBits.GuildMessages |
  GatewayIntentBits.GuildMessageReactions |
  GatewayIntentBits.DirectMessages |
  GatewayIntentBits.DirectMessageReactions;
const intentsWithContent: GatewayIntentBits = usualIntents | GatewayIntentBits.MessageContent;

/** An address that cannot be one would throw where nobody catches it. */
function resumeUrlOf(session: SessionInfo | null, usual: string): string {
  const url = session?.resumeURL ?? "";
  return /^wss?:/.test(url) && URL.canParse(url) ? url : usual;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
