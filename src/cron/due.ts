import type { Misfire } from "./cron-job.ts";
import type { Slots } from "./schedule.ts";

/** What becomes of the slots that are due. Pure. */
export interface Due {
  readonly slots: Slots;
  readonly nowMs: number;
  readonly misfire: Misfire;
  /** Slots that passed longer ago than this are not made up for. */
  readonly windowMs: number;
  /** A run of the job that goes on. */
  readonly isRunning: boolean;
  /** After errors. */
  readonly holdUntilMs: number;
  /** Why it cannot run now whatever its schedule says, for instance for want of a model. */
  readonly obstacle: string | undefined;
}

/** Every slot that is due is in exactly one of the three. */
export interface Decision {
  readonly run: readonly number[];
  readonly missed: Passed | undefined;
  readonly skipped: Passed | undefined;
}

export interface Passed {
  readonly slots: Pick<Slots, "first" | "last" | "count">;
  readonly reason: string;
}

/** A slot that is at most so late counts as on time. */
export const punctualMs = 60_000;
/** Slots that one look makes up for with `all`. */
export const madeUpMax = 10;

export const reasons = {
  running: "its last run still went on",
  hold: "it waited after an error",
  away: "the gateway was away or asleep, or the clock was set",
  madeUp: "the gateway was away or asleep; the last of these times was made up for",
} as const;

export function decideDue(due: Due): Decision {
  const { slots, nowMs, misfire, windowMs } = due;
  const lateMs = nowMs - slots.last;
  if (lateMs > (misfire === "skip" ? punctualMs : windowMs)) {
    return { run: [], missed: { slots, reason: reasons.away }, skipped: undefined };
  }
  const reason = whyNot(due);
  if (reason !== undefined) {
    const { missed, kept } = parted(slots, 1);
    return { run: [], missed, skipped: { slots: { first: kept[0]!, last: kept[0]!, count: 1 }, reason } };
  }
  const { missed, kept } = parted(slots, misfire === "all" && slots.count === slots.list.length ? madeUpMax : 1);
  return { run: kept, missed, skipped: undefined };
}

function whyNot({ isRunning, holdUntilMs, nowMs, obstacle }: Due): string | undefined {
  if (isRunning) return reasons.running;
  return nowMs < holdUntilMs ? reasons.hold : obstacle;
}

/** The newest ones, and those before them. */
function parted(slots: Slots, keep: number): { readonly kept: readonly number[]; readonly missed: Passed | undefined } {
  if (keep === 1 || slots.count <= 1) {
    const before = slots.count - 1;
    const last = slots.list.findLast((slot) => slot < slots.last) ?? slots.first;
    const missed = { slots: { first: slots.first, last, count: before }, reason: reasons.madeUp };
    return { kept: [slots.last], missed: before === 0 ? undefined : missed };
  }
  const kept = slots.list.slice(-keep);
  const gone = slots.list.slice(0, -keep);
  const passed = { first: gone[0] ?? 0, last: gone.at(-1) ?? 0, count: gone.length };
  return { kept, missed: gone.length === 0 ? undefined : { slots: passed, reason: reasons.madeUp } };
}
