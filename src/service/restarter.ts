import { type Clock, slept } from "../lib/index.ts";

/** Restarts that the gateway asks for: it ends, and its service manager starts it. Only one, and not too soon. */

/** A gateway that was only just started is not ended again for a while, so that no change can make it loop. */
export const restartCooldownMs = 30_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether somebody starts the process again when it ends: systemd by our unit, or launchd by our property list. */
export function isStartedAgain(environment: Environment): boolean {
  return Boolean(environment["NOTIFY_SOCKET"]) || environment["CLAWDIA_SUPERVISOR"] === "launchd";
}

/** Made at the start. What it gives ends the process after a delay, and says after which. */
export function restarter(clock: Clock, end: (reason: string) => void): (reason: string, delayMs: number) => number {
  const startedAtMs = clock.elapsedMs();
  const never = new AbortController().signal;
  let endsAtMs: number | undefined;
  return (reason, delayMs) => {
    const nowMs = clock.elapsedMs();
    if (endsAtMs !== undefined) return Math.max(0, endsAtMs - nowMs);
    const waitMs = Math.ceil(Math.max(delayMs, startedAtMs + restartCooldownMs - nowMs));
    endsAtMs = nowMs + waitMs;
    void slept(clock, waitMs, never).then(() => end(reason));
    return waitMs;
  };
}
