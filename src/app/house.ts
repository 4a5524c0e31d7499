import { type Door, Gateway, type Outside } from "../gateway/index.ts";
import type { Runs } from "../runs/index.ts";
import { ownPrefix } from "../canvas/index.ts";
import { Database, type DiskFault, watchDisk } from "../storage/index.ts";
import { type ConfigKeeper, LiveConfig } from "../config/index.ts";
import { buildConfigKeeper, followConfig, watchConfig } from "./config-room.ts";
import { BootRecord } from "./boot-record.ts";
import { errorFields, type Log, Supervisor } from "../lib/index.ts";
import { Attempts } from "../devices/index.ts";
import { buildHttpDoors } from "./http-doors.ts";
import { refuseHookSettings } from "./hook-settings.ts";
import { makeDoor } from "./door.ts";
import { secretsBy, sideOf } from "./listening.ts";
import { buildAuthenticator } from "./build-authenticator.ts";
import { buildFeatures, methodHouse } from "./features.ts";
import type { Features } from "./feature-set.ts";
import type { Ground } from "./ground.ts";
import { workspacesFor } from "./command-room.ts";
import type { HouseOptions } from "./house-options.ts";
import { sweepMedia, sweepOld, sweepOneOffs } from "./sweeper.ts";
import { buildTailnet } from "./tailnet.ts";
import type { World } from "./world.ts";

/** Builds everything in dependency order; closing is the reverse order. */

export interface House extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly runs: Runs;
  /** How the store is, for who watches over the process. */
  readonly store: { readonly answers: () => boolean; readonly trouble: () => string | undefined };
  /** Nothing is set up: no model, no network, and nothing of it was skipped. */
  isFresh(): boolean;
  /** The house stands on the config that it was given: the file's text becomes a copy to go back to. */
  keepConfig(): void;
  /** Takes nothing new, lets runs end within the budget, tells everybody, closes. */
  stop(reason: string, budgetMs: number): Promise<void>;
}

export async function buildHouse(options: HouseOptions): Promise<House> {
  const { clock, ids, log } = options.world;
  refuseHookSettings(options.config, options.secrets);
  await using stack = new AsyncDisposableStack();
  const startedAtMs = clock.elapsedMs();
  const database = stack.use(new Database(options.databasePath, clock));
  const bootId = ids.sortable("boot");
  const boot = new BootRecord(database, bootId, options.version, clock);
  // Health is told of a loop that fails, and stands on what the loops belong to.
  const told: { health?: Features["health"] } = {};
  const supervisor = new Supervisor({ clock, log: log.for("house"), changed: () => told.health?.changed() });
  const gateway = stack.use(buildGateway(options, supervisor));
  const uptimeMs = () => clock.elapsedMs() - startedAtMs;
  const live = new LiveConfig(options.config);
  const inForce = { ...options, config: live.view, secrets: secretsBy(options.secrets, () => live.current) };
  const configKeeper = buildConfigKeeper(options, live, { database, told: () => told.health?.changed() });
  const workspaces = workspacesFor(inForce);
  const base = { options: inForce, configKeeper, database, gateway, bootId, uptimeMs, workspaces };
  const { wayIn, peers } = buildTailnet(inForce, { ...base, supervisor, told: () => told.health?.changed() });
  stack.use(wayIn);
  const ground: Ground = { ...base, supervisor, wayIn };
  const features = buildFeatures(ground);
  const listening = followConfig(live, features, ground);
  const { runs, health, messaging, inbox, sessions, idempotency, processes } = features;
  told.health = health;
  own(stack, features);
  recoverAll(features, ground);
  processes.sweep();
  health.refresh();
  const attempts = new Attempts(clock);
  gateway.listen(methodHouse(features, ground), buildDoor(features, ground, attempts), {
    ...outsideOf(features, ground, attempts),
    vouch: (address) => peers.at(address),
  });
  startWork(features);
  wayIn.start();
  const minutes = startMinutes(options.world, async (minute, signal) => {
    health.refresh();
    await listening.renewCertificate();
    await sweepOld(database, clock, { old: [inbox.store, messaging.outbox.store, runs], idempotency });
    if (minute % minutesPerDay === mediaSweepMinute) {
      await sweepOneOffs({ database, sessions, clock, signal });
      await sweepMedia({ database, media: sessions.media, clock, signal });
    }
  });
  stack.defer(() => minutes.abort());
  stack.use(watchConfig(configKeeper, ground));
  database.onTrouble((trouble) => tellTrouble(trouble, log.for("store"), health));
  stack.use(watchDisk(database, clock, supervisor));
  // Before all others are closed: they may wait for a disk that refuses.
  stack.defer(() => database.stopWaiting());

  const all = stack.move();
  return {
    gateway,
    runs,
    store: storeOf(database),
    isFresh: () => features.setupDesk.state().isFresh,
    keepConfig: () => configKeeper.keepCopy(),
    stop: async (reason, budgetMs) => {
      gateway.stopListening();
      gateway.publish("shutdown", { reason, restartExpectedMs });
      void features.announcer.leave();
      minutes.abort();
      inbox.stopStarting();
      database.stopWaiting();
      await runs.drain(budgetMs);
      boot.stopped(reason);
      await all.disposeAsync();
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

function outsideOf(features: Features, ground: Ground, attempts: Attempts): Omit<Outside, "vouch"> {
  const { database, configKeeper } = ground;
  return {
    trouble: () => database.trouble?.reason ?? bareTrouble(configKeeper),
    recovering: () => (configKeeper.trouble ? recoveryWords : undefined),
    webhook: (network, account) => features.messaging.accounts.webhook(network, account),
    door: buildHttpDoors(ground, features, attempts),
    sideDoor: features.canvas.host,
    sideHome: `${ownPrefix}/canvas/`,
  };
}

/** Takes up what the last process left in the middle. */
function recoverAll({ runs, messaging: { outbox }, cron }: Features, { database, options }: Ground): void {
  const recovered = database.transaction(() => ({ ...runs.recover(), ...outbox.recover(), ...cron.recover() }));
  if (Object.values(recovered).every((count) => count === 0)) return;
  options.world.log.for("runs").warn("runs.recovered", recovered);
}

function storeOf(database: Database): House["store"] {
  return { answers: () => database.answers(), trouble: () => database.trouble?.reason };
}

function startWork({ messaging, runs, inbox, cron, heartbeat, announcer }: Features): void {
  messaging.accounts.start();
  messaging.outbox.start();
  runs.resume();
  inbox.start();
  cron.start();
  heartbeat.start();
  announcer.start();
}

/** Closed in the reverse order: what others stand on goes last. */
function own(stack: AsyncDisposableStack, features: Features): void {
  const { runs, health, presence, messaging, inbox, cron, heartbeat, mcp, externalAgents } = features;
  const { accounts, outbox, logins, liveTurns } = messaging;
  stack.use(outbox);
  stack.use(liveTurns);
  stack.use(accounts);
  stack.use(logins);
  stack.use(features.wizard);
  stack.use(inbox);
  stack.use(cron);
  stack.use(heartbeat);
  stack.use(mcp);
  stack.use(externalAgents);
  stack.use(features.canvas);
  stack.use(features.processes);
  stack.use(features.execApprovals);
  stack.defer(() => runs.drain(0));
  stack.use(features.metrics);
  stack.use(presence);
  stack.use(health);
  stack.use(features.announcer);
}

function tellTrouble(trouble: DiskFault | undefined, log: Log, health: Features["health"]): void {
  if (trouble) log.error("store.refuses", { kind: trouble.kind, reason: trouble.reason });
  else log.info("store.recovered");
  health.changed();
}

function buildGateway({ world, config, listen, checksResults }: HouseOptions, supervisor: Supervisor): Gateway {
  const { clock, ids, log } = world;
  const { allowedOrigins, allowedHosts, trustedProxies } = config.gateway;
  const side = sideOf(config.canvasHost, listen);
  const settings = { ...listen, ...side, allowedOrigins, allowedHosts, trustedProxies };
  return new Gateway({ settings, clock, ids, log: log.for("gateway"), checksResults, supervisor });
}

function buildDoor(features: Features, ground: Ground, attempts: Attempts): Door {
  const { options, gateway, bootId, uptimeMs } = ground;
  return makeDoor({
    ...features,
    authenticator: buildAuthenticator(features, ground, attempts),
    version: options.version,
    commit: options.commit,
    bootId,
    uptimeMs,
    stateVersion: () => gateway.stateVersion,
    configPath: options.configPlace.path,
    stateDir: options.stateDir,
    authMode: () => (options.secrets.password === undefined ? "token" : "password"),
    welcomeNode: (connectionId) => {
      gateway.tell(connectionId, "voicewake.changed", { triggers: [...features.voice.triggers] });
    },
    nowMs: () => options.world.clock.nowMs(),
  });
}

/** For strangers: no path, no setting. */
const recoveryWords = "the config cannot be used: clawdia config validate";

/** On the defaults the gateway is there for its owner, and for nobody else. */
function bareTrouble({ trouble }: ConfigKeeper): string | undefined {
  return trouble?.isBare ? `recovery mode: ${recoveryWords}` : undefined;
}

/** When clients may come back after a stop that a service manager follows with a start. */
const restartExpectedMs = 1_500;
const minuteMs = 60_000;
const minutesPerDay = 1_440;
/** Of a day that starts with the process: not while everybody comes back. */
const mediaSweepMinute = 15;

function startMinutes(world: World, work: (minute: number, signal: AbortSignal) => Promise<void>): AbortController {
  const stop = new AbortController();
  const run = async () => {
    for (let minute = 1; !stop.signal.aborted; minute++) {
      await world.clock.sleep(minuteMs, stop.signal);
      try {
        await work(minute, stop.signal);
      } catch (error) {
        world.log.for("house").error("minute.failed", errorFields(error));
      }
    }
  };
  void run().catch(() => undefined);
  return stop;
}
