import { expect, test } from "bun:test";
import type { CronJob } from "../../src/cron/index.ts";
import { makeJob } from "../../src/cron/desk.ts";
import { afterOutcome, errorsMax, type Outcome } from "../../src/cron/outcome.ts";

const now = 1_000_000;
const schedule = { kind: "every" as const, everyMs: 60_000 };
const job = (fields: Partial<CronJob> = {}): CronJob => ({
  ...makeJob(
    { name: "j", schedule, sessionTarget: "main", wakeMode: "now", payload: { kind: "systemEvent", text: "x" } },
    { id: "cron_1", nowMs: 0, authority: { by: "x" } },
  ),
  nextAtMs: now + 60_000,
  ...fields,
});
const once = (fields: Partial<CronJob> = {}) =>
  job({ schedule: { kind: "at", atMs: now }, nextAtMs: undefined, ...fields });
const end = (fields: Partial<Outcome>): Outcome => ({
  kind: "slot",
  slot: now,
  state: "ok",
  reason: undefined,
  startedAtMs: now,
  durationMs: 5,
  ...fields,
});
const after = (before: CronJob, outcome: Partial<Outcome>) =>
  afterOutcome(before, end(outcome), now, { unit: () => 0 });
const error = { state: "error", reason: "boom" } as const;

test("a good end ends a row of errors", () => {
  const { job: good, isDone } = after(job({ errors: 3, holdUntilMs: 7 }), {});
  expect(isDone).toBe(false);
  expect(good).toEqual(job({ lastStatus: "ok", lastAtMs: now, lastDurationMs: 5 }));
});

test("errors pause longer and longer, and the fifth stops the job", () => {
  let failing = job();
  const pauses: number[] = [];
  for (let count = 1; count < errorsMax; count++) {
    const result = after(failing, error);
    expect(result.isPaused).toBe(false);
    failing = result.job;
    pauses.push(failing.holdUntilMs - now);
    expect(failing.nextAtMs).toBe(now + 60_000);
  }
  expect(pauses).toEqual([30_000, 120_000, 480_000, 1_920_000]);
  const last = after(failing, error);
  expect(last.isPaused).toBe(true);
  expect(last.job).toMatchObject({
    errors: 5,
    nextAtMs: undefined,
    pausedReason: "it failed 5 times in a row, the last time with: boom",
  });
});

test("a one-shot that went well is done", () => {
  expect(after(once(), {})).toMatchObject({ isDone: true, job: { enabled: false, nextAtMs: undefined } });
});

test("a one-shot that failed comes again after the pause, and stops after the fifth", () => {
  expect(after(once(), error)).toMatchObject({ isDone: false, isPaused: false, job: { nextAtMs: now + 30_000 } });
  expect(after(once({ errors: 4 }), { ...error, kind: "retry" })).toMatchObject({ isPaused: true });
});

test.each(["skipped", "missed", "interrupted"] as const)("a one-shot that was %s is shown as stopped", (state) => {
  const { job: stopped, isPaused } = after(once(), { state, reason: "why" });
  expect([isPaused, stopped.pausedReason]).toEqual([true, "its time passed: why"]);
});

test("a trial leaves what is to come to come", () => {
  const waiting = once({ nextAtMs: now + 5, schedule: { kind: "at", atMs: now + 5 } });
  expect(after(waiting, { kind: "forced" })).toMatchObject({
    isDone: false,
    job: { enabled: true, nextAtMs: now + 5 },
  });
  expect(after(job({ errors: 2 }), { ...error, kind: "forced" }).job.errors).toBe(2);
});

test("what repeats and was cut by restarts counts as failed", () => {
  expect(after(job(), { state: "interrupted" }).job).toMatchObject({ errors: 1, lastStatus: "error" });
});
