import { expect, test } from "bun:test";
import { decideDue, type Decision, type Due, reasons } from "../../src/cron/due.ts";

const hour = 3_600_000;
const now = 100 * hour;
/** Slots every hour, the newest so long ago. */
const hourly = (count: number, lateMs: number): Due["slots"] => {
  const last = now - lateMs;
  const list = Array.from({ length: count }, (_, index) => last - (count - 1 - index) * hour);
  return { first: list[0]!, last, count, list };
};
const due = (wanted: Partial<Due>): Due => ({
  slots: hourly(1, 0),
  nowMs: now,
  misfire: "once",
  windowMs: 6 * hour,
  isRunning: false,
  holdUntilMs: 0,
  obstacle: undefined,
  ...wanted,
});
const nothing: Decision = { run: [], missed: undefined, skipped: undefined };
const part = (first: number, last: number, count: number, reason: string) => ({
  slots: { first, last, count },
  reason,
});

const rows: [name: string, due: Partial<Due>, decision: Decision][] = [
  ["a slot on time is run", {}, { ...nothing, run: [now] }],
  ["a late one within the window is run", { slots: hourly(1, 5 * hour) }, { ...nothing, run: [now - 5 * hour] }],
  [
    "a later one is missed",
    { slots: hourly(1, 7 * hour) },
    { ...nothing, missed: { slots: hourly(1, 7 * hour), reason: reasons.away } },
  ],
  [
    "of several the newest is run",
    { slots: hourly(9, 0) },
    { ...nothing, run: [now], missed: part(now - 8 * hour, now - hour, 8, reasons.madeUp) },
  ],
  [
    "skip: a late one is missed",
    { misfire: "skip", slots: hourly(1, hour) },
    { ...nothing, missed: { slots: hourly(1, hour), reason: reasons.away } },
  ],
  [
    "skip: the newest is run when it is on time",
    { misfire: "skip", slots: hourly(2, 30_000) },
    { ...nothing, run: [now - 30_000], missed: part(now - hour - 30_000, now - hour - 30_000, 1, reasons.madeUp) },
  ],
  ["all: each is run", { misfire: "all", slots: hourly(3, 0) }, { ...nothing, run: [now - 2 * hour, now - hour, now] }],
  [
    "all: the newest ten at most",
    { misfire: "all", slots: hourly(12, 0) },
    { ...nothing, run: hourly(10, 0).list, missed: part(now - 11 * hour, now - 10 * hour, 2, reasons.madeUp) },
  ],
  [
    "while one runs the slot is skipped",
    { isRunning: true },
    { ...nothing, skipped: part(now, now, 1, reasons.running) },
  ],
  ["after an error too", { holdUntilMs: now + 1 }, { ...nothing, skipped: part(now, now, 1, reasons.hold) }],
  ["and without a model", { obstacle: "no model" }, { ...nothing, skipped: part(now, now, 1, "no model") }],
  [
    "too many to list: the newest is run",
    { misfire: "all", slots: { ...hourly(3, 0), count: 1_000 } },
    { ...nothing, run: [now], missed: part(now - 2 * hour, now - hour, 999, reasons.madeUp) },
  ],
];

test.each(rows)("%s", (_name, wanted, decision) => {
  expect(decideDue(due(wanted))).toEqual(decision);
});
