import type { Agents } from "../agents/index.ts";
import { type Clock, Throttle } from "../lib/index.ts";
import { PreparedJson, type Publish } from "../protocol/index.ts";
import type { Session, Sessions } from "../sessions/index.ts";
import type { healthEvents } from "./health.events.ts";
import type {
  HealthSummary,
  HeartbeatSettings,
  StatusActivity,
  StatusSession,
  StatusSummary,
} from "./health-summary.ts";

/** A snapshot older than this is made anew when somebody asks. */
export const healthLifeMs = 60_000;
/** Refreshes that connecting clients cause are told together. */
const refreshIntervalMs = 1_000;
const recentSessions = 5;
const statusSessions = 10;
const networkLinesMax = 64;

export interface HealthParts {
  readonly clock: Clock;
  readonly publish: Publish<typeof healthEvents>;
  readonly agents: Agents;
  readonly sessions: Sessions;
  readonly storePath: string;
  readonly bumpVersion: () => void;
  readonly gateway: () => StatusSummary["gateway"];
  readonly activity: () => StatusActivity;
  /** What is wrong with the disk of the state; undefined while all is well. */
  readonly trouble: () => HealthSummary["store"];
  readonly configTrouble?: () => HealthSummary["config"];
  /** How the messaging networks are, in short. */
  readonly networks: () => Pick<HealthSummary, "channels" | "channelOrder" | "channelLabels">;
  /** The same as lines for people. */
  readonly networkLines: () => readonly string[];
  /** Whether and how often the agent looks after things by itself. */
  readonly heartbeatOf: (agentId: string) => HeartbeatSettings;
  readonly defaultModel: { readonly model: string; readonly contextTokens: number | null };
}

/** How the gateway is, as a snapshot that is made when something changed and not when somebody asks. */
export class Health implements Disposable {
  readonly #parts: HealthParts;
  readonly #telling: Throttle;
  #snapshot: PreparedJson<HealthSummary> | undefined;
  #madeAtMs = 0;

  constructor(parts: HealthParts) {
    this.#parts = parts;
    this.#telling = new Throttle(parts.clock, refreshIntervalMs, () => this.refresh());
  }

  /** The snapshot; a fresh one when it is old or `probe` is asked for. */
  get(probe: boolean): PreparedJson<HealthSummary> {
    const isOld = this.#parts.clock.elapsedMs() - this.#madeAtMs > healthLifeMs;
    if (probe || isOld || !this.#snapshot) return this.refresh();
    return this.#snapshot;
  }

  refresh(): PreparedJson<HealthSummary> {
    const startedAtMs = this.#parts.clock.elapsedMs();
    const made = this.#make(startedAtMs);
    this.#snapshot = new PreparedJson(made);
    this.#madeAtMs = this.#parts.clock.elapsedMs();
    this.#parts.bumpVersion();
    this.#parts.publish("health", made);
    return this.#snapshot;
  }

  /** Something changed, or a client came: told soon, together with what else happens. */
  changed(): void {
    this.#telling.request();
  }

  /** Nothing is told any more. */
  [Symbol.dispose](): void {
    this.#telling.close();
  }

  status(): StatusSummary {
    const { agents, sessions, storePath, gateway, networkLines, defaultModel } = this.#parts;
    const recent = this.#recent(undefined, statusSessions);
    return {
      heartbeat: {
        defaultAgentId: agents.default.id,
        agents: agents.all.map(({ id }) => {
          const { enabled, every, everyMs } = this.#parts.heartbeatOf(id);
          return { agentId: id, enabled, every, everyMs };
        }),
      },
      channelSummary: networkLines().slice(0, networkLinesMax),
      queuedSystemEvents: [...sessions.systemEvents.list(sessions.mainKey)],
      sessions: {
        paths: [storePath],
        count: sessions.count(),
        defaults: { ...defaultModel },
        recent: recent.map((session) => this.#statusOf(session)),
        byAgent: agents.all.map(({ id }) => ({
          agentId: id,
          path: storePath,
          count: sessions.countOf(id),
          recent: this.#recent(id, statusSessions).map((session) => this.#statusOf(session)),
        })),
      },
      gateway: gateway(),
      activity: this.#parts.activity(),
    };
  }

  #make(startedAtMs: number): HealthSummary {
    const { agents, clock } = this.#parts;
    const store = this.#parts.trouble();
    const config = this.#parts.configTrouble?.();
    return {
      ok: true,
      ts: clock.nowMs(),
      durationMs: Math.round(clock.elapsedMs() - startedAtMs),
      ...this.#parts.networks(),
      heartbeatSeconds: Math.round((this.#parts.heartbeatOf(agents.default.id).everyMs ?? 0) / 1000),
      defaultAgentId: agents.default.id,
      agents: agents.all.map((agent) => ({
        agentId: agent.id,
        name: agent.name,
        isDefault: agent === agents.default,
        heartbeat: this.#parts.heartbeatOf(agent.id),
        sessions: this.#sessionsOf(agent.id),
      })),
      sessions: this.#sessionsOf(undefined),
      ...(store && { store }),
      ...(config && { config }),
    };
  }

  #sessionsOf(agentId: string | undefined): HealthSummary["sessions"] {
    const { sessions, storePath, clock } = this.#parts;
    const nowMs = clock.nowMs();
    return {
      path: storePath,
      count: agentId === undefined ? sessions.count() : sessions.countOf(agentId),
      recent: this.#recent(agentId, recentSessions).map(({ key, updatedAtMs }) => ({
        key,
        updatedAt: updatedAtMs,
        age: Math.max(0, nowMs - updatedAtMs),
      })),
    };
  }

  #recent(agentId: string | undefined, limit: number): Session[] {
    return this.#parts.sessions.list({ agentId, includeGlobal: true, includeUnknown: false, limit });
  }

  #statusOf(session: Session): StatusSession {
    const { thinkingLevel, verboseLevel, reasoningLevel, elevatedLevel, model } = session.settings;
    return {
      agentId: session.agentId,
      key: session.key,
      kind: session.kind,
      sessionId: session.sessionId,
      updatedAt: session.updatedAtMs,
      age: Math.max(0, this.#parts.clock.nowMs() - session.updatedAtMs),
      ...(thinkingLevel && { thinkingLevel }),
      ...(verboseLevel && { verboseLevel }),
      ...(reasoningLevel && { reasoningLevel }),
      ...(elevatedLevel && { elevatedLevel }),
      systemSent: session.systemSent,
      abortedLastRun: session.abortedLastRun,
      inputTokens: session.inputTokens,
      outputTokens: session.outputTokens,
      totalTokens: session.inputTokens + session.outputTokens,
      remainingTokens: null,
      percentUsed: null,
      model: model ?? this.#parts.defaultModel.model,
      contextTokens: this.#parts.defaultModel.contextTokens,
      flags: session.abortedLastRun ? ["aborted"] : [],
    };
  }
}
