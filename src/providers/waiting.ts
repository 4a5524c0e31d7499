import { type Clock, slept } from "../lib/index.ts";

/** What the work gives, or a rejection with the signal's reason at once when it is aborted. */
export async function orAborted<T>(work: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(signal.reason);
  if (signal.aborted) stop();
  // Taken away again: a link's signal lives for months, and a listener for each call would stay with it.
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

export interface Limits {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly tooLate: () => Error;
  /** Any of them ends the work, with its reason. */
  readonly signals: readonly AbortSignal[];
}

/** Runs work that ends in time, or rejects. The signal that the work gets is aborted in any case once this is over. */
export async function bounded<T>(run: (signal: AbortSignal) => Promise<T>, limits: Limits): Promise<T> {
  const { clock, timeoutMs, tooLate, signals } = limits;
  for (const signal of signals) signal.throwIfAborted();
  const inner = new AbortController();
  const { promise: never } = Promise.withResolvers<never>();
  const late = slept(clock, timeoutMs, inner.signal).then((isLate) => (isLate ? Promise.reject(tooLate()) : never));
  try {
    const work = Promise.race([run(inner.signal), late]);
    return await signals.reduce((waiting, signal) => orAborted(waiting, signal), work);
  } finally {
    inner.abort();
  }
}
