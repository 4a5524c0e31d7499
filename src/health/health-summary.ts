import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";

/** Shapes of section 5.3 of the wire document. */

const { arrayOf, count, named, nonEmpty, nullable, oneOf, optional, recordOf, text, timeMs } = shape;

const HeartbeatSettings = named("HeartbeatSettings", {
  enabled: Type.Boolean(),
  every: text(32),
  everyMs: nullable(count()),
  prompt: text(4096),
  target: text(64),
  model: optional(text(256)),
  ackMaxChars: count(),
});
export type HeartbeatSettings = Static<typeof HeartbeatSettings>;

const RecentSession = named("HealthRecentSession", {
  key: nonEmpty(512),
  updatedAt: nullable(timeMs()),
  age: nullable(count()),
});
const HealthSessions = named("HealthSessions", { path: text(4096), count: count(), recent: arrayOf(RecentSession, 5) });

const HealthAgent = named("HealthAgent", {
  agentId: nonEmpty(64),
  name: optional(nonEmpty(128)),
  isDefault: Type.Boolean(),
  heartbeat: HeartbeatSettings,
  sessions: HealthSessions,
});

/** Why nothing new is accepted, and what the owner can do. It is absent while all is well. */
export const HealthStore = named("HealthStore", { reason: nonEmpty(256), cure: nonEmpty(1024) });

/** Why the config's file is not what holds, and the command that helps. It is absent while it is. */
export const HealthConfig = named("HealthConfig", { reason: nonEmpty(1024), cure: nonEmpty(256) });

/** `channels` is open per network: every provider says what it knows of its accounts. */
export const HealthSummary = named("HealthSummary", {
  ok: Type.Literal(true),
  ts: timeMs(),
  durationMs: count(),
  channels: recordOf(Type.Unknown()),
  channelOrder: arrayOf(nonEmpty(64), 64),
  channelLabels: recordOf(nonEmpty(128)),
  heartbeatSeconds: count(),
  defaultAgentId: nonEmpty(64),
  agents: arrayOf(HealthAgent, 64),
  sessions: HealthSessions,
  store: optional(HealthStore),
  config: optional(HealthConfig),
});
export type HealthSummary = Static<typeof HealthSummary>;

const StatusSession = named("StatusSession", {
  agentId: optional(nonEmpty(64)),
  key: nonEmpty(512),
  kind: nonEmpty(16),
  sessionId: optional(nonEmpty(128)),
  updatedAt: nullable(timeMs()),
  age: nullable(count()),
  thinkingLevel: optional(nonEmpty(32)),
  verboseLevel: optional(nonEmpty(32)),
  reasoningLevel: optional(nonEmpty(32)),
  elevatedLevel: optional(nonEmpty(32)),
  systemSent: optional(Type.Boolean()),
  abortedLastRun: optional(Type.Boolean()),
  inputTokens: optional(count()),
  outputTokens: optional(count()),
  totalTokens: nullable(count()),
  remainingTokens: nullable(count()),
  percentUsed: nullable(count()),
  model: nullable(nonEmpty(128)),
  contextTokens: nullable(count()),
  flags: arrayOf(nonEmpty(128), 32),
});
export type StatusSession = Static<typeof StatusSession>;

const StatusHeartbeat = named("StatusHeartbeat", {
  defaultAgentId: nonEmpty(64),
  agents: arrayOf(
    named("StatusHeartbeatAgent", {
      agentId: nonEmpty(64),
      enabled: Type.Boolean(),
      every: text(32),
      everyMs: nullable(count()),
    }),
    64,
  ),
});

const StatusSessions = named("StatusSessions", {
  paths: arrayOf(text(4096), 64),
  count: count(),
  defaults: named("StatusDefaults", { model: nullable(nonEmpty(128)), contextTokens: nullable(count()) }),
  recent: arrayOf(StatusSession, 10),
  byAgent: arrayOf(
    named("StatusAgentSessions", {
      agentId: nonEmpty(64),
      path: text(4096),
      count: count(),
      recent: arrayOf(StatusSession, 10),
    }),
    64,
  ),
});

/** Tailscale in front of the gateway: where it leads, or why it does not, and what helps. It is absent while off. */
const StatusTailscale = named("StatusTailscale", {
  mode: oneOf("serve", "funnel"),
  url: optional(nonEmpty(512)),
  reason: optional(nonEmpty(512)),
  cure: optional(nonEmpty(512)),
});

const StatusGateway = named("StatusGateway", {
  version: nonEmpty(64),
  bootId: nonEmpty(64),
  uptimeMs: count(),
  pid: count(),
  rssBytes: count(),
  connections: count(),
  runsActive: count(),
  model: nonEmpty(256),
  tailscale: optional(StatusTailscale),
  advice: arrayOf(nonEmpty(512), 16),
});

const byTheHour = arrayOf(count(), 24);

const StatusNetwork = named("StatusNetwork", {
  provider: nonEmpty(64),
  accountId: nonEmpty(64),
  label: nonEmpty(128),
  state: nonEmpty(32),
  handle: optional(nonEmpty(256)),
  reason: optional(text(512)),
  cure: optional(text(512)),
  /** Messages of the last 24 hours, the oldest hour first. */
  in: byTheHour,
  out: byTheHour,
  lastInAtMs: optional(timeMs()),
  lastOutAtMs: optional(timeMs()),
});

const StatusNode = named("StatusNode", { nodeId: nonEmpty(128), name: nonEmpty(256), isOnline: Type.Boolean() });
const StatusJob = named("StatusJob", { id: nonEmpty(64), name: text(256), nextAtMs: timeMs() });

/** `waiting` for the agent, on the way out, `held` since nobody knows whether it arrived, or not delivered. */
const StatusMessages = named("StatusMessages", { waiting: count(), leaving: count(), held: count(), lost: count() });

/** What goes on, as a picture shows it. */
const StatusActivity = named("StatusActivity", {
  atMs: timeMs(),
  networks: arrayOf(StatusNetwork, 64),
  messages: StatusMessages,
  memoryBudgetBytes: count(),
  nodes: arrayOf(StatusNode, 64),
  /** Those that come next, and how many there are. */
  jobs: arrayOf(StatusJob, 5),
  jobCount: count(),
});
export type StatusActivity = Static<typeof StatusActivity>;

export const StatusSummary = named("StatusSummary", {
  heartbeat: StatusHeartbeat,
  channelSummary: arrayOf(text(1024), 64),
  queuedSystemEvents: arrayOf(text(4096), 64),
  sessions: StatusSessions,
  gateway: StatusGateway,
  /** Gateways of other makers know nothing of it. */
  activity: optional(StatusActivity),
});
export type StatusSummary = Static<typeof StatusSummary>;
