import { type Clock, slept } from "../lib/index.ts";
import type { Driver } from "./driver.ts";
import type { Listener, Listeners } from "./listeners.ts";

/** Connections that may not stay: each is ended once it has its answers, and the listeners behind them after that. */

export interface Leaving {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** They go on as if nothing were for so long. */
  readonly afterMs: number;
  /** So long is waited for answers that are under way. */
  readonly patienceMs: number;
  readonly code: number;
  readonly reason: string;
}

const lookMs = 50;
/** An answer over HTTP that is still being written may take this long. */
const requestPatienceMs = 30_000;

export async function endWhenAnswered(drivers: readonly Driver[], leaving: Leaving): Promise<void> {
  const { clock, signal, afterMs, patienceMs, code, reason } = leaving;
  if (!(await slept(clock, afterMs, signal))) return;
  const untilMs = clock.elapsedMs() + patienceMs;
  let left = drivers;
  for (;;) {
    const isOver = clock.elapsedMs() >= untilMs;
    for (const driver of left) if (isOver || driver.inFlight === 0) driver.close(code, reason);
    left = isOver ? [] : left.filter(({ inFlight }) => inFlight > 0);
    if (left.length === 0 || !(await slept(clock, lookMs, signal))) return;
  }
}

/** Ends what came in by addresses that are left, and tells it first; how many clients those are. */
export function leaveListeners(
  listeners: Listeners,
  drivers: Iterable<Driver>,
  { tell, ...leaving }: Leaving & { readonly tell: (driver: Driver) => void },
): number {
  // Who could come in just so at an address that is open stays. Such a listener goes with the last of them.
  const stranded = new Set(listeners.takeLeft().filter((listener) => !listeners.covers(listener)));
  const gone = [...drivers].filter(({ cameBy }) => cameBy !== undefined && stranded.has(cameBy));
  for (const driver of gone) tell(driver);
  const ended = endWhenAnswered(gone, leaving);
  void ended.then(() => Promise.all([...stranded].map((listener) => endListener(listener, leaving))));
  return gone.length;
}

/** Once nothing is asked of it any more, or the patience is over. */
async function endListener({ server }: Listener, { clock, signal }: Leaving): Promise<void> {
  const untilMs = clock.elapsedMs() + requestPatienceMs;
  // Close frames that were just written are on their way.
  do if (!(await slept(clock, lookMs, signal))) break;
  while (server.pendingRequests > 0 && clock.elapsedMs() < untilMs);
  await server.stop(true);
}
