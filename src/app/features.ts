import { Agents } from "../agents/index.ts";
import { buildAnnouncer } from "./announcing.ts";
import { Devices, DeviceTokens, SetupCodes } from "../devices/index.ts";
import type { Cron } from "../cron/index.ts";
import type { MethodHouse } from "../gateway/index.ts";
import type { AgentEngine } from "../engine/index.ts";
import { Health } from "../health/index.ts";
import { Idempotency } from "../idempotency/index.ts";
import { Approvals, ChatFeed } from "../inbox/index.ts";
import { hostName } from "../lib/index.ts";
import { Presence } from "../presence/index.ts";
import { WebLogins } from "../providers/index.ts";
import { RunEars, Runs, type RunsParts } from "../runs/index.ts";
import { MediaStore, Sessions } from "../sessions/index.ts";
import * as markup from "../markup/index.ts";
import { limitsOf } from "../turns/index.ts";
import { Choices, type DiskFault, SecretFiles } from "../storage/index.ts";
import { resolveInChat } from "./ask-in-chat.ts";
import { activityOf } from "./activity.ts";
import { automatedReplies, buildAutomation, tellOn } from "./automation.ts";
import { networkLines, statusOf, type StatusParts } from "./gateway-status.ts";
import { setupDesk } from "./own-address.ts";
import { buildInbox, buildOwnChat } from "./build-inbox.ts";
import { buildMetrics } from "./build-metrics.ts";
import { buildWizard } from "./build-wizard.ts";
import type { Automation, Features } from "./feature-set.ts";
import type { Ground } from "./ground.ts";
import { binsOfSkills, buildNodeRoom } from "./node-room.ts";
import { buildMessaging, type MessagingTold, networksOf } from "./messaging.ts";
import { buildThinking } from "./thinking.ts";
import type { CommandRoom } from "./command-room.ts";
import type { AgentTools } from "./agent-tools.ts";
import { buildCanvas, type CanvasDesk } from "./canvas-desk.ts";
import { buildTools } from "./build-tools.ts";
import { buildFetch, buildMcp } from "./ways-out.ts";
import { selfEntry } from "./self-entry.ts";
import { webChatNetwork } from "./webchat-network.ts";

/** Builds the features, each from what it names, in dependency order. */
export function buildFeatures(ground: Ground): Features {
  const { options, database, gateway } = ground;
  const { clock, ids } = options.world;
  const agents = new Agents(options.config);
  const choices = new Choices(database, clock);
  const secrets = new SecretFiles(options.secretsDir);
  const mcp = buildMcp(ground);
  const lent: { tools?: AgentTools & CommandRoom; automation?: Automation; canvas?: CanvasDesk } = {};
  const automation = () => lent.automation!;
  const thinking = buildThinking(ground, { choices, secrets, tools: () => lent.tools! });
  const { models, modelSetup, externalAgents } = thinking;
  const engine = options.engine ?? thinking.engine;
  const media = new MediaStore(options.mediaDir);
  const sessions = buildSessions(ground, { agents, models, media });
  const usageShownIn = (key: string) => sessions.find(key)?.settings.responseUsage;
  const pairing = buildPairing(ground);
  const chatFeed = new ChatFeed({ clock, publish: gateway.publish, model: () => engine.model });
  const runEars = new RunEars();
  const idempotency = new Idempotency(database, clock);
  const network = webChatNetwork({ database, sessions, clock, ids, publishChat: gateway.publish });
  const fetch = buildFetch(ground);
  const messaging = buildMessaging({ ground, markup, network, media, fetch, choices, secrets, usageShownIn });
  const runs = buildRuns(
    ground,
    { sessions, idempotency, engine, replies: automatedReplies(messaging.replies, automation) },
    {
      // What somebody writes during a heartbeat gets an answer of its own.
      takeSteering: (run) => (run.source === "heartbeat" ? [] : inbox.takeSteering(run)),
      signal: (signal) => {
        runEars.hear(signal);
        tellOn(signal, automation(), { chatFeed, liveTurns: messaging.liveTurns });
        if (signal.kind !== "ended") return;
        health.changed();
        inbox.wake();
        messaging.outbox.wake();
      },
    },
  );
  const approvals = new Approvals(database, clock, options.world.random);
  const approve = (id: string, decision: string, by: string) => resolveInChat(agentTools, id, decision, by);
  const talk = { sessions, runs, approvals, messaging, agents, models, engine, media, idempotency, approve };
  const screenLink = (name: string | undefined) => lent.canvas!.inviteLink(name);
  const inbox = buildInbox(ground, { ...talk, screenLink });
  const ownChat = buildOwnChat(ground, { inbox, runs, sessions, idempotency });
  const nodeRoom = { ...pairing, ...buildNodeRoom(ground, { ...pairing, idempotency, choices, sessions, ownChat }) };
  const { cron, heartbeat } = (lent.automation = buildAutomation(ground, talk, () => health.changed()));
  const announcer = buildAnnouncer(ground, () => health.changed());
  const health = buildHealth(ground, { ...talk, inbox, cron, heartbeat, announcer, ...nodeRoom });
  const canvas = (lent.canvas = buildCanvas(ground, { ...talk, ...pairing, ownChat }));
  const agentTools = (lent.tools = buildTools(ground, { ...talk, ...nodeRoom, mcp, fetch, cron, canvas }));
  messaging.bind(inbox, troubleTeller(sessions, health, cron));
  return {
    ...talk,
    ...buildWizard(ground, { ...talk, inbox, modelSetup, choices }),
    modelSetup,
    presence: buildPresence(ground),
    runEars,
    health,
    inbox,
    ownChat,
    canvas,
    mcp,
    externalAgents,
    announcer,
    metrics: buildMetrics(ground, { runs, runEars, messaging }),
    cron,
    heartbeat,
    ...agentTools,
    ...nodeRoom,
  };
}

function buildRuns(
  { options, database, gateway, bootId }: Ground,
  parts: Pick<RunsParts, "sessions" | "idempotency" | "engine" | "replies">,
  told: Pick<RunsParts, "takeSteering" | "signal">,
): Runs {
  return new Runs({
    ...parts,
    database,
    clock: options.world.clock,
    log: options.world.log.for("runs"),
    bootId,
    limits: {
      get runningMax() {
        return options.config.agents.runsMax;
      },
    },
    publish: gateway.publish,
    ...told,
  });
}

function buildPairing({ options, database, gateway }: Ground): Pick<Features, "devices" | "setupCodes"> {
  const { clock, ids, log } = options.world;
  const tokens = new DeviceTokens(options.deviceTokenKey);
  const devices = new Devices({
    database,
    tokens,
    clock,
    ids,
    log: log.for("devices"),
    publish: gateway.publish,
    live: gateway,
  });
  return { devices, setupCodes: new SetupCodes(clock, ids) };
}

function buildSessions(
  { options, database }: Ground,
  parts: Pick<Features, "agents" | "models"> & { readonly media: MediaStore },
): Sessions {
  const { world, config } = options;
  const { mainKey, scope } = config.session;
  const names = {
    get defaultAgentId() {
      return parts.agents.default.id;
    },
    mainKey,
    scope,
  };
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
  parts: Omit<StatusParts, keyof Ground | "version"> &
    Pick<Features, "agents" | "sessions" | "models" | "inbox" | keyof Automation>,
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
    trouble: () => onWire(ground.database.trouble),
    configTrouble: () => onWire(ground.configKeeper.trouble),
    networkLines: () => networkLines(messaging.accounts),
    heartbeatOf: (agentId) => parts.heartbeat.settingsOf(agentId),
    gateway: () => statusOf({ ...ground, ...parts, version: options.version }),
    activity: () => activityOf({ ...ground, ...parts, nowMs: options.world.clock.nowMs() }),
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

function onWire(trouble: Pick<DiskFault, "reason" | "cure"> | undefined) {
  return trouble && { reason: trouble.reason.slice(0, 1024), cure: trouble.cure };
}

/** Who hears of accounts that changed and of deliveries that need somebody. */
function troubleTeller(sessions: Sessions, health: Health, cron: Cron): MessagingTold {
  return {
    settled: (row) => cron.settled(row),
    changed: () => health.changed(),
    troubled: (row) => {
      health.changed();
      if (row.sessionKey === undefined) return;
      const what = row.content.text?.plain.slice(0, 80) ?? "a file";
      sessions.systemEvents.add(sessions.canonical(row.sessionKey), `Your message "${what}" was ${row.state}.`);
    },
  };
}

/** Everything that handlers may touch, under the names that they ask for. */
export function methodHouse(features: Features, ground: Ground): MethodHouse {
  const { options, database, gateway, configKeeper } = ground;
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
    get runTimeoutMs() {
      return options.config.agents.runTimeoutSeconds * 1000;
    },
    engineModel: modelNow(engine),
    publishChat: gateway.publish,
    sessionRuns: runs,
    mainSessionKey: () => sessions.mainKey,
    storePath: options.databasePath,
    skillBins: () => binsOfSkills(features),
    configKeeper,
    askRestart: options.restart,
    tellSession: async (key, line) => {
      await database.accept(() => sessions.systemEvents.add(sessions.canonical(key), line));
    },
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
