import { Agents } from "../agents/index.ts";
import type { Config, ConfigFile } from "../config/index.ts";
import { Attempts, Authenticator, Devices, DeviceTokens } from "../devices/index.ts";
import { type AgentEngine, EchoEngine, Models } from "../engine/index.ts";
import { Gateway, type GatewaySettings, type MethodHouse } from "../gateway/index.ts";
import { Health } from "../health/index.ts";
import { Idempotency } from "../idempotency/index.ts";
import { ChatFeed } from "../inbox/index.ts";
import { hostName, type LogFile } from "../lib/index.ts";
import { Presence } from "../presence/index.ts";
import { Runs } from "../runs/index.ts";
import { MediaStore, Sessions } from "../sessions/index.ts";
import { Database } from "../storage/index.ts";
import { makeDoor } from "./door.ts";
import { statusOf } from "./gateway-status.ts";
import { selfEntry } from "./self-entry.ts";
import type { World } from "./world.ts";

/** Builds everything in dependency order; closing is the reverse order. */

export interface HouseOptions {
  readonly world: World;
  readonly config: Config;
  readonly version: string;
  readonly commit: string | undefined;
  /** `:memory:` or a file. */
  readonly databasePath: string;
  readonly mediaDir: string | undefined;
  readonly stateDir: string;
  readonly readConfig: () => ConfigFile;
  readonly logFile: Pick<LogFile, "path" | "flush">;
  /** 32 bytes; see `DeviceTokens`. */
  readonly deviceTokenKey: Uint8Array;
  readonly secrets: { readonly tokens: readonly string[]; readonly password: string | undefined };
  readonly listen: Pick<GatewaySettings, "addresses" | "port">;
  readonly engine?: AgentEngine;
  readonly checksResults: boolean;
}

export interface House extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly runs: Runs;
  /** Takes nothing new, lets runs end within the budget, tells everybody, closes. */
  stop(reason: string, budgetMs: number): Promise<void>;
}

export async function buildHouse(options: HouseOptions): Promise<House> {
  const { world, config } = options;
  const { clock, ids, log } = world;
  await using stack = new AsyncDisposableStack();
  const bootId = ids.sortable("boot");
  const startedAtMs = clock.elapsedMs();
  const database = stack.use(new Database(options.databasePath, clock));
  const boot = new BootRecord(database, bootId, options.version, clock);

  const gateway = stack.use(
    new Gateway({
      settings: {
        ...options.listen,
        allowedOrigins: config.gateway.allowedOrigins,
        allowedHosts: config.gateway.allowedHosts,
        trustedProxies: config.gateway.trustedProxies,
      },
      clock,
      ids,
      log: log.for("gateway"),
      checksResults: options.checksResults,
    }),
  );
  const { publish } = gateway;

  const agents = new Agents(config);
  const models = new Models();
  const engine = options.engine ?? new EchoEngine(clock, config.agents.echoPauseMs);
  const names = { defaultAgentId: agents.default.id, mainKey: config.session.mainKey, scope: config.session.scope };
  const sessions = new Sessions({
    database,
    media: new MediaStore(options.mediaDir),
    clock,
    ids,
    names,
    agents,
    models,
  });
  const presence = new Presence({
    clock,
    publish,
    self: selfEntry(options.version),
    bumpVersion: () => gateway.bump("presence"),
  });
  const tokens = new DeviceTokens(options.deviceTokenKey);
  const devices = new Devices({ database, tokens, clock, ids, log: log.for("devices"), publish, live: gateway });
  const idempotency = new Idempotency(database, clock);
  const chatFeed = new ChatFeed({ clock, publish, model: engine.model });
  const runs = new Runs({
    database,
    sessions,
    idempotency,
    engine,
    clock,
    log: log.for("runs"),
    bootId,
    runsMax: config.agents.runsMax,
    publish,
    signal: (signal) => {
      chatFeed.hear(signal);
      if (signal.kind === "ended") health.changed();
    },
  });
  const uptimeMs = () => clock.elapsedMs() - startedAtMs;
  const health = new Health({
    clock,
    publish,
    agents,
    sessions,
    storePath: options.databasePath,
    bumpVersion: () => gateway.bump("health"),
    gateway: () => statusOf({ version: options.version, bootId, uptimeMs, gateway, runs, devices, engine }),
    defaultModel: { model: models.default.model, contextTokens: models.default.contextTokens },
  });

  const runTimeoutMs = config.agents.runTimeoutSeconds * 1000;
  const house: MethodHouse = {
    health,
    presence,
    notices: { addMainNotice: (text) => sessions.systemEvents.add(sessions.mainKey, text) },
    hostName: hostName(),
    runs,
    sessions,
    agents,
    models,
    devices,
    database,
    clock,
    ids,
    runTimeoutMs,
    engineModel: engine.model,
    publishChat: publish,
    sessionRuns: runs,
    storePath: options.databasePath,
    readConfig: options.readConfig,
    version: options.version,
    logFile: options.logFile,
  };
  const authenticator = new Authenticator({
    devices,
    attempts: new Attempts(clock),
    secrets: options.secrets,
    clock,
    log: log.for("devices"),
  });
  const door = makeDoor({
    authenticator,
    presence,
    health,
    sessions,
    version: options.version,
    commit: options.commit,
    bootId,
    uptimeMs,
    stateVersion: () => gateway.stateVersion,
    isReady: () => true,
    configPath: options.readConfig().path,
    stateDir: options.stateDir,
    authMode: options.secrets.password === undefined ? "token" : "password",
  });

  const recovered = runs.recover();
  if (recovered.resumed + recovered.interrupted > 0) log.for("runs").warn("runs.recovered", recovered);
  health.refresh();
  gateway.listen(house, door, () => true);
  const minutes = startMinutes(world, health);
  stack.defer(() => minutes.abort());

  const all = stack.move();
  return {
    gateway,
    runs,
    stop: async (reason, budgetMs) => {
      gateway.stopListening();
      publish("shutdown", { reason, restartExpectedMs: restartExpectedMs });
      minutes.abort();
      await runs.drain(budgetMs);
      boot.stopped(reason);
      await all.disposeAsync();
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** When clients may come back after a stop that a service manager follows with a start. */
const restartExpectedMs = 1_500;
const minuteMs = 60_000;

function startMinutes(world: World, health: Health): AbortController {
  const stop = new AbortController();
  const run = async () => {
    while (!stop.signal.aborted) {
      await world.clock.sleep(minuteMs, stop.signal);
      health.refresh();
    }
  };
  void run().catch(() => undefined);
  return stop;
}

/** Who ran on this state, when, and how it ended. */
class BootRecord {
  readonly #database: Database;
  readonly #id: string;
  readonly #nowMs: () => number;

  constructor(database: Database, id: string, version: string, clock: { nowMs(): number }) {
    this.#database = database;
    this.#id = id;
    this.#nowMs = () => clock.nowMs();
    database
      .query("INSERT INTO boots (id, pid, version, started_at) VALUES (?, ?, ?, ?)")
      .run(id, process.pid, version, clock.nowMs());
    database
      .query("DELETE FROM boots WHERE id NOT IN (SELECT id FROM boots ORDER BY started_at DESC LIMIT ?)")
      .run(bootsKept);
  }

  stopped(reason: string): void {
    this.#database
      .query("UPDATE boots SET stopped_at = ?, stop_reason = ? WHERE id = ?")
      .run(this.#nowMs(), reason, this.#id);
  }
}

const bootsKept = 100;
