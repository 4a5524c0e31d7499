import { Database as Sqlite } from "bun:sqlite";
import type { heapStats } from "bun:jsc";
import type { Machine } from "./machine.ts";

/** What grows in a month: rows, timers, and things on the heap that only a leak piles up. */

export interface DayCount {
  readonly day: number;
  readonly rows: Readonly<Record<string, number>>;
  readonly timers: number;
  /** Live objects of kinds that the simulation's own records do not hold. */
  readonly objects: Readonly<Record<string, number>>;
}

const kinds = ["AbortSignal", "AbortController", "Promise", "AsyncFunctionGenerator", "Function"] as const;
const timersMax = 60;
/** Growth of a kind of object between the second day and the last that counts as a leak. */
const objectsGrowthMax = 4_000;

export function countDay(machine: Machine, day: number, stats: typeof heapStats): DayCount {
  using database = new Sqlite(machine.databasePath, { readonly: true });
  const names = database
    .query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all()
    .map(({ name }) => name)
    .toSorted();
  const rows = Object.fromEntries(
    names.map((name) => [name, database.query<{ n: number }, []>(`SELECT count(*) AS n FROM ${name}`).get()!.n]),
  );
  Bun.gc(true);
  const counts = stats().objectTypeCounts;
  const objects = Object.fromEntries(kinds.map((kind) => [kind, counts[kind] ?? 0]));
  return { day, rows, timers: machine.clock.sleepersCount, objects };
}

export function judgeGrowth(days: readonly DayCount[], fault: (what: string) => void): void {
  for (const { day, timers } of days) if (timers > timersMax) fault(`${timers} timers at the end of day ${day}`);
  const [first, last] = [days[1], days.at(-1)];
  if (!first || !last || first === last) return;
  for (const kind of kinds) {
    const grown = (last.objects[kind] ?? 0) - (first.objects[kind] ?? 0);
    if (grown > objectsGrowthMax) fault(`${grown} more objects of ${kind} than on day 2`);
  }
}
