import type { Clock } from "./clock.ts";

/** A signal that is aborted once the time is up, or with another signal. Dispose of it when the work is done. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
  /** True once the time was up, false when the other signal was first. */
  readonly isOver: boolean;
}

export function deadline(clock: Pick<Clock, "sleep">, ms: number, other?: AbortSignal): Deadline {
  const control = new AbortController();
  const done = new AbortController();
  let isOver = false;
  const follow = () => control.abort(other?.reason);
  if (other?.aborted) follow();
  else {
    other?.addEventListener("abort", follow, { once: true, signal: done.signal });
    void clock.sleep(ms, done.signal).then(
      () => {
        if (control.signal.aborted) return;
        isOver = true;
        control.abort(new DOMException(`the time of ${ms} ms is up`, "TimeoutError"));
      },
      () => undefined,
    );
  }
  return {
    signal: control.signal,
    get isOver() {
      return isOver;
    },
    [Symbol.dispose]: () => done.abort(),
  };
}

/**
 * What the work comes to, unless the signal is aborted first: then it rejects at once with the signal's reason, and
 * what does not hear the signal is left alone, even when it fails later.
 */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => undefined);
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const stop = () => aborted.reject(signal.reason);
  // Taken away again: a link's signal lives for months, and a listener for each call would stay with it.
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
