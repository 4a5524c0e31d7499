import { Database as Sqlite } from "bun:sqlite";
import type { heapStats } from "bun:jsc";
import type { Machine } from "./machine.ts";

/** What grows in a month: rows, timers, and things on the heap that only a leak piles up. */

export interface DayCount {
  readonly day: number;
  readonly rows: Readonly<Record<string, number>>;
  /** Age of the oldest settled row. */
  readonly oldestDays: Readonly<Record<string, number>>;
  readonly timers: number;
  /** Live objects of kinds that the simulation's own records do not hold. */
  readonly objects: Readonly<Record<string, number>>;
}

const kinds = ["AbortSignal", "AbortController", "Promise"] as const;
const timersMax = 60;
/**
 * Growth of a kind of object between the second day and the last that counts as a leak: some, and what a house leaves
 * that was dropped in the middle.
 */
const objectsGrowthMax = 500;
const objectsPerBoot = 60;

/** Where the age of a row stands, and the states in which it waits for somebody. */
const ages = [
  ["inbound", "received_at", "'accepted', 'routed', 'claimed'"],
  ["outbox", "created_at", "'queued', 'sending', 'unknown'"],
  ["runs", "accepted_at", "'queued', 'running'"],
] as const;

export function countDay(machine: Machine, day: number, stats: typeof heapStats | undefined): DayCount {
  using database = new Sqlite(machine.databasePath, { readonly: true });
  const names = database
    .query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all()
    .map(({ name }) => name)
    .toSorted();
  const rows = Object.fromEntries(
    names.map((name) => [name, database.query<{ n: number }, []>(`SELECT count(*) AS n FROM ${name}`).get()!.n]),
  );
  const nowMs = machine.clock.nowMs();
  const oldestDays = Object.fromEntries(
    ages.map(([table, column, open]) => {
      const sql = `SELECT min(${column}) AS at FROM ${table} WHERE state NOT IN (${open})`;
      const { at } = database.query<{ at: number | null }, []>(sql).get()!;
      return [table, Math.round((nowMs - (at ?? nowMs)) / 86_400_000)];
    }),
  );
  if (stats) Bun.gc(true);
  const counts = stats?.().objectTypeCounts ?? {};
  const objects = Object.fromEntries(kinds.map((kind) => [kind, counts[kind] ?? 0]));
  return { day, rows, oldestDays, timers: machine.clock.sleepersCount, objects };
}

export function judgeGrowth(days: readonly DayCount[], boots: number, fault: (what: string) => void): void {
  for (const { day, timers } of days) if (timers > timersMax) fault(`${timers} timers at the end of day ${day}`);
  judgeSweeping(days, fault);
  const [first, last] = [days[1], days.at(-1)];
  if (!first || !last || first === last) return;
  for (const kind of kinds) {
    const grown = (last.objects[kind] ?? 0) - (first.objects[kind] ?? 0);
    if (grown > objectsGrowthMax + objectsPerBoot * boots) fault(`${grown} more objects of ${kind} than on day 2`);
  }
}

/** Rows that are forgotten after a month, and those of which only as many are kept. */
const sweptTables = ["inbound", "outbox", "runs"] as const;
const monthDays = 30;
const bootsKept = 100;
/** Keys of requests of one day, and what is left while the gateway is down. */
const keysMax = 100;

function judgeSweeping(days: readonly DayCount[], fault: (what: string) => void): void {
  const last = days.at(-1);
  if (!last) return;
  const { rows, oldestDays } = last;
  for (const table of sweptTables) {
    if (oldestDays[table]! > monthDays + 1) fault(`${table} has rows of ${oldestDays[table]} days`);
  }
  if ((rows["boots"] ?? 0) > bootsKept) fault(`${rows["boots"]} boots are kept`);
  if ((rows["idempotency"] ?? 0) > keysMax) fault(`${rows["idempotency"]} keys of requests are kept`);
}
