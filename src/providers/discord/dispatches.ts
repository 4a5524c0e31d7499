import { type Clock, errorFields, type Log, slept } from "../../lib/index.ts";
import type { Dispatched } from "./gateway.ts";

export interface DispatchesParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly accountId: string;
  /** Ends the work. */
  readonly signal: AbortSignal;
  /** Resolves once what came is stored (true) or is none of ours. Rejects when it has to come again. */
  readonly take: (dispatched: Dispatched) => Promise<boolean>;
  /** Everything up to here is taken, after something was stored. */
  readonly stored: () => Promise<void>;
  /** More is waiting than may wait. */
  readonly onOverflow: () => void;
}

/** What may wait for the store, or for a question to Discord about where it came from. */
const waitingMax = 10_000;
/** The pause before something that could not be stored is brought again. */
const redeliveryPauseMs = 2000;

/**
 * What the gateway told, taken one by one in its order: so a number says up to where everything was taken, and Discord
 * is told that number and no other. What cannot be stored is brought again until it can.
 */
export class Dispatches {
  readonly #parts: DispatchesParts;
  readonly #waiting: Dispatched[] = [];
  #running: Promise<void> | undefined;
  #sessionId = "";
  #seen = 0;
  #taken = 0;

  constructor(parts: DispatchesParts) {
    this.#parts = parts;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Another session: it counts from here. What waits of the one before is still taken. */
  began(sessionId: string, sequence: number): void {
    this.#sessionId = sessionId;
    this.#seen = sequence - 1;
    this.#taken = sequence - 1;
  }

  push(dispatched: Dispatched): void {
    if (this.#parts.signal.aborted) return;
    if (this.#waiting.length >= waitingMax) return this.#parts.onOverflow();
    // A session that goes on tells again what was not acknowledged, and all of that waits here already.
    if (dispatched.sessionId === this.#sessionId && dispatched.payload.s <= this.#seen) return;
    this.#seen = dispatched.payload.s;
    this.#waiting.push(dispatched);
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Resolves once nothing is being taken any more. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal, take, stored } = this.#parts;
    for (let next = this.#waiting[0]; next && !signal.aborted; next = this.#waiting[0]) {
      const isStored = await this.#insist(next, take);
      if (isStored === undefined) return;
      this.#waiting.shift();
      if (next.sessionId === this.#sessionId) this.#taken = next.payload.s;
      if (isStored) await this.#insist(next, stored);
    }
  }

  /** Until it is done; undefined when the link ended before that. */
  async #insist<T>(dispatched: Dispatched, work: (dispatched: Dispatched) => Promise<T>): Promise<T | undefined> {
    const { clock, log, signal, accountId } = this.#parts;
    for (;;) {
      try {
        return await work(dispatched);
      } catch (error) {
        if (signal.aborted) return undefined;
        log.warn("event.refused", { account: accountId, type: dispatched.payload.t, ...errorFields(error) });
        if (!(await slept(clock, redeliveryPauseMs, signal))) return undefined;
      }
    }
  }
}
