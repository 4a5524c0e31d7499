import { Agents } from "../agents/index.ts";
import { Devices, DeviceTokens, SetupCodes } from "../devices/index.ts";
import type { MethodHouse } from "../gateway/index.ts";
import type { AgentEngine, Tool } from "../engine/index.ts";
import { Health } from "../health/index.ts";
import { Idempotency } from "../idempotency/index.ts";
import { Approvals, ChatFeed } from "../inbox/index.ts";

import { hostName } from "../lib/index.ts";
import { Presence } from "../presence/index.ts";
import { WebLogins } from "../providers/index.ts";
import { Runs, type RunsParts } from "../runs/index.ts";
import { MediaStore, Sessions } from "../sessions/index.ts";
import { type GuardedFetch, makeGuardedFetch } from "../net/index.ts";
import * as markup from "../markup/index.ts";
import { limitsOf } from "../turns/index.ts";
import { Choices, type DiskFault, SecretFiles } from "../storage/index.ts";
import { McpServers, messageTool, sessionTools } from "../tools/index.ts";
import { askInChat } from "./ask-in-chat.ts";
import { setupDesk } from "./own-address.ts";
import { networkLines, statusOf } from "./gateway-status.ts";
import { buildInbox, buildOwnChat } from "./build-inbox.ts";
import type { Features } from "./feature-set.ts";
import type { Ground } from "./ground.ts";
import { buildMessaging, type MessagingTold, networksOf } from "./messaging.ts";
import { buildThinking } from "./thinking.ts";
import { buildCommandRoom, type CommandRoom } from "./command-room.ts";
import { type AgentTools, buildAgentTools } from "./agent-tools.ts";
import { selfEntry } from "./self-entry.ts";
import { webChatNetwork } from "./webchat-network.ts";

/** Builds the features, each from what it names, in dependency order. */
export function buildFeatures(ground: Ground): Features {
  const { options, database, gateway } = ground;
  const { clock, ids, log } = options.world;
  const { config } = options;
  const { publish } = gateway;
  const agents = new Agents(config);
  const choices = new Choices(database, clock);
  const secrets = new SecretFiles(options.secretsDir);
  const mcp = buildMcp(ground);
  const lent: { tools?: AgentTools & CommandRoom } = {};
  const thinking = buildThinking(ground, { choices, secrets, tools: () => lent.tools! });
  const { models, modelSetup, externalAgents } = thinking;
  const engine = options.engine ?? thinking.engine;
  const media = new MediaStore(options.mediaDir);
  const sessions = buildSessions(ground, { agents, models, media });
  const usageShownIn = (key: string) => sessions.find(key)?.settings.responseUsage;
  const presence = buildPresence(ground);
  const devices = buildDevices(ground);
  const chatFeed = new ChatFeed({ clock, publish, model: () => engine.model });
  const idempotency = new Idempotency(database, clock);
  const network = webChatNetwork({ database, sessions, clock, ids, publishChat: publish });
  const { allowHosts } = config.tools.fetch;
  const fetch = makeGuardedFetch({ clock, log: log.for("net"), ownPorts: () => [gateway.port], allowHosts });
  const messaging = buildMessaging({ ground, markup, network, media, fetch, choices, secrets, usageShownIn });
  const runs = buildRuns(
    ground,
    { sessions, idempotency, engine, messaging },
    {
      takeSteering: (run) => inbox.takeSteering(run),
      signal: (signal) => {
        chatFeed.hear(signal);
        messaging.liveTurns.hear(signal);
        if (signal.kind !== "ended") return;
        health.changed();
        inbox.wake();
      },
    },
  );
  const approvals = new Approvals(database, clock, options.world.random);
  const approve = (id: string, decision: string, by: string) => resolveInChat(agentTools, id, decision, by);
  const talk = { sessions, runs, approvals, messaging, agents, models, engine, media, idempotency, approve };
  const inbox = buildInbox(ground, talk);
  const health = buildHealth(ground, { agents, sessions, models, runs, devices, engine, messaging, approvals });
  const agentTools = buildTools(ground, { agents, sessions, mcp, fetch, messaging, runs });
  lent.tools = agentTools;
  messaging.bind(inbox, troubleTeller(sessions, health));
  return {
    agents,
    models,
    modelSetup,
    engine,
    sessions,
    presence,
    devices,
    setupCodes: new SetupCodes(options.world.clock, options.world.ids),
    runs,
    health,
    idempotency,
    messaging,
    approvals,
    inbox,
    ownChat: buildOwnChat(ground, { inbox, runs, sessions, idempotency }),
    mcp,
    externalAgents,
    ...agentTools,
  };
}

function buildRuns(
  { options, database, gateway, bootId }: Ground,
  parts: Pick<Features, "sessions" | "idempotency" | "engine" | "messaging">,
  told: Pick<RunsParts, "takeSteering" | "signal">,
): Runs {
  const { sessions, idempotency, engine, messaging } = parts;
  return new Runs({
    database,
    sessions,
    idempotency,
    engine,
    clock: options.world.clock,
    log: options.world.log.for("runs"),
    bootId,
    runsMax: options.config.agents.runsMax,
    replies: messaging.replies,
    publish: gateway.publish,
    ...told,
  });
}

function buildDevices({ options, database, gateway }: Ground): Devices {
  const { clock, ids, log } = options.world;
  const tokens = new DeviceTokens(options.deviceTokenKey);
  return new Devices({
    database,
    tokens,
    clock,
    ids,
    log: log.for("devices"),
    publish: gateway.publish,
    live: gateway,
  });
}

function buildSessions(
  { options, database }: Ground,
  parts: Pick<Features, "agents" | "models"> & { readonly media: MediaStore },
): Sessions {
  const { world, config } = options;
  const { mainKey, scope } = config.session;
  const names = { defaultAgentId: parts.agents.default.id, mainKey, scope };
  return new Sessions({ database, clock: world.clock, ids: world.ids, names, ...parts });
}

function buildPresence({ options, gateway }: Ground): Presence {
  return new Presence({
    clock: options.world.clock,
    publish: gateway.publish,
    self: selfEntry(options.version),
    listenersCount: () => gateway.connectionCount,
    bumpVersion: () => gateway.bump("presence"),
  });
}

function buildHealth(
  ground: Ground,
  parts: Pick<Features, "agents" | "sessions" | "models" | "runs" | "devices" | "engine" | "messaging" | "approvals">,
): Health {
  const { options, gateway } = ground;
  const { agents, sessions, models, messaging } = parts;
  return new Health({
    clock: options.world.clock,
    publish: gateway.publish,
    agents,
    sessions,
    storePath: options.databasePath,
    bumpVersion: () => gateway.bump("health"),
    networks: () => networksOf(messaging.accounts),
    trouble: () => storeOnWire(ground.database.trouble),
    networkLines: () => networkLines(messaging.accounts),
    gateway: () => statusOf({ ...ground, ...parts, version: options.version }),
    defaultModel: {
      get model() {
        return models.default.model;
      },
      get contextTokens() {
        return models.default.contextTokens;
      },
    },
  });
}

function storeOnWire(trouble: DiskFault | undefined) {
  return trouble && { reason: trouble.reason, cure: trouble.cure };
}

/** Who hears of accounts that changed and of deliveries that need somebody. */
function troubleTeller(sessions: Sessions, health: Health): MessagingTold {
  return {
    changed: () => health.changed(),
    troubled: (row) => {
      health.changed();
      if (row.sessionKey === undefined) return;
      const what = row.content.text?.plain.slice(0, 80) ?? "a file";
      sessions.systemEvents.add(sessions.canonical(row.sessionKey), `Your message "${what}" was ${row.state}.`);
    },
  };
}

/** Commands, files, pages and servers, as tools of the agents. */
function buildTools(
  ground: Ground,
  parts: Pick<Features, "agents" | "sessions" | "mcp" | "messaging" | "runs"> & { readonly fetch: GuardedFetch },
): CommandRoom & AgentTools {
  const { agents, sessions, mcp, fetch } = parts;
  const own = talkingTools(ground, parts);
  const { accounts, outbox } = parts.messaging;
  const room = buildCommandRoom(ground, sessions, (pending) => {
    const { sessionKey } = pending.request;
    const run = sessionKey === null ? undefined : parts.runs.running(sessions.canonical(sessionKey));
    return run !== undefined && askInChat({ database: ground.database, outbox, accounts }, run, pending);
  });
  const fetchPage = (url: string, signal: AbortSignal) => fetch(url, { signal, overflow: "cut" });
  const sources = [() => Promise.resolve(own), () => mcp.tools()];
  return { ...room, ...buildAgentTools({ options: ground.options, agents, room, fetchPage, sources }) };
}

/** The answer of a person in a chat; what they read. */
function resolveInChat({ execApprovals }: CommandRoom, id: string, decision: string, by: string): string {
  execApprovals.resolve(id, decision, { name: by });
  return decision === "deny" ? "Denied." : "Allowed.";
}

/** Messages and other conversations, as tools of the agents. */
function talkingTools(
  { options, database }: Ground,
  { sessions, messaging, runs }: Pick<Features, "sessions" | "messaging" | "runs">,
): readonly Tool[] {
  const { outbox, accounts } = messaging;
  const contentsFor = (provider: string, text: string) => {
    const can = accounts.provider(provider)?.can;
    return can ? markup.renderParts(text, can).map((part) => ({ text: part })) : [];
  };
  const runTimeoutMs = options.config.agents.runTimeoutSeconds * 1000;
  return [
    messageTool({ outbox, accounts: () => accounts, database, contentsFor }),
    ...sessionTools({ sessions, runs: () => runs, database, ids: options.world.ids, runTimeoutMs }),
  ];
}

function buildMcp({ options, workspaces }: Ground): McpServers {
  const { world, config, environment = {}, stateDir, version } = options;
  const { clock, random, log } = world;
  const folder = workspaces.pathOf(config.agents.list[0]!.id) ?? stateDir;
  return new McpServers(config.mcp, { environment, folder, version, clock, random, log: log.for("tools") });
}

/** Everything that handlers may touch, under the names that they ask for. */
export function methodHouse(features: Features, ground: Ground): MethodHouse {
  const { options, database, gateway } = ground;
  const { sessions, runs, engine, messaging } = features;
  const { accounts, logins, outbox } = messaging;
  return {
    ...features,
    accounts,
    logins,
    webLogins: new WebLogins({ accounts, logins, clock: options.world.clock }),
    outbox,
    renderFor: (can, markdown) => Promise.resolve(markup.renderParts(markdown, limitsOf(can))),
    publishInbox: gateway.publish,
    notices: { addMainNotice: (text) => sessions.systemEvents.add(sessions.mainKey, text) },
    hostName: hostName(),
    setup: setupDesk(features.setupCodes, ground),
    database,
    clock: options.world.clock,
    ids: options.world.ids,
    runTimeoutMs: options.config.agents.runTimeoutSeconds * 1000,
    engineModel: modelNow(engine),
    publishChat: gateway.publish,
    sessionRuns: runs,
    storePath: options.databasePath,
    readConfig: options.readConfig,
    version: options.version,
    logFile: options.logFile,
  };
}

/** The engine's model as it is when somebody looks: a person may choose another one. */
function modelNow(engine: AgentEngine): AgentEngine["model"] {
  return {
    get provider() {
      return engine.model.provider;
    },
    get model() {
      return engine.model.model;
    },
  };
}
