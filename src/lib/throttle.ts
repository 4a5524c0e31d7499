import type { Clock } from "./clock.ts";

/**
 * At most one call per interval: the first at once, later ones gathered into one at the interval's end. `flush` makes
 * the waiting call now, `drop` forgets it.
 */
export class Throttle {
  readonly #clock: Clock;
  readonly #intervalMs: number | (() => number);
  readonly #run: () => void;
  #readyAtMs = Number.NEGATIVE_INFINITY;
  #waiting: AbortController | undefined;
  #isClosed = false;

  constructor(clock: Clock, intervalMs: number | (() => number), run: () => void) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#run = run;
  }

  request(): void {
    if (this.#waiting || this.#isClosed) return;
    const waitMs = this.#readyAtMs - this.#clock.elapsedMs();
    if (waitMs <= 0) return this.#now();
    this.#waiting = new AbortController();
    void this.#clock.sleep(waitMs, this.#waiting.signal).then(
      () => this.flush(),
      () => undefined,
    );
  }

  flush(): void {
    if (!this.#waiting) return;
    this.drop();
    this.#now();
  }

  /** Drops what waits, and whatever is requested from now on. */
  close(): void {
    this.drop();
    this.#isClosed = true;
  }

  drop(): void {
    this.#waiting?.abort();
    this.#waiting = undefined;
  }

  #now(): void {
    const intervalMs = typeof this.#intervalMs === "number" ? this.#intervalMs : this.#intervalMs();
    this.#readyAtMs = this.#clock.elapsedMs() + intervalMs;
    this.#run();
  }
}
