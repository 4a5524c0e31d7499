import type { Clock } from "../lib/index.ts";
import type { CronJob } from "./cron-job.ts";
import { type Expressions, loadExpressions } from "./expressions.ts";
import type { JobStore } from "./job.store.ts";
import type { LedgerStore } from "./ledger.store.ts";
import { errorBackoff } from "./outcome.ts";
import { nextSlot, type Slots, slotsUntil, type Timetable } from "./schedule.ts";

/** Rows that planning steps over: more would mean a schedule that was lived through already. */
const stepsMax = 10_000;

/** Which slot comes next: the first one that nothing became of yet. */
export class Planner {
  readonly #jobs: JobStore;
  readonly #ledger: LedgerStore;
  readonly #zone: () => string;
  readonly #clock: Pick<Clock, "nowMs">;
  #expressions: Expressions | undefined;

  constructor(parts: {
    readonly jobs: JobStore;
    readonly ledger: LedgerStore;
    readonly zone: () => string;
    readonly clock: Pick<Clock, "nowMs">;
  }) {
    this.#jobs = parts.jobs;
    this.#ledger = parts.ledger;
    this.#zone = parts.zone;
    this.#clock = parts.clock;
  }

  /** To be called before anything with a cron expression is planned or judged. */
  async loadExpressions(): Promise<Expressions> {
    this.#expressions ??= await loadExpressions();
    return this.#expressions;
  }

  get expressions(): Expressions | undefined {
    return this.#expressions;
  }

  slotsUntil(job: CronJob, firstMs: number, nowMs: number): Slots {
    return slotsUntil(this.#timetable(job), firstMs, nowMs);
  }

  /** An `at` that is in the past has none. */
  next(job: CronJob, afterMs: number): number | undefined {
    const timetable = this.#timetable(job);
    let fromMs = afterMs;
    for (let step = 0; step < stepsMax; step++) {
      const slot = nextSlot(timetable, fromMs);
      if (slot === undefined) return undefined;
      const covered = this.#ledger.coverOf(job.id, slot);
      if (!covered) return slot;
      fromMs = Math.max(slot, covered.lastSlot);
    }
    return undefined;
  }

  /** The clock was set back: jobs come again when the clock says so, and no slot comes twice. */
  replan(): number {
    const nowMs = this.#clock.nowMs();
    let changed = 0;
    for (const job of this.#jobs.all()) {
      const holdUntilMs = Math.min(job.holdUntilMs, nowMs + errorBackoff.maxMs);
      const nextAtMs = this.#replanned(job, nowMs);
      if (nextAtMs === job.nextAtMs && holdUntilMs === job.holdUntilMs) continue;
      this.#jobs.put({ ...job, nextAtMs, holdUntilMs });
      changed++;
    }
    return changed;
  }

  /** Expressions that name no zone mean another one from now on. What is due already comes as it was planned. */
  rezone(): void {
    const nowMs = this.#clock.nowMs();
    for (const job of this.#jobs.all()) {
      const { schedule, nextAtMs } = job;
      if (schedule.kind !== "cron" || schedule.tz !== undefined) continue;
      if (nextAtMs !== undefined && nextAtMs > nowMs) this.#jobs.put({ ...job, nextAtMs: this.next(job, nowMs) });
    }
  }

  #replanned(job: CronJob, nowMs: number): number | undefined {
    const { nextAtMs, schedule } = job;
    if (nextAtMs === undefined) return undefined;
    if (schedule.kind === "at") return Math.min(nextAtMs, Math.max(schedule.atMs, nowMs + errorBackoff.maxMs));
    this.#ledger.unpass(job.id, nowMs);
    for (const row of this.#ledger.reaching(job.id, nowMs)) {
      const { last, count } = this.slotsUntil(job, row.slot, nowMs);
      this.#ledger.cut(row.id, last, count);
    }
    if (nextAtMs <= nowMs) return nextAtMs;
    return Math.min(nextAtMs, this.next(job, nowMs) ?? nextAtMs);
  }

  #timetable({ schedule, createdAtMs }: CronJob): Timetable {
    return { schedule, createdAtMs, zone: this.#zone(), expressions: this.#expressions };
  }
}
