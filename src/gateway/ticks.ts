import { type Clock, errorFields, type Log, slept } from "../lib/index.ts";
import { wireLimits } from "../protocol/index.ts";
import type { Driver } from "./driver.ts";

/** Each second every connection looks at its clock, and now and then all clients hear that the gateway is there. */

export interface TicksParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly drivers: Iterable<Driver>;
  readonly tell: () => void;
}

const secondMs = 1_000;

export async function tickSeconds({ clock, log, signal, drivers, tell }: TicksParts): Promise<void> {
  let nextTickMs = clock.elapsedMs() + wireLimits.tickIntervalMs;
  while (await slept(clock, secondMs, signal)) {
    const nowMs = clock.elapsedMs();
    for (const driver of drivers) tick(driver, nowMs, log);
    if (nowMs < nextTickMs) continue;
    nextTickMs = nowMs + wireLimits.tickIntervalMs;
    tell();
  }
}

/** A fault in one connection ends that one. */
function tick(driver: Driver, nowMs: number, log: Log): void {
  try {
    driver.tick(nowMs);
  } catch (error) {
    log.error("connection.failed", { connectionId: driver.connectionId, ...errorFields(error) });
    driver.close(1011, "a fault of the gateway");
  }
}
