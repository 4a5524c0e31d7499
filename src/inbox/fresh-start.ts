import type { Config } from "../config/index.ts";
import { lastHourMs } from "../lib/index.ts";

const minuteMs = 60_000;

/** Whether a conversation starts anew with the message that comes now. Pure. */
export function startsAnew(
  lastHumanAtMs: number | undefined,
  nowMs: number,
  { resetMode, resetHour, resetIdleMinutes }: Pick<Config["session"], "resetMode" | "resetHour" | "resetIdleMinutes">,
): boolean {
  if (lastHumanAtMs === undefined || resetMode === "off") return false;
  if (resetMode === "idle") return nowMs - lastHumanAtMs > resetIdleMinutes * minuteMs;
  return lastHumanAtMs < lastHourMs(nowMs, resetHour);
}
