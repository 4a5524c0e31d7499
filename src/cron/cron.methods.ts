import { type Static, Type } from "@sinclair/typebox";
import { methodsFor, operator, type Principal, shape } from "../protocol/index.ts";
import type { Cron } from "./cron.ts";
import { summaryCharsMax } from "./cron.events.ts";
import {
  type Authority,
  type CronJob,
  CronJobShape,
  Isolation,
  jobIdCharsMax,
  jobNameCharsMax,
  jobOnWire,
  Misfire,
  Payload,
  PayloadPatch,
  Schedule,
  SessionTarget,
  State,
  WakeMode,
} from "./cron-job.ts";
import type { LedgerRow } from "./ledger.store.ts";
import { normaliseAdd, normaliseId, normaliseUpdate } from "./normalise.ts";
import { statusOf } from "./outcome.ts";

const { arrayOf, closed, count, lenient, named, nonEmpty, nullable, oneOf, optional, text, timeMs } = shape;

const method = methodsFor<{ readonly cron: Cron; readonly storePath: string }>();

const runsMax = 1_000;
const id = nonEmpty(jobIdCharsMax);

const NewJobFields = {
  agentId: optional(nullable(nonEmpty(64))),
  description: optional(text(1024)),
  enabled: optional(Type.Boolean()),
  deleteAfterRun: optional(Type.Boolean()),
  isolation: optional(Isolation),
  misfire: optional(Misfire),
};

const RunLogEntry = named("CronRunLogEntry", {
  ts: timeMs(),
  jobId: id,
  action: oneOf("started", "finished"),
  status: optional(oneOf("ok", "error", "skipped")),
  error: optional(text(2048)),
  summary: optional(text(summaryCharsMax)),
  runAtMs: optional(timeMs()),
  durationMs: optional(count()),
  nextRunAtMs: optional(timeMs()),
  // What became of the slots in our own words, beside what older clients read.
  kind: oneOf("slot", "retry", "forced"),
  state: oneOf("started", "ok", "error", "skipped", "missed", "interrupted"),
  slotAtMs: timeMs(),
  lastSlotAtMs: optional(timeMs()),
  slots: count(),
  runId: optional(nonEmpty(64)),
  delivery: optional(text(32)),
});

export const cronMethods = {
  "cron.list": method({
    summary: "Lists the scheduled jobs, soonest first.",
    access: operator("read"),
    // Clients of today send how they would like it sorted and cut; they get all of it, soonest first.
    params: lenient({ includeDisabled: optional(Type.Boolean()), agentId: optional(nonEmpty(64)) }),
    result: named("CronListResult", { jobs: arrayOf(CronJobShape, 1_000) }),
    handle: ({ includeDisabled = false, agentId }, { cron }) => ({
      jobs: cron
        .list(includeDisabled)
        .filter((job) => agentId === undefined || cron.agentIdOf(job) === agentId)
        .map((job) => shownJob(job, cron)),
    }),
  }),
  "cron.status": method({
    summary: "Whether scheduled jobs run, how many there are, and when the next one comes.",
    access: operator("read"),
    params: named("CronStatusParams", {}),
    result: named("CronStatusResult", {
      enabled: Type.Boolean(),
      storePath: text(4096),
      jobs: count(),
      nextWakeAtMs: nullable(timeMs()),
      paused: count(),
      timeZone: nonEmpty(64),
      waitsUntilMs: optional(timeMs()),
    }),
    handle: (_params, { cron, storePath }) => ({
      enabled: cron.isEnabled,
      storePath,
      jobs: cron.count(),
      nextWakeAtMs: cron.nextMs() ?? null,
      paused: cron.paused(1_000).length,
      timeZone: cron.zone,
      ...(cron.waitsUntilMs !== undefined && { waitsUntilMs: cron.waitsUntilMs }),
    }),
  }),
  "cron.add": method({
    summary: "Adds a scheduled job. Older spellings of its fields are understood.",
    access: operator("admin"),
    normalise: normaliseAdd,
    params: named("CronAddParams", {
      name: nonEmpty(jobNameCharsMax),
      schedule: Schedule,
      sessionTarget: SessionTarget,
      wakeMode: WakeMode,
      payload: Payload,
      ...NewJobFields,
    }),
    result: CronJobShape,
    errors: ["INVALID_REQUEST", "NOT_LINKED", "UNAVAILABLE"],
    handle: async (params, { cron }, { principal }) => shownJob(await cron.add(params, authorityOf(principal)), cron),
  }),
  "cron.update": method({
    summary: "Changes a scheduled job; `enabled: true` also takes one up again that was stopped after errors.",
    access: operator("admin"),
    normalise: normaliseUpdate,
    params: named("CronUpdateParams", {
      id,
      patch: named("CronJobPatch", {
        name: optional(nonEmpty(jobNameCharsMax)),
        schedule: optional(Schedule),
        sessionTarget: optional(SessionTarget),
        wakeMode: optional(WakeMode),
        payload: optional(PayloadPatch),
        ...NewJobFields,
        state: optional(State),
      }),
    }),
    result: CronJobShape,
    errors: ["INVALID_REQUEST", "NOT_LINKED", "UNAVAILABLE"],
    handle: async (params, { cron }, { principal }) =>
      shownJob(await cron.update(params.id, params.patch, authorityOf(principal)), cron),
  }),
  "cron.remove": method({
    summary: "Removes a scheduled job and its history; what runs of it is ended.",
    access: operator("admin"),
    normalise: normaliseId,
    params: named("CronRemoveParams", { id }),
    result: closed({ ok: Type.Literal(true), removed: Type.Boolean() }),
    handle: async (params, { cron }) => ({ ok: true as const, removed: await cron.remove(params.id) }),
  }),
  "cron.run": method({
    summary: "Runs a job, when it is due or (force) at once, and answers at the end of its run.",
    access: operator("admin"),
    normalise: normaliseId,
    params: named("CronRunParams", { id, mode: optional(oneOf("due", "force")) }),
    result: named("CronRunResult", {
      ok: Type.Literal(true),
      ran: Type.Boolean(),
      reason: optional(oneOf("not-due", "already-running", "no-model")),
    }),
    errors: ["UNAVAILABLE"],
    handle: async (params, { cron }) => {
      const outcome = await cron.run(params.id, params.mode ?? "due");
      return { ok: true as const, ran: outcome === "ran", ...(outcome !== "ran" && { reason: outcome }) };
    },
  }),
  "cron.runs": method({
    summary: "What became of a job's times: the newest of them, oldest first.",
    access: operator("read"),
    normalise: normaliseId,
    params: lenient({ id, limit: optional(Type.Integer({ minimum: 1, maximum: 5_000 })) }),
    result: named("CronRunsResult", { entries: arrayOf(RunLogEntry, 2_000) }),
    errors: ["UNAVAILABLE"],
    handle: (params, { cron }) => ({
      entries: cron.history(params.id, Math.min(params.limit ?? 200, runsMax)).map(entryOnWire),
    }),
  }),
};

/** Whoever may add jobs here is the owner's own tool. */
function authorityOf(principal: Principal): Authority {
  return { by: principal.id };
}

function shownJob(job: CronJob, cron: Cron): Static<typeof CronJobShape> {
  return jobOnWire(job, cron.runningMs(job.id));
}

function entryOnWire(row: LedgerRow): Static<typeof RunLogEntry> {
  const { state, reason, summary, startedAtMs, endedAtMs, nextAtMs, runId, delivery } = row;
  return {
    ts: endedAtMs ?? startedAtMs,
    jobId: row.jobId,
    action: state === "started" ? "started" : "finished",
    ...(state !== "started" && { status: statusOf(state) }),
    ...(reason !== undefined && { error: reason.slice(0, 2048) }),
    ...(summary !== undefined && { summary }),
    runAtMs: startedAtMs,
    ...(endedAtMs !== undefined && { durationMs: Math.max(0, endedAtMs - startedAtMs) }),
    ...(nextAtMs !== undefined && { nextRunAtMs: nextAtMs }),
    kind: row.kind,
    state,
    slotAtMs: row.slot,
    ...(row.lastSlot !== row.slot && { lastSlotAtMs: row.lastSlot }),
    slots: row.slots,
    ...(runId !== undefined && { runId }),
    ...(delivery !== undefined && { delivery }),
  };
}
