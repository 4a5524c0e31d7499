import { Agents } from "../agents/index.ts";
import { Attempts, Authenticator, Devices, DeviceTokens } from "../devices/index.ts";
import { type AgentEngine, EchoEngine, Models } from "../engine/index.ts";
import type { Gateway, MethodHouse } from "../gateway/index.ts";
import { Health } from "../health/index.ts";
import { Idempotency } from "../idempotency/index.ts";
import { ChatFeed } from "../inbox/index.ts";
import { hostName } from "../lib/index.ts";
import { Presence } from "../presence/index.ts";
import { Runs } from "../runs/index.ts";
import { MediaStore, Sessions } from "../sessions/index.ts";
import type { Database } from "../storage/index.ts";
import { statusOf } from "./gateway-status.ts";
import { type AgentTools, buildAgentTools } from "./agent-tools.ts";
import { buildCommandRoom, type CommandRoom } from "./command-room.ts";
import type { HouseOptions } from "./house-options.ts";
import { selfEntry } from "./self-entry.ts";

/** What the features stand on. */
export interface Ground {
  readonly options: HouseOptions;
  readonly database: Database;
  readonly gateway: Gateway;
  readonly bootId: string;
  readonly uptimeMs: () => number;
}

export interface Features extends CommandRoom, AgentTools {
  readonly agents: Agents;
  readonly models: Models;
  readonly engine: AgentEngine;
  readonly sessions: Sessions;
  readonly presence: Presence;
  readonly devices: Devices;
  readonly runs: Runs;
  readonly health: Health;
}

/** Builds the features, each from what it names, in dependency order. */
export function buildFeatures(ground: Ground): Features {
  const { options, database, gateway } = ground;
  const { clock, ids, log } = options.world;
  const { config } = options;
  const { publish } = gateway;
  const agents = new Agents(config);
  const models = new Models();
  const engine = options.engine ?? new EchoEngine(clock, config.agents.echoPauseMs);
  const names = { defaultAgentId: agents.default.id, mainKey: config.session.mainKey, scope: config.session.scope };
  const media = new MediaStore(options.mediaDir);
  const sessions = new Sessions({ database, media, clock, ids, names, agents, models });
  const self = selfEntry(options.version);
  const presence = new Presence({
    clock,
    publish,
    self,
    listenersCount: () => gateway.connectionCount,
    bumpVersion: () => gateway.bump("presence"),
  });
  const tokens = new DeviceTokens(options.deviceTokenKey);
  const devices = new Devices({ database, tokens, clock, ids, log: log.for("devices"), publish, live: gateway });
  const chatFeed = new ChatFeed({ clock, publish, model: engine.model });
  const runs = new Runs({
    database,
    sessions,
    idempotency: new Idempotency(database, clock),
    engine,
    clock,
    log: log.for("runs"),
    bootId: ground.bootId,
    runsMax: config.agents.runsMax,
    publish,
    signal: (signal) => {
      chatFeed.hear(signal);
      if (signal.kind === "ended") health.changed();
    },
  });
  const health = new Health({
    clock,
    publish,
    agents,
    sessions,
    storePath: options.databasePath,
    bumpVersion: () => gateway.bump("health"),
    gateway: () => statusOf({ ...ground, version: options.version, runs, devices, engine }),
    defaultModel: { model: models.default.model, contextTokens: models.default.contextTokens },
  });
  const room = buildCommandRoom(ground, sessions);
  const agentTools = buildAgentTools({ options, agents, room });
  return { agents, models, engine, sessions, presence, devices, runs, health, ...room, ...agentTools };
}

/** Everything that handlers may touch, under the names that they ask for. */
export function methodHouse(features: Features, { options, database, gateway }: Ground): MethodHouse {
  const { sessions, runs, engine } = features;
  return {
    ...features,
    notices: { addMainNotice: (text) => sessions.systemEvents.add(sessions.mainKey, text) },
    hostName: hostName(),
    database,
    clock: options.world.clock,
    ids: options.world.ids,
    runTimeoutMs: options.config.agents.runTimeoutSeconds * 1000,
    engineModel: engine.model,
    publishChat: gateway.publish,
    sessionRuns: runs,
    storePath: options.databasePath,
    readConfig: options.readConfig,
    version: options.version,
    logFile: options.logFile,
  };
}

export function buildAuthenticator({ devices }: Features, { options }: Ground): Authenticator {
  const { clock, log } = options.world;
  return new Authenticator({
    devices,
    attempts: new Attempts(clock),
    secrets: options.secrets,
    clock,
    log: log.for("devices"),
  });
}
