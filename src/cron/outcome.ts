import { type BackoffLimits, backoffMs, type Random } from "../lib/index.ts";
import type { CronJob } from "./cron-job.ts";

/** What a job is after one of its runs came to an end. Pure. */
export interface Outcome {
  readonly kind: RunKind;
  readonly slot: number;
  readonly state: Exclude<RunState, "started">;
  /** Why it is not `ok`. */
  readonly reason: string | undefined;
  readonly startedAtMs: number;
  readonly durationMs: number;
}

export type RunKind = "slot" | "retry" | "forced";
export type RunState = "started" | "ok" | "error" | "skipped" | "missed" | "interrupted";

/** Errors in a row after which a job is stopped. */
export const errorsMax = 5;
export const errorBackoff: BackoffLimits = { firstMs: 30_000, maxMs: 3_600_000, factor: 4 };

export interface After {
  readonly job: CronJob;
  /** It did what it was there for. */
  readonly isDone: boolean;
  /** It was stopped just now: somebody should look. */
  readonly isPaused: boolean;
}

export function afterOutcome(job: CronJob, outcome: Outcome, nowMs: number, random: Pick<Random, "unit">): After {
  const { state, kind, slot, reason, startedAtMs, durationMs } = outcome;
  const isOneShot = job.schedule.kind === "at";
  const told: CronJob = {
    ...job,
    lastStatus: statusOf(state),
    lastError: state === "ok" ? undefined : (reason ?? state),
    ...(state !== "missed" && { lastAtMs: startedAtMs, lastDurationMs: durationMs }),
  };
  if (state === "ok") {
    // A trial of what is still to come leaves it to come.
    const isDone = isOneShot && !(kind === "forced" && job.nextAtMs !== undefined && slot < job.nextAtMs);
    const rested = { ...told, errors: 0, holdUntilMs: 0 };
    if (!isDone) return { job: rested, isDone, isPaused: false };
    return {
      job: { ...rested, enabled: false, nextAtMs: undefined, pausedReason: undefined },
      isDone,
      isPaused: false,
    };
  }
  if (kind === "forced") return { job: told, isDone: false, isPaused: false };
  if (state === "error" || (state === "interrupted" && !isOneShot)) return afterError(told, isOneShot, nowMs, random);
  if (!isOneShot) return { job: told, isDone: false, isPaused: false };
  const pausedReason = `its time passed: ${reason ?? state}`;
  return { job: { ...told, nextAtMs: undefined, pausedReason }, isDone: false, isPaused: true };
}

/** A one-shot is tried again after a pause; what repeats lets its next times pass until then. */
function afterError(job: CronJob, isOneShot: boolean, nowMs: number, random: Pick<Random, "unit">): After {
  const errors = job.errors + 1;
  if (errors >= errorsMax) {
    const pausedReason = `it failed ${errors} times in a row, the last time with: ${job.lastError ?? "an error"}`;
    return { job: { ...job, errors, nextAtMs: undefined, pausedReason }, isDone: false, isPaused: true };
  }
  const holdUntilMs = nowMs + backoffMs(errors - 1, errorBackoff, random);
  const nextAtMs = isOneShot ? holdUntilMs : job.nextAtMs;
  return { job: { ...job, errors, holdUntilMs, nextAtMs }, isDone: false, isPaused: false };
}

export function statusOf(state: Exclude<RunState, "started">): NonNullable<CronJob["lastStatus"]> {
  if (state === "ok") return "ok";
  return state === "error" || state === "interrupted" ? "error" : "skipped";
}
