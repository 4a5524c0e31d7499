import { GatewayError, invalidRequest } from "../protocol/index.ts";
import {
  type Authority,
  type CronJob,
  type Isolation,
  type Misfire,
  type Payload,
  type PayloadPatch,
  type Schedule,
  type State,
} from "./cron-job.ts";

/** New jobs and changes of them. Pure: what they are judged by is given. */

export interface NewJob {
  readonly name: string;
  readonly agentId?: string | null;
  readonly description?: string;
  readonly enabled?: boolean;
  readonly deleteAfterRun?: boolean;
  readonly schedule: Schedule;
  readonly sessionTarget: CronJob["sessionTarget"];
  readonly wakeMode: CronJob["wakeMode"];
  readonly payload: Payload;
  readonly isolation?: Isolation;
  readonly misfire?: Misfire;
}

export type JobPatch = Partial<Omit<NewJob, "payload">> & {
  readonly payload?: PayloadPatch;
  readonly state?: State;
};

export function makeJob(wanted: NewJob, made: { id: string; nowMs: number; authority: Authority }): CronJob {
  const { id, nowMs, authority } = made;
  return {
    id,
    agentId: wanted.agentId ?? undefined,
    name: wanted.name.trim() || "Job",
    description: wanted.description,
    enabled: wanted.enabled ?? true,
    deleteAfterRun: wanted.deleteAfterRun ?? false,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    schedule: wanted.schedule,
    sessionTarget: wanted.sessionTarget,
    wakeMode: wanted.wakeMode,
    payload: wanted.payload,
    isolation: wanted.isolation,
    misfire: wanted.misfire ?? "once",
    authority,
    nextAtMs: undefined,
    holdUntilMs: 0,
    errors: 0,
    pausedReason: undefined,
    lastAtMs: undefined,
    lastStatus: undefined,
    lastError: undefined,
    lastDurationMs: undefined,
  };
}

/** The job as it is to be, without its next time. `enabled: true` also takes a job up again that was stopped. */
export function patchJob(job: CronJob, patch: JobPatch, authority: Authority, nowMs: number): CronJob {
  const { payload, agentId, state, ...rest } = patch;
  const resumed = patch.enabled === true ? { pausedReason: undefined, errors: 0, holdUntilMs: 0 } : {};
  return {
    ...job,
    ...rest,
    ...(agentId !== undefined && { agentId: agentId ?? undefined }),
    ...(payload && { payload: patchedPayload(job.payload, payload) }),
    ...(state && stateOf(state)),
    ...resumed,
    // Whoever changes what is done lends no more than both may.
    authority: job.authority.sender ? { ...authority, sender: job.authority.sender } : authority,
    updatedAtMs: nowMs,
  };
}

/** Main sessions get notices, and turns are on their own. */
export function refuseMismatch({ sessionTarget, payload }: Pick<CronJob, "sessionTarget" | "payload">): void {
  if (sessionTarget === "main" && payload.kind !== "systemEvent") {
    throw refusal('main cron jobs require payload.kind="systemEvent"');
  }
  if (sessionTarget === "isolated" && payload.kind === "systemEvent") {
    throw refusal('isolated cron jobs require payload.kind="agentTurn" or "message"');
  }
}

/** Older clients know this kind of refusal as UNAVAILABLE. */
export function refusal(message: string): GatewayError {
  return new GatewayError("UNAVAILABLE", `Error: ${message}`, { retryable: false });
}

export function unknownJob(id: string): GatewayError {
  return refusal(`unknown cron job id: ${id}`);
}

function patchedPayload(before: Payload, patch: PayloadPatch): Payload {
  const merged = before.kind === patch.kind ? { ...before, ...patch } : patch;
  switch (merged.kind) {
    case "systemEvent":
      return { ...merged, text: merged.text ?? missing("text") };
    case "agentTurn":
      return { ...merged, message: merged.message ?? missing("message") };
    default:
      return { ...merged, text: merged.text ?? missing("text"), to: merged.to ?? missing("to") };
  }
}

function missing(field: string): never {
  throw invalidRequest(`invalid cron.update params: at /patch/payload: must have required property '${field}'`);
}

/** What a client may set of the state is what a person may correct. */
function stateOf({ lastStatus, lastError, lastRunAtMs, lastDurationMs }: State): Partial<CronJob> {
  return {
    ...(lastStatus !== undefined && { lastStatus }),
    ...(lastError !== undefined && { lastError }),
    ...(lastRunAtMs !== undefined && { lastAtMs: lastRunAtMs }),
    ...(lastDurationMs !== undefined && { lastDurationMs }),
  };
}
