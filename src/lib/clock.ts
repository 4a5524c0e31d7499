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
