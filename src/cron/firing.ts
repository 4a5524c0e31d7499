import type { Static } from "@sinclair/typebox";
import { errorFields, type Log, type Random, shorten } from "../lib/index.ts";
import { GatewayError, type PayloadOf } from "../protocol/index.ts";
import type { Run } from "../runs/index.ts";
import type { Database } from "../storage/index.ts";
import type { cronEvents } from "./cron.events.ts";
import { summaryCharsMax } from "./cron.events.ts";
import type { CronJob } from "./cron-job.ts";
import { decideDue, type Passed } from "./due.ts";
import type { JobStore } from "./job.store.ts";
import type { LedgerRow, LedgerStore } from "./ledger.store.ts";
import { type After, afterOutcome, type Outcome, statusOf } from "./outcome.ts";
import type { Planner } from "./planner.ts";
import { endOf, noteFor, pausedNotice } from "./words.ts";
import type { Work, WorkParts } from "./work.ts";

/** One job's slots that are due, in one transaction with what they make: rows first, then the work. */

export type CronEvent = PayloadOf<(typeof cronEvents)["cron"]>;
export type CronAction = Static<(typeof cronEvents)["cron"]["payload"]>["action"];

/** What is to be done once the transaction is on disk. */
export interface Fired {
  readonly nowMs: number;
  readonly events: CronEvent[];
  readonly runs: Run[];
  /** Agents whose main session has something to read now. */
  readonly wakes: string[];
  /** Sessions of the past whose transcripts may go. */
  readonly forgotten: string[];
  isSending: boolean;
  isTroubled: boolean;
}

export function nothingFired(nowMs: number): Fired {
  return { nowMs, events: [], runs: [], wakes: [], forgotten: [], isSending: false, isTroubled: false };
}

export interface FiringParts extends WorkParts {
  readonly database: Database;
  readonly random: Random;
  readonly log: Log;
  readonly jobs: JobStore;
  readonly ledger: LedgerStore;
  readonly planner: Planner;
  readonly work: Work;
  readonly misfireWindowMs: () => number;
  /** Why an agent's turn cannot be had at all; undefined when it can. */
  readonly obstacleTo: (agentId: string, model: string | undefined) => string | undefined;
}

export class Firing {
  readonly #parts: FiringParts;

  constructor(parts: FiringParts) {
    this.#parts = parts;
  }

  /** What is due of the job now. Call it inside a transaction. */
  fire(id: string, nowMs: number): Fired {
    const { jobs, ledger, planner } = this.#parts;
    const fired = nothingFired(nowMs);
    const job = jobs.find(id);
    if (job?.nextAtMs === undefined || job.nextAtMs > nowMs) return fired;
    if (job.schedule.kind === "at" && ledger.coverOf(id, job.schedule.atMs)) {
      const planned = { ...job, nextAtMs: undefined };
      jobs.put(planned);
      this.#runOrSkip(planned, { kind: "retry", slot: job.schedule.atMs }, fired);
      return fired;
    }
    if (ledger.coverOf(id, job.nextAtMs)) {
      jobs.put({ ...job, nextAtMs: planner.next(job, nowMs) });
      return fired;
    }
    const slots = planner.slotsUntil(job, job.nextAtMs, nowMs);
    const decision = decideDue({
      slots,
      nowMs,
      misfire: job.misfire,
      windowMs: this.#parts.misfireWindowMs(),
      isRunning: ledger.open(id).length > 0,
      holdUntilMs: job.holdUntilMs,
      obstacle: this.obstacleOf(job),
    });
    let planned: CronJob = { ...job, nextAtMs: planner.next(job, Math.max(nowMs, slots.last)) };
    jobs.put(planned);
    if (decision.missed) planned = this.#pass(planned, "missed", decision.missed, fired);
    if (decision.skipped) planned = this.#pass(planned, "skipped", decision.skipped, fired);
    for (const slot of decision.run) planned = this.#begin(planned, { kind: "slot", slot }, fired).job;
    return fired;
  }

  /** Runs the job now, whatever its schedule says. Call it inside a transaction. */
  force(job: CronJob, nowMs: number): { readonly fired: Fired; readonly row: LedgerRow } {
    const fired = nothingFired(nowMs);
    const { rowId } = this.#begin(job, { kind: "forced", slot: nowMs }, fired);
    return { fired, row: this.#parts.ledger.find(rowId)! };
  }

  /** A run of a job ended. Call it inside the transaction that ends the run. */
  ended(run: Run, text: string, nowMs: number): Fired {
    const { jobs, ledger, work } = this.#parts;
    const fired = nothingFired(nowMs);
    const row = ledger.ofRun(run.id);
    const job = row && jobs.find(row.jobId);
    if (!row || !job || row.state !== "started") return fired;
    const end = endOf(run);
    const said = text.trim();
    const after = this.#finish(job, row, { ...end, summary: said === "" ? undefined : said }, fired);
    if (run.delivery && said !== "") ledger.delivered(row.id, "queued", undefined);
    const note = noteFor(after, end, said);
    if (note !== undefined) {
      this.#parts.sessions.systemEvents.add(work.mainKeyOf(job), note);
      if (job.wakeMode === "now") fired.wakes.push(work.agentIdOf(job));
    }
    return fired;
  }

  /** A run of which nothing is left. Call it inside the recovery transaction. */
  lost(row: LedgerRow, nowMs: number): Fired {
    const fired = nothingFired(nowMs);
    const job = this.#parts.jobs.find(row.jobId);
    const end: End = { state: "interrupted", reason: "it was cut by a restart of the gateway", summary: undefined };
    if (job) this.#finish(job, row, end, fired);
    return fired;
  }

  /** What a message came to. Call it inside a transaction. */
  delivered(row: LedgerRow, delivery: string, error: string | undefined, nowMs: number): Fired {
    const { jobs, ledger, random } = this.#parts;
    const fired = nothingFired(nowMs);
    ledger.delivered(row.id, delivery, error);
    const job = jobs.find(row.jobId);
    if (!job || job.payload.kind !== "message") return fired;
    if (delivery === "sent") jobs.put({ ...job, errors: 0, holdUntilMs: 0 });
    if (delivery !== "failed" && delivery !== "expired") return fired;
    const reason = `the message was not delivered: ${error ?? delivery}`;
    ledger.end(row.id, { ...row, state: "error", reason, endedAtMs: nowMs });
    const outcome: Outcome = { ...row, state: "error", reason, durationMs: nowMs - row.startedAtMs };
    this.#store(job, afterOutcome(job, outcome, nowMs, random), fired);
    return fired;
  }

  obstacleOf({ payload, agentId }: CronJob): string | undefined {
    if (payload.kind !== "agentTurn") return undefined;
    return this.#parts.obstacleTo(this.#parts.work.agentIdOf({ agentId }), payload.model);
  }

  #runOrSkip(job: CronJob, what: Place, fired: Fired): void {
    const obstacle = this.obstacleOf(job);
    if (obstacle === undefined) {
      this.#begin(job, what, fired);
      return;
    }
    const row = this.#open(job, what, fired.nowMs);
    this.#finish(job, row, { state: "skipped", reason: obstacle, summary: undefined }, fired);
  }

  /** The row is there before the work is; both are on disk together. */
  #begin(job: CronJob, what: Place, fired: Fired): { readonly job: CronJob; readonly rowId: string } {
    const { database, work, ledger } = this.#parts;
    const { nowMs } = fired;
    const isAlone = ledger.open(job.id).length === 0;
    const row = this.#open(job, what, nowMs);
    fired.events.push({ jobId: job.id, action: "started", runAtMs: nowMs });
    try {
      const begun = database.transaction(() => work.begin(job, row.id, isAlone));
      if (begun.run) {
        ledger.began(row.id, begun.run.id);
        fired.runs.push(begun.run);
        if (begun.forgotten !== undefined) fired.forgotten.push(begun.forgotten);
        return { job, rowId: row.id };
      }
      if (begun.isSending) ledger.delivered(row.id, "queued", undefined);
      if (begun.isSending) fired.isSending = true;
      if (job.payload.kind === "systemEvent" && job.wakeMode === "now") fired.wakes.push(work.agentIdOf(job));
      const end: End = { state: "ok", reason: undefined, summary: begun.summary, isUnproven: begun.isSending };
      return { job: this.#finish(job, row, end, fired), rowId: row.id };
    } catch (error) {
      if (!(error instanceof GatewayError)) this.#parts.log.error("job.failed", { id: job.id, ...errorFields(error) });
      const reason = error instanceof GatewayError ? error.message : "a fault of the gateway; see its log";
      const end: End = { state: "error", reason, summary: undefined };
      return { job: this.#finish(job, row, end, fired), rowId: row.id };
    }
  }

  #open(job: CronJob, { kind, slot }: Place, nowMs: number): LedgerRow {
    const row: LedgerRow = {
      id: this.#parts.ids.sortable("crun"),
      jobId: job.id,
      kind,
      slot,
      lastSlot: slot,
      slots: 1,
      state: "started",
      reason: undefined,
      runId: undefined,
      delivery: undefined,
      startedAtMs: nowMs,
      endedAtMs: undefined,
      summary: undefined,
      nextAtMs: job.nextAtMs,
    };
    this.#parts.ledger.insert(row);
    return row;
  }

  /** Slots that nothing is done in, with why. */
  #pass(job: CronJob, state: "missed" | "skipped", passed: Passed, fired: Fired): CronJob {
    const { ledger, random, ids } = this.#parts;
    const { slots, reason } = passed;
    const { nowMs } = fired;
    if (!ledger.extend(job.id, state, passed, nowMs)) {
      ledger.insert({
        id: ids.sortable("crun"),
        jobId: job.id,
        kind: "slot",
        slot: slots.first,
        lastSlot: slots.last,
        slots: slots.count,
        state,
        reason,
        runId: undefined,
        delivery: undefined,
        startedAtMs: nowMs,
        endedAtMs: nowMs,
        summary: undefined,
        nextAtMs: job.nextAtMs,
      });
    }
    const outcome: Outcome = { kind: "slot", slot: slots.last, state, reason, startedAtMs: nowMs, durationMs: 0 };
    const after = this.#store(job, afterOutcome(job, outcome, nowMs, random), fired);
    fired.events.push({
      jobId: job.id,
      action: "finished",
      runAtMs: slots.last,
      status: "skipped",
      error: reason,
      ...nextOf(after),
    });
    return after;
  }

  #finish(job: CronJob, row: LedgerRow, end: End, fired: Fired): CronJob {
    const { ledger, random } = this.#parts;
    const { state, reason } = end;
    const { nowMs } = fired;
    const summary = end.summary === undefined ? undefined : shorten(end.summary, summaryCharsMax);
    const durationMs = Math.max(0, nowMs - row.startedAtMs);
    const outcome: Outcome = { ...row, state, reason, durationMs };
    const judged = afterOutcome(job, outcome, nowMs, random);
    // A message that is on its way has proven nothing yet.
    const kept = { errors: job.errors, holdUntilMs: job.holdUntilMs };
    const after = end.isUnproven ? { ...judged, job: { ...judged.job, ...kept } } : judged;
    ledger.end(row.id, { state, reason, endedAtMs: nowMs, summary, nextAtMs: after.job.nextAtMs });
    const stored = this.#store(job, after, fired);
    fired.events.push({
      jobId: job.id,
      action: "finished",
      runAtMs: row.startedAtMs,
      durationMs,
      status: statusOf(state),
      ...(reason !== undefined && { error: reason.slice(0, reasonCharsMax) }),
      ...(summary !== undefined && { summary }),
      ...nextOf(stored),
    });
    return stored;
  }

  #store(before: CronJob, { job, isDone, isPaused }: After, fired: Fired): CronJob {
    const { jobs, sessions, work, log } = this.#parts;
    if (isDone && job.deleteAfterRun) {
      jobs.remove(job.id);
      fired.events.push({ jobId: job.id, action: "removed" });
      return job;
    }
    jobs.put({ ...job, lastError: job.lastError?.slice(0, reasonCharsMax) });
    if (isPaused && before.pausedReason === undefined) {
      fired.isTroubled = true;
      log.warn("job.paused", { id: job.id, errors: job.errors });
      sessions.systemEvents.add(work.mainKeyOf(job), pausedNotice(job));
      fired.events.push({ jobId: job.id, action: "updated" });
    }
    return job;
  }
}

type Place = Pick<Outcome, "kind" | "slot">;

interface End extends Pick<Outcome, "state" | "reason"> {
  readonly summary: string | undefined;
  readonly isUnproven?: boolean | undefined;
}

const reasonCharsMax = 2_000;

function nextOf({ nextAtMs }: CronJob): { nextRunAtMs?: number } {
  return nextAtMs === undefined ? {} : { nextRunAtMs: nextAtMs };
}
