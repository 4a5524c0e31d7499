import type { Clock } from "../../src/lib/index.ts";

interface Sleeper {
  readonly wakesAtMs: number;
  readonly wake: () => void;
}

/** Turns of the event loop that `advance` gives the house after each wake, so that what it started gets done. */
const turnsPerStep = 6;

/** Time that moves only when a test says so. Sleepers wake in order; real sockets go on meanwhile. */
export class FakeClock implements Clock {
  #nowMs: number;
  #elapsedMs = 0;
  #sleepers: Sleeper[] = [];

  constructor(nowMs = 1_800_000_000_000) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  elapsedMs(): number {
    return this.#elapsedMs;
  }

  soon(run: () => void): void {
    setImmediate(run);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper: Sleeper = { wakesAtMs: this.#elapsedMs + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener(
        "abort",
        () => {
          this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
          reject(signal.reason);
        },
        { once: true },
      );
    });
  }

  /** Lets the time pass, waking sleepers in order, and waits until what they did is done. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#elapsedMs + ms;
    await turns();
    for (let next = this.#next(endMs); next; next = this.#next(endMs)) {
      this.#move(Math.max(0, next.wakesAtMs - this.#elapsedMs));
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
      next.wake();
      await turns();
    }
    this.#move(endMs - this.#elapsedMs);
    await turns();
  }

  /** The wall clock jumps; durations do not notice. */
  jump(ms: number): void {
    this.#nowMs += ms;
  }

  #move(ms: number): void {
    this.#nowMs += ms;
    this.#elapsedMs += ms;
  }

  #next(endMs: number): Sleeper | undefined {
    const due = this.#sleepers.filter((sleeper) => sleeper.wakesAtMs <= endMs);
    return due.sort((left, right) => left.wakesAtMs - right.wakesAtMs)[0];
  }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < turnsPerStep; turn++) await new Promise((resolve) => setImmediate(resolve));
}
