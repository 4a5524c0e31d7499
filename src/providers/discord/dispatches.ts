import { type Clock, errorFields, type Log, slept } from "../../lib/index.ts";
import type { Dispatched } from "./gateway.ts";

/** Stores what came. Rejects when it has to be tried again. */
export type Store = () => Promise<void>;

export interface DispatchesParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly accountId: string;
  /** Ends the work. */
  readonly signal: AbortSignal;
  /** Reads what came; gives what is to be stored of it, if anything is. Rejects when it has to be tried again. */
  readonly read: (dispatched: Dispatched) => Promise<Store | undefined>;
  /** Everything up to here is taken, after something was stored. */
  readonly stored: () => Promise<void>;
  /** More is waiting than may wait. */
  readonly onOverflow: () => void;
}

/** What may wait for the store, or for a question to Discord about where it came from. */
const waitingMax = 10_000;
/** What goes into the store together: the disk is waited for once. */
const batchMax = 32;
/** The pause before something that could not be stored is brought again. */
const redeliveryPauseMs = 2000;

/**
 * What the gateway told, read in its order and stored a batch at a time: so a number says up to where everything was
 * taken, and Discord is told that number and no other. What cannot be stored is brought again until it can.
 */
export class Dispatches {
  readonly #parts: DispatchesParts;
  readonly #waiting: Dispatched[] = [];
  #running: Promise<void> = Promise.resolve();
  #isRunning = false;
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
    if (!this.#isRunning) this.#running = this.#run();
  }

  /** Resolves once nothing is being taken any more. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#parts;
    this.#isRunning = true;
    while (this.#waiting.length > 0 && !signal.aborted) {
      const batch = this.#waiting.slice(0, batchMax);
      if (!(await this.#take(batch))) break;
      this.#waiting.splice(0, batch.length);
    }
    // In the same breath as the last look: what comes after it starts another run.
    this.#isRunning = false;
  }

  /** False when the link ended before all of it was stored. */
  async #take(batch: readonly Dispatched[]): Promise<boolean> {
    const { read, stored, signal } = this.#parts;
    const stores: (readonly [Dispatched, Store])[] = [];
    for (const dispatched of batch) {
      const isRead = await this.#insist(dispatched, async () => {
        const store = await read(dispatched);
        if (store) stores.push([dispatched, store]);
      });
      if (!isRead) return false;
    }
    const done = await Promise.all(stores.map(([dispatched, store]) => this.#insist(dispatched, store)));
    if (!done.every(Boolean)) return false;
    for (const { sessionId, payload } of batch) if (sessionId === this.#sessionId) this.#taken = payload.s;
    return stores.length === 0 || (await this.#insist(batch.at(-1)!, stored)) || !signal.aborted;
  }

  /** Until it is done; false when the link ended before that. */
  async #insist(dispatched: Dispatched, work: () => Promise<void>): Promise<boolean> {
    const { clock, log, signal, accountId } = this.#parts;
    for (;;) {
      try {
        await work();
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        log.warn("event.refused", { account: accountId, type: dispatched.payload.t, ...errorFields(error) });
        if (!(await slept(clock, redeliveryPauseMs, signal))) return false;
      }
    }
  }
}
