import { errorFields, type Log, slept, unlessAborted, isPlainObject } from "../../lib/index.ts";
import type { InboundMessage } from "../message.ts";
import type { Ports } from "../provider.ts";
import { decode } from "./decode.ts";
import { messageIdOf } from "./ids.ts";
import type { Journal } from "./journal.ts";
import type { Revisions } from "./revisions.ts";
import type { Received } from "./wire.ts";

/** The pause before a message that could not be stored is tried again. */
const storeAgainMs = 2_000;

export interface ReceivingPorts extends Pick<Ports, "receive" | "clock"> {
  readonly log: Log;
  readonly accountId: string;
  readonly revisions: Revisions;
  /** Once for each, before it is stored. */
  readonly onRead: (message: InboundMessage) => void;
  /** Ends the receiving; what is not stored by then is kept for the next opening. */
  readonly signal: AbortSignal;
}

/** So many events wait in memory while one cannot be stored; then nothing more is read. */
const waitingMax = 100;

/**
 * Brings what the daemon hands over to the store, one after the other. A message that the store does not take is tried
 * until it does, for the daemon will not tell it again. When too much waits meanwhile, nothing more is read, and the
 * daemon soon takes nothing more from Signal's server.
 */
export class Receiving {
  readonly #ports: ReceivingPorts;
  readonly #waiting: string[] = [];
  #storing: Promise<void> | undefined;

  constructor(ports: ReceivingPorts) {
    this.#ports = ports;
  }

  /** Resolves when more may be read. It never rejects. */
  async add(content: string, ourId: string): Promise<void> {
    this.#waiting.push(content);
    this.#storing ??= this.#storeWaiting(ourId);
    if (this.#waiting.length > waitingMax) await this.#storing;
  }

  /**
   * True once it is stored or is none of the house's business, false when the receiving has ended before. It never
   * rejects.
   */
  async take(content: string, ourId: string): Promise<boolean> {
    const { signal, revisions } = this.#ports;
    const decoded = decode(parsed(content), { ourId, originalOf: (id) => revisions.originalOf(id) });
    if (!("ignored" in decoded)) return this.#stored(decoded, signal);
    this.#ignored(decoded);
    return true;
  }

  /** What was added and could not be stored, for the next opening. */
  async keepUnstored(journal: Journal): Promise<void> {
    const { clock, log, accountId } = this.#ports;
    await this.#storing;
    try {
      await journal.keep(this.#waiting.splice(0), clock.nowMs());
    } catch (error) {
      log.error("message.lost", { account: accountId, ...errorFields(error) });
    }
  }

  async #storeWaiting(ourId: string): Promise<void> {
    while (this.#waiting.length > 0 && (await this.take(this.#waiting[0]!, ourId))) this.#waiting.shift();
    this.#storing = undefined;
  }

  async #stored(message: InboundMessage, signal: AbortSignal): Promise<boolean> {
    const { clock, log, accountId } = this.#ports;
    this.#ports.onRead(message);
    while (!signal.aborted) {
      try {
        await unlessAborted(this.#store(message), signal);
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        log.warn("message.refused", { account: accountId, ...errorFields(error) });
        await slept(clock, storeAgainMs, signal);
      }
    }
    return false;
  }

  async #store(message: InboundMessage): Promise<void> {
    const { ref, event, sender } = message;
    if (event.kind === "edit") {
      await this.#ports.revisions.note(messageIdOf(Number(event.id), sender.id), ref.messageId);
    }
    await this.#ports.receive(message);
  }

  #ignored({ ignored: reason, distrusted }: { readonly ignored: string; readonly distrusted?: string | undefined }) {
    const { log, accountId: account } = this.#ports;
    if (distrusted === undefined) return log.debug("event.ignored", { account, reason });
    const cure =
      "compare the safety number with them; then tell signal-cli to trust it, or write to them for the command";
    log.warn("identity.changed", { account, sender: distrusted, cure });
  }
}

function parsed(text: string): Received {
  try {
    const value: unknown = JSON.parse(text);
    return isPlainObject(value) ? value : {};
  } catch {
    return {};
  }
}
