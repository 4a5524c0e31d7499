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

/** What the promise comes to, unless the signal is aborted first: then it rejects with the signal's reason. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const done = new AbortController();
  signal.addEventListener("abort", () => aborted.reject(signal.reason), { once: true, signal: done.signal });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    done.abort();
  }
}
