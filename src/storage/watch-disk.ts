import { type Clock, slept, type Supervisor } from "../lib/index.ts";
import type { Database } from "./database.ts";

/** A disk that fills, or that takes writes again, is noticed within this time. */
const lookMs = 500;

/** Looks at the disk of the store again and again, until it is disposed. */
export function watchDisk(database: Database, clock: Clock, supervisor: Supervisor): Disposable {
  const stop = new AbortController();
  const run = async () => {
    while (await slept(clock, lookMs, stop.signal)) database.check();
  };
  if (database.isOnDisk) void supervisor.keep("the look at the disk", run, stop.signal);
  return { [Symbol.dispose]: () => stop.abort() };
}
