import { type Static, Type } from "@sinclair/typebox";
import { isoTime } from "../lib/index.ts";
import { shape } from "../protocol/index.ts";

/** A job: when it comes, what it does, and what became of it. Shapes of section 5.10 of the wire document. */

const { count, named, nonEmpty, oneOf, optional, text, timeMs } = shape;

export const jobNameCharsMax = 128;
export const jobTextCharsMax = 20_000;
export const jobIdCharsMax = 64;

/** `at` says the same as `atMs` in ISO form, for clients that read that; it is told and never read. */
const At = named("CronAt", { kind: Type.Literal("at"), atMs: timeMs(), at: optional(text(32)) });
const Every = named("CronEvery", {
  kind: Type.Literal("every"),
  everyMs: Type.Integer({ minimum: 1 }),
  anchorMs: optional(timeMs()),
});
const Expression = named("CronExpression", {
  kind: Type.Literal("cron"),
  expr: nonEmpty(256),
  tz: optional(nonEmpty(64)),
});
export const Schedule = Type.Union([At, Every, Expression], { $id: "CronSchedule" });
export type Schedule = Static<typeof Schedule>;

const deliveryFields = {
  model: optional(nonEmpty(256)),
  thinking: optional(nonEmpty(32)),
  timeoutSeconds: optional(Type.Integer({ minimum: 1, maximum: 604_800 })),
  deliver: optional(Type.Boolean()),
  channel: optional(nonEmpty(64)),
  to: optional(nonEmpty(256)),
  accountId: optional(nonEmpty(64)),
  threadId: optional(nonEmpty(128)),
  bestEffortDeliver: optional(Type.Boolean()),
};
const SystemEvent = named("CronSystemEvent", { kind: Type.Literal("systemEvent"), text: nonEmpty(jobTextCharsMax) });
const AgentTurn = named("CronAgentTurn", {
  kind: Type.Literal("agentTurn"),
  message: nonEmpty(jobTextCharsMax),
  ...deliveryFields,
});
/** Text that goes out as it stands; it needs no model. */
const Message = named("CronMessage", {
  kind: Type.Literal("message"),
  text: nonEmpty(jobTextCharsMax),
  channel: optional(nonEmpty(64)),
  to: nonEmpty(256),
  accountId: optional(nonEmpty(64)),
  threadId: optional(nonEmpty(128)),
});
export const Payload = Type.Union([SystemEvent, AgentTurn, Message], { $id: "CronPayload" });
export type Payload = Static<typeof Payload>;
export type AgentTurnPayload = Static<typeof AgentTurn>;
export type MessagePayload = Static<typeof Message>;

/** A change of a payload: its kind, and what is to be different. */
export const PayloadPatch = Type.Union(
  [
    named("CronSystemEventPatch", {
      kind: Type.Literal("systemEvent"),
      text: optional(nonEmpty(jobTextCharsMax)),
    }),
    named("CronAgentTurnPatch", {
      kind: Type.Literal("agentTurn"),
      message: optional(nonEmpty(jobTextCharsMax)),
      ...deliveryFields,
    }),
    named("CronMessagePatch", {
      kind: Type.Literal("message"),
      text: optional(nonEmpty(jobTextCharsMax)),
      channel: optional(nonEmpty(64)),
      to: optional(nonEmpty(256)),
      accountId: optional(nonEmpty(64)),
      threadId: optional(nonEmpty(128)),
    }),
  ],
  { $id: "CronPayloadPatch" },
);
export type PayloadPatch = Static<typeof PayloadPatch>;

/** What the main session hears of a turn that ran on its own. */
export const Isolation = named("CronIsolation", {
  postToMainPrefix: optional(text(64)),
  postToMainMode: optional(oneOf("summary", "full")),
  postToMainMaxChars: optional(count()),
});
export type Isolation = Static<typeof Isolation>;

export const State = named("CronJobState", {
  nextRunAtMs: optional(timeMs()),
  runningAtMs: optional(timeMs()),
  lastRunAtMs: optional(timeMs()),
  lastStatus: optional(oneOf("ok", "error", "skipped")),
  lastError: optional(text(2048)),
  lastDurationMs: optional(count()),
  pausedReason: optional(text(2048)),
});
export type State = Static<typeof State>;

/** Slots that passed unseen: the newest is made up for, none is, or the newest ten are. */
export const Misfire = oneOf("once", "skip", "all");
export type Misfire = Static<typeof Misfire>;

export const SessionTarget = oneOf("main", "isolated");
export const WakeMode = oneOf("now", "next-heartbeat");

export const CronJobShape = named("CronJob", {
  id: nonEmpty(jobIdCharsMax),
  agentId: optional(nonEmpty(64)),
  name: nonEmpty(jobNameCharsMax),
  description: optional(text(1024)),
  enabled: Type.Boolean(),
  deleteAfterRun: optional(Type.Boolean()),
  createdAtMs: timeMs(),
  updatedAtMs: timeMs(),
  schedule: Schedule,
  sessionTarget: SessionTarget,
  wakeMode: WakeMode,
  payload: Payload,
  isolation: optional(Isolation),
  misfire: optional(Misfire),
  state: State,
});

/** On whose behalf a job works. It never does more than they may now. */
export interface Authority {
  /** Who made it, for the log: a device, or the agent. */
  readonly by: string;
  /** The owner's account that asked the agent for it; absent where a client of the gateway made it. */
  readonly sender?: { readonly provider: string; readonly accountId: string; readonly senderId: string };
}

export interface CronJob {
  readonly id: string;
  readonly agentId: string | undefined;
  readonly name: string;
  readonly description: string | undefined;
  readonly enabled: boolean;
  readonly deleteAfterRun: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly schedule: Schedule;
  readonly sessionTarget: "main" | "isolated";
  readonly wakeMode: "now" | "next-heartbeat";
  readonly payload: Payload;
  readonly isolation: Isolation | undefined;
  readonly misfire: Misfire;
  readonly authority: Authority;
  /** The slot that is planned, or the retry of an `at`. */
  readonly nextAtMs: number | undefined;
  /** Until then it waits after errors. */
  readonly holdUntilMs: number;
  /** In a row. */
  readonly errors: number;
  /** Set when it was stopped by itself, with what happened. */
  readonly pausedReason: string | undefined;
  readonly lastAtMs: number | undefined;
  readonly lastStatus: "ok" | "error" | "skipped" | undefined;
  readonly lastError: string | undefined;
  readonly lastDurationMs: number | undefined;
}

export function isActive({ enabled, pausedReason }: Pick<CronJob, "enabled" | "pausedReason">): boolean {
  return enabled && pausedReason === undefined;
}

export function jobOnWire(job: CronJob, runningAtMs: number | undefined): Static<typeof CronJobShape> {
  const { agentId, description, isolation, misfire, nextAtMs, lastAtMs, lastStatus, schedule } = job;
  const state: State = {
    ...(nextAtMs !== undefined && isActive(job) && { nextRunAtMs: nextAtMs }),
    ...(runningAtMs !== undefined && { runningAtMs }),
    ...(lastAtMs !== undefined && { lastRunAtMs: lastAtMs }),
    ...(lastStatus !== undefined && { lastStatus }),
    ...(job.lastError !== undefined && { lastError: job.lastError }),
    ...(job.lastDurationMs !== undefined && { lastDurationMs: job.lastDurationMs }),
    ...(job.pausedReason !== undefined && { pausedReason: job.pausedReason }),
  };
  return {
    id: job.id,
    ...(agentId !== undefined && { agentId }),
    name: job.name,
    ...(description !== undefined && { description }),
    enabled: job.enabled,
    ...(job.deleteAfterRun && { deleteAfterRun: true }),
    createdAtMs: job.createdAtMs,
    updatedAtMs: job.updatedAtMs,
    schedule: schedule.kind === "at" ? { ...schedule, at: isoTime(schedule.atMs) } : schedule,
    sessionTarget: job.sessionTarget,
    wakeMode: job.wakeMode,
    payload: job.payload,
    ...(isolation !== undefined && { isolation }),
    ...(misfire !== "once" && { misfire }),
    state,
  };
}
