import { type Clock, slept } from "../lib/index.ts";
import { FetchRefused } from "./fetch-errors.ts";
import { DialError } from "./http-dialer.ts";

/** Times of a guarded fetch. */
export interface TimeLimits {
  /** From the call to the last byte, over all redirects. */
  readonly totalMs: number;
  /** Until one address answers the call. */
  readonly connectMs: number;
  /** From the lookup of a name to the headers, each hop. */
  readonly headersMs: number;
  /** In each span of this time a body must bring at least `paceBytesMin`, so that a trickle does not count as life. */
  readonly paceMs: number;
  readonly paceBytesMin: number;
}

export const timeLimits: TimeLimits = {
  totalMs: 60_000,
  connectMs: 5_000,
  headersMs: 20_000,
  paceMs: 10_000,
  paceBytesMin: 1024,
};

/** Ends a fetch that takes too long. Its timers end when it is disposed. */
export class TimeKeeper implements Disposable {
  readonly #clock: Clock;
  readonly #limits: TimeLimits;
  readonly #late = new AbortController();
  readonly #over = new AbortController();
  /** Aborted with a FetchRefused when a limit is passed, or with the caller's own reason. */
  readonly signal: AbortSignal;

  constructor(clock: Clock, limits: TimeLimits, asked: AbortSignal | undefined) {
    this.#clock = clock;
    this.#limits = limits;
    this.signal = asked ? AbortSignal.any([asked, this.#late.signal]) : this.#late.signal;
    this.#endAfter(limits.totalMs, "the whole took too long", this.#over.signal);
  }

  /** Limits the time until the headers of one hop, which is what `work` waits for. */
  async untilHeaders<T>(work: () => Promise<T>): Promise<T> {
    const done = new AbortController();
    this.#endAfter(this.#limits.headersMs, "no answer came in time", AbortSignal.any([done.signal, this.#over.signal]));
    return work().finally(() => done.abort());
  }

  /** Limits how slowly a body may come while `work` reads it; `received` counts its bytes. */
  async atPace<T>(received: () => number, work: () => Promise<T>): Promise<T> {
    const done = new AbortController();
    void this.#keepPace(received, AbortSignal.any([done.signal, this.#over.signal]));
    return work().finally(() => done.abort());
  }

  [Symbol.dispose](): void {
    this.#over.abort();
  }

  async #keepPace(received: () => number, stop: AbortSignal): Promise<void> {
    let before = received();
    while (await slept(this.#clock, this.#limits.paceMs, stop)) {
      if (received() - before < this.#limits.paceBytesMin) return this.#end("the body comes too slowly");
      before = received();
    }
  }

  #endAfter(ms: number, why: string, stop: AbortSignal): void {
    void slept(this.#clock, ms, stop).then((isLate) => {
      if (isLate) this.#end(why);
    });
  }

  #end(why: string): void {
    this.#late.abort(new FetchRefused("too-slow", `the server is too slow: ${why}; try again later`));
  }
}

/** Lets an attempt to connect fail after `ms`, unless it is told `calm` or disposed before. */
export function attemptLimit(
  clock: Clock,
  ms: number,
  outer: AbortSignal,
): Disposable & { readonly signal: AbortSignal; readonly calm: () => void } {
  const late = new AbortController();
  const done = new AbortController();
  void slept(clock, ms, AbortSignal.any([done.signal, outer])).then((isLate) => {
    if (isLate) late.abort(new DialError("unreachable", "no connection in time"));
  });
  const calm = () => done.abort();
  return { signal: AbortSignal.any([outer, late.signal]), calm, [Symbol.dispose]: calm };
}
