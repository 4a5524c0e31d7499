import { expect, test } from "bun:test";
import type { Schedule } from "../../src/cron/index.ts";
import { loadExpressions } from "../../src/cron/expressions.ts";
import { countMax, nextSlot, scheduleProblem, slotsUntil } from "../../src/cron/schedule.ts";
import { isoTime } from "../../src/lib/index.ts";

const expressions = await loadExpressions();
const at = (iso: string) => Date.parse(iso);
const table = (schedule: Schedule, createdAtMs = 0, zone = "Europe/Berlin") => ({
  schedule,
  createdAtMs,
  zone,
  expressions,
});
const cron = (expr: string, tz?: string): Schedule => ({ kind: "cron", expr, ...(tz !== undefined && { tz }) });

const nexts: [name: string, schedule: Schedule, after: string, next: string | undefined][] = [
  ["an at comes once", { kind: "at", atMs: at("2027-05-01T10:00Z") }, "2027-05-01T09:00Z", "2027-05-01T10:00:00.000Z"],
  ["and not again", { kind: "at", atMs: at("2027-05-01T10:00Z") }, "2027-05-01T10:00Z", undefined],
  [
    "an anchor is the first time",
    { kind: "every", everyMs: 3_600_000, anchorMs: at("2027-05-01T10:07Z") },
    "2027-04-01T00:00Z",
    "2027-05-01T10:07:00.000Z",
  ],
  [
    "and the phase of all others",
    { kind: "every", everyMs: 3_600_000, anchorMs: at("2027-05-01T10:07Z") },
    "2027-06-01T00:00Z",
    "2027-06-01T00:07:00.000Z",
  ],
  ["the zone of the house", cron("0 9 * * *"), "2027-07-01T00:00Z", "2027-07-01T07:00:00.000Z"],
  ["a zone of its own", cron("0 9 * * *", "Asia/Kathmandu"), "2027-07-01T00:00Z", "2027-07-01T03:15:00.000Z"],
  ["a time in the gap comes at its end", cron("30 2 * * *"), "2027-03-27T12:00Z", "2027-03-28T01:00:00.000Z"],
  ["a list with one in the gap too", cron("30 2,14 * * *"), "2027-03-28T00:00Z", "2027-03-28T01:00:00.000Z"],
  ["a repeated time comes at the first", cron("30 2 * * *"), "2027-10-30T12:00Z", "2027-10-31T00:30:00.000Z"],
  ["and once", cron("30 2 * * *"), "2027-10-31T00:30Z", "2027-11-01T01:30:00.000Z"],
  ["what repeats skips the gap", cron("*/30 2 * * *"), "2027-03-27T12:00Z", "2027-03-29T00:00:00.000Z"],
  ["what repeats goes twice through the hour", cron("*/30 2 * * *"), "2027-10-31T00:30Z", "2027-10-31T01:00:00.000Z"],
  ["weekdays", cron("0 9 * * 1-5"), "2027-05-07T09:00Z", "2027-05-10T07:00:00.000Z"],
  ["names", cron("0 9 * jan mon"), "2027-02-01T09:00Z", "2028-01-03T08:00:00.000Z"],
  ["the last day of the month", cron("0 12 L * *"), "2028-02-01T00:00Z", "2028-02-29T11:00:00.000Z"],
  ["the second Friday", cron("0 12 * * FRI#2"), "2027-05-01T00:00Z", "2027-05-14T10:00:00.000Z"],
  ["29 February", cron("0 0 29 2 *"), "2027-05-01T00:00Z", "2028-02-28T23:00:00.000Z"],
  ["seconds in front", cron("15 0 9 * * *"), "2027-05-01T00:00Z", "2027-05-01T07:00:15.000Z"],
  ["a nickname", cron("@daily"), "2027-05-01T00:00Z", "2027-05-01T22:00:00.000Z"],
  ["day of month or weekday", cron("0 0 13 * 5"), "2027-05-08T00:00Z", "2027-05-12T22:00:00.000Z"],
];

test.each(nexts)("%s", (_name, schedule, after, next) => {
  const found = nextSlot(table(schedule), at(after));
  expect(found === undefined ? undefined : isoTime(found)).toBe(next);
});

test("`every` keeps its phase by when it was made", () => {
  const timetable = table({ kind: "every", everyMs: 600_000 }, 1_234);
  expect(nextSlot(timetable, 1_234)).toBe(601_234);
  expect(nextSlot(timetable, 0)).toBe(601_234);
  expect(nextSlot(timetable, 50_000_000)).toBe(50_401_234);
});

test("slots of a span are counted up to a limit, and the newest is known above it", () => {
  const few = slotsUntil(table({ kind: "every", everyMs: 1_000 }), 5_000, 8_500);
  expect(few).toEqual({ first: 5_000, last: 8_000, count: 4, list: [5_000, 6_000, 7_000, 8_000] });
  const first = at("2027-01-01T00:00Z");
  const many = slotsUntil(table(cron("*/5 * * * *")), first, at("2027-06-01T00:07Z"));
  expect([many.count, many.list.length, isoTime(many.last)]).toEqual([countMax, countMax, "2027-06-01T00:05:00.000Z"]);
  const seconds = slotsUntil(table({ kind: "every", everyMs: 1_000 }), 0, 31_536_000_500);
  expect([seconds.count, seconds.last]).toEqual([countMax, 31_536_000_000]);
});

const problems: [schedule: Schedule, problem: string][] = [
  [cron("* * *"), "five, six"],
  [cron("61 * * * *"), "Invalid value for minute: 61"],
  [cron("0 25 * * *"), "Invalid value for hour: 25"],
  [cron("x y z a b"), "illegal characters"],
  [cron("0 0 31 2 *"), "it never comes"],
  [cron("0 9 * * * * 2030"), "five fields are needed, or six"],
  [cron("@reboot"), "not supported"],
  [cron("*/0 * * * *"), "illegal stepping"],
  [cron("0 9 * * *", "Mars/Olympus"), '"Mars/Olympus" is no time zone'],
  [{ kind: "every", everyMs: 10 }, "too often"],
];

test.each(problems)("%j is refused in words", (schedule, problem) => {
  expect(scheduleProblem(schedule, expressions)).toContain(problem);
});
