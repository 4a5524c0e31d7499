import { type Clock, errorFields, failpoint, type Log, slept } from "../lib/index.ts";
import type { Config } from "../config/index.ts";
import type { Database } from "../storage/index.ts";
import type { Fired, Firing } from "./firing.ts";
import type { JobStore } from "./job.store.ts";
import type { LedgerStore } from "./ledger.store.ts";
import type { Planner } from "./planner.ts";

/** The wall clock is looked at at least this often: it may jump, and the machine may have slept. */
const lookMs = 30_000;
/** Where nothing is planned. */
const idleMs = 3_600_000;
/** A job that could not be begun is tried again after this. */
const againMs = 1_000;
/** The clock of a machine is corrected by less than this all the time. */
const setBackMs = 1_000;
/** Jobs that are begun together. */
const batchMax = 64;
/** A job that is later than this while the loop goes on is a fault. */
const lateMs = 60_000;
/** After so many starts within the span that ended without a stop, jobs wait: one of them may be what kills it. */
export const crashLoop = { starts: 3, withinMs: 300_000, waitMs: 300_000 } as const;

export interface CronLoopParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly bootId: string;
  readonly jobs: JobStore;
  readonly ledger: LedgerStore;
  readonly planner: Planner;
  readonly firing: Firing;
  readonly tell: (fired: Fired) => void;
}

/** Begins jobs when their time has come, whatever the clock does meanwhile. */
export class CronLoop implements AsyncDisposable {
  readonly #parts: CronLoopParts;
  #stop = new AbortController();
  #nap = new AbortController();
  #life: Promise<void> | undefined;
  #seenMs: number | undefined;
  #waitsUntilMs: number | undefined;

  constructor(parts: CronLoopParts) {
    this.#parts = parts;
  }

  /** Until then no job runs, because the gateway kept crashing. */
  get waitsUntilMs(): number | undefined {
    return this.#waitsUntilMs;
  }

  start(): void {
    this.#stop = new AbortController();
    this.#life = this.#live();
  }

  /** Something was planned: the next look may be sooner. */
  nudge(): void {
    this.#nap.abort();
  }

  async look(): Promise<void> {
    const { clock, jobs, log } = this.#parts;
    try {
      await this.#minded();
      await this.#begin();
      const soonestMs = jobs.soonestMs();
      if (soonestMs !== undefined && clock.nowMs() - soonestMs > lateMs) log.error("job.late", { nextAtMs: soonestMs });
    } catch (error) {
      log.error("cron.failed", errorFields(error));
    }
  }

  /** The settings are others now. */
  async follow(next: Config["cron"], before: Config["cron"]): Promise<void> {
    const { database, jobs, planner } = this.#parts;
    if (next.timeZone !== before.timeZone) {
      if (jobs.hasExpressions()) await planner.loadExpressions();
      await database.commit(() => planner.rezone());
    }
    if (next.enabled && !before.enabled) this.start();
    if (!next.enabled && before.enabled) await this[Symbol.asyncDispose]();
    this.nudge();
  }

  /** What it has begun goes on; `start` begins anew. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#nap.abort();
    await this.#life;
    this.#waitsUntilMs = undefined;
  }

  async #live(): Promise<void> {
    const { clock, log } = this.#parts;
    if (this.#isCrashing()) {
      this.#waitsUntilMs = clock.nowMs() + crashLoop.waitMs;
      log.warn("cron.waits", { untilMs: this.#waitsUntilMs });
      if (!(await slept(clock, crashLoop.waitMs, this.#stop.signal))) return;
      this.#waitsUntilMs = undefined;
    }
    do await this.look();
    while (await this.#napped());
  }

  /** Loads what is needed, and notices that the clock was set back. */
  async #minded(): Promise<void> {
    const { clock, database, jobs, ledger, planner, log } = this.#parts;
    if (!planner.expressions && jobs.hasExpressions()) await planner.loadExpressions();
    const nowMs = clock.nowMs();
    const seenMs = this.#seenMs ?? ledger.newestMs() ?? 0;
    this.#seenMs = nowMs;
    if (seenMs - nowMs <= setBackMs) return;
    const changed = await database.commit(() => planner.replan());
    log.warn("cron.replanned", { backMs: seenMs - nowMs, changed });
  }

  async #begin(): Promise<void> {
    const { clock, database, jobs, firing, log, tell } = this.#parts;
    // One look begins a job once, whatever its row says afterwards: a fault here must not become a hot loop.
    const looked = new Set<string>();
    while (!this.#stop.signal.aborted) {
      const nowMs = clock.nowMs();
      const due = jobs.due(nowMs, batchMax + looked.size).filter(({ id }) => !looked.has(id));
      if (due.length === 0) return;
      const begun = due.map(async ({ id }) => {
        looked.add(id);
        try {
          const fired = await database.commit(() => firing.fire(id, clock.nowMs()));
          failpoint("cron.fired");
          tell(fired);
        } catch (error) {
          log.error("job.failed", { id, ...errorFields(error) });
        }
      });
      await Promise.all(begun);
    }
  }

  /** Sleeps until the next job, a nudge or the next look. False when it is over. */
  async #napped(): Promise<boolean> {
    const { clock, jobs } = this.#parts;
    const soonestMs = jobs.soonestMs();
    this.#nap = new AbortController();
    if (this.#stop.signal.aborted) return false;
    const waitMs = soonestMs === undefined ? idleMs : Math.min(lookMs, soonestMs - clock.nowMs());
    await slept(clock, waitMs > 0 ? waitMs : againMs, this.#nap.signal);
    return !this.#stop.signal.aborted;
  }

  /** Stops that were asked for do not count. */
  #isCrashing(): boolean {
    const { database, clock, bootId } = this.#parts;
    const { n } = database
      .query<{ n: number }>("SELECT count(*) AS n FROM boots WHERE id <> ? AND stopped_at IS NULL AND started_at > ?")
      .get(bootId, clock.nowMs() - crashLoop.withinMs)!;
    return n + 1 >= crashLoop.starts;
  }
}
