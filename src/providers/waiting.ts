import { type Clock, slept, unlessAborted } from "../lib/index.ts";

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
    return await signals.reduce((waiting, signal) => unlessAborted(waiting, signal), work);
  } finally {
    inner.abort();
  }
}
