import { assert, isZone } from "../lib/index.ts";
import type { Schedule } from "./cron-job.ts";
import type { Expressions } from "./expressions.ts";

/** When a job comes. Pure: a slot is one moment at which it is to run, and which names it. */
export interface Timetable {
  readonly schedule: Schedule;
  /** `every` counts from here where it names no anchor, so that it keeps its phase over restarts. */
  readonly createdAtMs: number;
  /** Of expressions that name none. */
  readonly zone: string;
  /** Needed for `cron` alone. */
  readonly expressions: Expressions | undefined;
}

/** The slots of a span of time. */
export interface Slots {
  readonly first: number;
  readonly last: number;
  /** At most `countMax`: what is more is not counted. */
  readonly count: number;
  /** The first ones, up to `countMax`. */
  readonly list: readonly number[];
}

export const countMax = 1_000;
export const everyMinMs = 1_000;
/** How far back the newest slot is looked for, closest first. */
const looksBackMs = [60_000, 3_600_000, 86_400_000, 40 * 86_400_000, 400 * 86_400_000];

/** The first slot after a moment; undefined when there is none any more. */
export function nextSlot({ schedule, createdAtMs, zone, expressions }: Timetable, afterMs: number): number | undefined {
  switch (schedule.kind) {
    case "at":
      return schedule.atMs > afterMs ? schedule.atMs : undefined;
    case "every":
      return nextEvery(schedule, createdAtMs, afterMs);
    default:
      assert(expressions, "expressions are loaded before a job with one is planned");
      return expressions.next(schedule.expr, schedule.tz ?? zone, afterMs);
  }
}

/** The slots from `firstMs`, which is one, to `untilMs`, both included. */
export function slotsUntil(timetable: Timetable, firstMs: number, untilMs: number): Slots {
  const list = [firstMs];
  while (list.length < countMax) {
    const next = nextSlot(timetable, list.at(-1)!);
    if (next === undefined || next > untilMs) {
      return { first: firstMs, last: list.at(-1)!, count: list.length, list };
    }
    list.push(next);
  }
  return { first: firstMs, last: newestSlot(timetable, list.at(-1)!, untilMs), count: countMax, list };
}

/** What is wrong with a schedule, in words; undefined when it can be followed. */
export function scheduleProblem(schedule: Schedule, expressions: Expressions | undefined): string | undefined {
  if (schedule.kind === "every" && schedule.everyMs < everyMinMs) {
    return `every ${schedule.everyMs} ms is too often: at least ${everyMinMs} ms`;
  }
  if (schedule.kind !== "cron") return undefined;
  if (schedule.tz !== undefined && !isZone(schedule.tz)) {
    return `"${schedule.tz}" is no time zone: write one like Europe/Berlin`;
  }
  assert(expressions, "expressions are loaded before one is judged");
  const problem = expressions.problem(schedule.expr);
  return problem === undefined ? undefined : `"${schedule.expr}" is no cron expression: ${problem}`;
}

function nextEvery(
  { everyMs, anchorMs }: Extract<Schedule, { kind: "every" }>,
  createdAtMs: number,
  afterMs: number,
): number {
  const [startMs, firstMs] = anchorMs === undefined ? [createdAtMs, createdAtMs + everyMs] : [anchorMs, anchorMs];
  if (afterMs < firstMs) return firstMs;
  return startMs + (Math.floor((afterMs - startMs) / everyMs) + 1) * everyMs;
}

/** The newest slot up to `untilMs`, when there are too many since `knownMs` to go through. */
function newestSlot(timetable: Timetable, knownMs: number, untilMs: number): number {
  for (const backMs of looksBackMs) {
    let found = nextSlot(timetable, Math.max(knownMs, untilMs - backMs));
    if (found === undefined || found > untilMs) continue;
    for (let next = nextSlot(timetable, found); next !== undefined && next <= untilMs;) {
      found = next;
      next = nextSlot(timetable, found);
    }
    return found;
  }
  return knownMs;
}
