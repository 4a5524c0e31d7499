import type { Clock } from "../lib/index.ts";
import { isoTime } from "../lib/index.ts";
import { invalidRequest } from "../protocol/index.ts";
import { thinkingLevelOf } from "../sessions/index.ts";
import { type CronJob, isActive } from "./cron-job.ts";
import { refuseMismatch } from "./desk.ts";
import { punctualMs } from "./due.ts";
import type { LedgerStore } from "./ledger.store.ts";
import type { Planner } from "./planner.ts";
import { scheduleProblem } from "./schedule.ts";
import type { Work } from "./work.ts";

export interface AdmissionParts {
  readonly clock: Pick<Clock, "nowMs">;
  readonly planner: Planner;
  readonly ledger: LedgerStore;
  readonly work: Work;
  /** Throws for an agent that there is not. */
  readonly knownAgent: (id: string) => void;
  readonly knownModel: (reference: string) => boolean;
}

/** Refuses, in words, a job that cannot be followed, before anything of it is stored. */
export async function admitJob(job: CronJob, parts: AdmissionParts): Promise<void> {
  const { payload, schedule } = job;
  const expressions = schedule.kind === "cron" ? await parts.planner.loadExpressions() : undefined;
  const problem = scheduleProblem(schedule, expressions);
  if (problem !== undefined) throw invalidRequest(problem);
  refuseMismatch(job);
  if (job.agentId !== undefined) parts.knownAgent(job.agentId);
  if (payload.kind === "agentTurn") {
    thinkingLevelOf(payload.thinking);
    const { model } = payload;
    if (model !== undefined && !parts.knownModel(model)) {
      throw invalidRequest(`model not allowed: ${model} (see models.list)`);
    }
  }
  parts.work.refuseUnreachable(job);
  if (schedule.kind !== "at" || !isActive(job) || job.nextAtMs !== undefined) return;
  const isPast = schedule.atMs < parts.clock.nowMs() - punctualMs;
  const isTaken = parts.ledger.coverOf(job.id, schedule.atMs) !== undefined;
  if ((isPast || isTaken) && parts.ledger.open(job.id).length === 0) {
    throw invalidRequest(`${isoTime(schedule.atMs)} is in the past: give a time that is still to come`);
  }
}
