import { errorFields, Lanes, slept, unlessAborted } from "../../lib/index.ts";
import type { InboundMessage } from "../message.ts";
import type { Ports } from "../provider.ts";
import { CatchUp, type CatchUpParts } from "./catching-up.ts";
import { type Circumstances, type Decoded, decode, decodePast } from "./decode.ts";
import type { Directory } from "./directory.ts";
import { mentionedUsers } from "./mrkdwn.ts";
import { isTs, isUserId, type Us } from "./people.ts";
import type { Progress } from "./progress.ts";
import type { RecentThreads } from "./threads.ts";
import type { WebApi } from "./web-api.ts";
import type { Envelope, WireEvent, WireMessage, WirePayload } from "./wire.ts";

export interface IntakeParts {
  readonly account: string;
  readonly us: Us;
  readonly ports: Pick<Ports, "receive" | "clock" | "log">;
  readonly api: WebApi;
  readonly directory: Directory;
  readonly progress: Progress;
  readonly threads: RecentThreads;
  /** Ends it: nothing is stored after that. */
  readonly signal: AbortSignal;
}

/** Chats in which something is being stored at one moment. */
const chatsMax = 100;
/** Messages that are known to be stored: the inbox knows them all, and is not asked about these. */
const knownMax = 2000;
/** What is remembered of the way is written down so long after the first news. */
const keepAfterMs = 5000;

/** From what Slack brings to what the house has: one by one in each chat, in the order in which it came. */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #lanes = new Lanes({ runningMax: chatsMax });
  readonly #missed: CatchUp;
  /** Until what was missed is read, nothing that comes now moves the place from where the next link would read. */
  readonly #from: string;
  readonly #known = new Set<string>();
  #isKeeping = false;

  constructor(parts: IntakeParts) {
    const { account, api, ports, signal, threads, progress } = parts;
    this.#parts = parts;
    this.#from = progress.readsFrom;
    progress.begin(this.#from);
    const { clock, log } = ports;
    const take: CatchUpParts["take"] = (message, channel) => this.takePast(message, channel);
    this.#missed = new CatchUp({ account, api, clock, log, signal, from: this.#from, threads: threads.all, take });
  }

  /** Reads what was missed. Rejects with the signal's reason, or for a bug. */
  async catchUp(): Promise<void> {
    await this.#missed.all();
    this.#parts.progress.stored(this.#from);
    await this.keep();
  }

  /** True once what came is stored, or is none of the house's business: Slack may forget it then. */
  async take(envelope: Envelope): Promise<boolean> {
    const { account, ports, progress } = this.#parts;
    const { payload, retries } = envelope;
    if (retries > 0) ports.log.debug("delivery.repeated", { account, retries });
    const { event } = payload;
    const isSaid = envelope.type === "events_api" && event?.type !== "reaction_added" && isTs(event?.ts);
    const about = idsIn(payload);
    const ts = isSaid ? event?.ts : undefined;
    if (ts !== undefined) progress.begin(ts);
    // Whoever pressed a button or typed a command looks at it until it is acknowledged.
    if (envelope.type === "events_api" && about.channel !== undefined) await this.#missed.before(about.channel);
    return this.#inTurn({ about, ts, decode: (now) => decode(envelope, now) });
  }

  /** A message that came while nobody listened. */
  takePast(message: WireMessage, channel: string): Promise<boolean> {
    const about = { channel, users: [message.user, ...mentionedUsers(textOf(message))] };
    if (message.ts !== undefined) this.#parts.progress.begin(message.ts);
    return this.#inTurn({ about, ts: message.ts, decode: (now) => decodePast(message, channel, now) });
  }

  /** Writes down how far it came. */
  async keep(): Promise<void> {
    const { progress, threads, ports, account } = this.#parts;
    try {
      await progress.keep();
      await threads.keep();
    } catch (error) {
      ports.log.warn("progress.not-kept", { account, ...errorFields(error) });
    }
  }

  #inTurn(arrival: Arrival): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#lanes.enter(arrival.about.channel ?? "", async () => resolve(await this.#store(arrival)));
    return promise;
  }

  async #store({ about, ts, decode: read }: Arrival): Promise<boolean> {
    const { ports, signal, directory, progress, threads, us, account } = this.#parts;
    if (signal.aborted) return false;
    // What we said ourselves is ignored, whoever is named in it.
    if (about.users[0] !== us.userId) await directory.learn(named(about));
    const decoded = read({ us, names: directory, receivedAtMs: ports.clock.nowMs() });
    if ("ignored" in decoded) {
      ports.log.debug("delivery.ignored", { account, reason: decoded.ignored });
    } else if (!this.#isKnown(decoded)) {
      try {
        await unlessAborted(ports.receive(decoded), signal);
      } catch (error) {
        if (!signal.aborted) ports.log.warn("delivery.refused", { account, ...errorFields(error) });
        return false;
      }
      this.#know(decoded);
      threads.note(decoded.ref.peer);
    }
    if (ts !== undefined) progress.stored(ts);
    this.#keepSoon();
    return true;
  }

  /** A mention comes twice, and what is read while it comes does, too. */
  #isKnown({ ref, event }: InboundMessage): boolean {
    return event.kind === "message" && this.#known.has(`${ref.peer.id} ${ref.messageId}`);
  }

  #know({ ref, event }: InboundMessage): void {
    if (event.kind !== "message") return;
    this.#known.add(`${ref.peer.id} ${ref.messageId}`);
    const [oldest] = this.#known;
    if (this.#known.size > knownMax && oldest !== undefined) this.#known.delete(oldest);
  }

  #keepSoon(): void {
    if (this.#isKeeping) return;
    this.#isKeeping = true;
    void slept(this.#parts.ports.clock, keepAfterMs, this.#parts.signal).then((isTime) => {
      this.#isKeeping = false;
      return isTime ? this.keep() : undefined;
    });
  }
}

interface About {
  readonly channel: string | undefined;
  readonly users: readonly (string | undefined)[];
}

interface Arrival {
  readonly about: About;
  /** Of a message that a channel's history will show, too. */
  readonly ts: string | undefined;
  readonly decode: (now: Circumstances) => Decoded;
}

/** Direct chats have no name but the other one's. */
function named({ channel, users }: About): readonly string[] {
  const chats = channel === undefined || !/^[CG]/.test(channel) ? [] : [channel];
  return [...users.filter((id) => id !== undefined && isUserId(id)), ...chats] as string[];
}

function idsIn(payload: WirePayload): About {
  const { event, user, channel, container } = payload;
  if (event) return idsInEvent(event);
  const users = [payload.user_id, user?.id, ...mentionedUsers(textOf(payload))];
  return { channel: payload.channel_id ?? channel?.id ?? container?.channel_id, users };
}

function idsInEvent({ channel, item, user, text, message }: WireEvent): About {
  const said = message ?? { user, text };
  return { channel: channel ?? item?.channel, users: [said.user, ...mentionedUsers(textOf(said))] };
}

function textOf({ text }: { readonly text?: string | undefined }): string {
  return typeof text === "string" ? text : "";
}
