/** Time as an argument. Only `realClock` touches the machine's clocks and timers. */
export interface Clock {
  /** Wall time, ms since the Unix epoch. It may jump: never measure with it. */
  nowMs(): number;
  /** Monotonic ms since an arbitrary start. For durations, rate limits, deadlines. */
  elapsedMs(): number;
  /** Resolves after `ms`, or rejects with the signal's reason once it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs once, after the input that the event loop has at hand was handled. */
  soon(run: () => void): void;
}

export const realClock: Clock = {
  nowMs: () => Date.now(),
  elapsedMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, ms);
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
  soon: (run) => void setImmediate(run),
};

/** Sleeps until the time is up (true) or the signal is aborted (false): the loop condition of background work. */
export async function slept(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  return clock.sleep(ms, signal).then(
    () => true,
    () => false,
  );
}

/** Between two looks while there is something to look after, and while there is nothing. */
const busyLookMs = 1_000;
const idleLookMs = 15_000;

/**
 * Looks after work that also comes by itself to those who do it: often while there is some, so that what nobody woke is
 * not forgotten, and seldom while there is none, so that an idle machine can sleep.
 */
export class Lookout {
  readonly #clock: Clock;
  readonly #stop: AbortSignal;
  readonly #look: () => boolean | Promise<boolean>;
  #idling: AbortController | undefined;

  /** `look` says whether there is something to look after; it owns its errors. */
  constructor(clock: Clock, stop: AbortSignal, look: () => boolean | Promise<boolean>) {
    this.#clock = clock;
    this.#stop = stop;
    this.#look = look;
  }

  /** Resolves once it is to stop. */
  async keep(): Promise<void> {
    const endIdling = () => this.#idling?.abort();
    this.#stop.addEventListener("abort", endIdling, { once: true });
    while (!this.#stop.aborted) {
      if (await this.#look()) await slept(this.#clock, busyLookMs, this.#stop);
      else await this.#idle();
    }
    this.#stop.removeEventListener("abort", endIdling);
  }

  /** There is something to look after now. */
  stir(): void {
    this.#idling?.abort();
  }

  async #idle(): Promise<void> {
    if (this.#stop.aborted) return;
    this.#idling = new AbortController();
    await slept(this.#clock, idleLookMs, this.#idling.signal);
    this.#idling = undefined;
  }
}

/** ISO 8601 in UTC with milliseconds. */
export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** The last moment up to `atMs` at which this machine's clock showed that full hour. */
export function lastHourMs(atMs: number, hour: number): number {
  const moment = new Date(atMs);
  moment.setHours(hour, 0, 0, 0);
  if (moment.getTime() > atMs) moment.setDate(moment.getDate() - 1);
  return moment.getTime();
}

/** For libraries that want their moments as objects. */
export function dateAt(atMs: number): Date {
  return new Date(atMs);
}
