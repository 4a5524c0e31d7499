import { type Config, ConfigError, ConfigHistory, ConfigKeeper, isSame, type LiveConfig } from "../config/index.ts";
import { fileStamp, joinPath, slept } from "../lib/index.ts";
import type { Database } from "../storage/index.ts";
import type { Features } from "./feature-set.ts";
import type { Ground } from "./ground.ts";
import type { HouseOptions } from "./house-options.ts";
import { canvasRoot } from "./canvas-desk.ts";
import { refuseHookSettings } from "./hook-settings.ts";
import { Listening } from "./listening.ts";
import { tryOut } from "./try-out.ts";

/** The config's keeper in the house, and who does something at a change. All others read the config as it is. */

/** How often the file is looked at. A change counts once two looks saw the same, so that none sees half a file. */
export const lookIntervalMs = 500;

export function buildConfigKeeper(
  options: HouseOptions,
  live: LiveConfig,
  { database, told }: { readonly database: Database; readonly told: () => void },
): ConfigKeeper {
  const { world, configPlace, stateDir } = options;
  return new ConfigKeeper({
    path: configPlace.path,
    live,
    lookup: configPlace.lookup ?? (() => undefined),
    override: configPlace.override ?? (({ config }) => config),
    tryOut: (next, running) => tryOutHere(options, next, running),
    history: new ConfigHistory(configPlace.historyDir ?? joinPath(stateDir, "config-history"), world.clock),
    trouble: configPlace.trouble,
    clock: world.clock,
    log: world.log.for("config"),
    accept: () => database.accept(() => undefined),
    told,
  });
}

/** Everything that a change makes do something, in the order in which it is done. Gives what moves the sockets. */
export function followConfig(live: LiveConfig, features: Features, ground: Ground): Listening {
  const { options, wayIn } = ground;
  const { messaging, mcp, externalAgents, health, cron, heartbeat, canvas, announcer } = features;
  const listening = new Listening(ground, canvas);
  live.follow(Object.keys(live.current) as (keyof Config)[], (next) => options.configured?.(next));
  live.follow(["logging"], ({ logging }) => options.world.setLogLevel?.(logging.level));
  live.follow(["canvasHost"], (next, before) => canvas.follow(next.canvasHost, before.canvasHost));
  live.follow(["gateway", "canvasHost"], (next, before) => listening.follow(next, before));
  live.follow(["gateway"], () => wayIn.follow());
  live.follow(["cron"], (next, before) => cron.follow(next.cron, before.cron));
  live.follow(["heartbeat"], (next, before) => {
    const isSamePace = isSame(
      [next.heartbeat.every, next.heartbeat.agents],
      [before.heartbeat.every, before.heartbeat.agents],
    );
    if (!isSamePace) heartbeat.follow();
  });
  live.follow(["mcp"], (next, before) => mcp.follow(next.mcp, differing(before.mcp.servers, next.mcp.servers)));
  live.follow(["externalAgents", "agents"], (next, before) => {
    const haveMoved = !isSame(workspacesIn(before), workspacesIn(next));
    const names = Object.keys(before.externalAgents);
    return externalAgents.forget(haveMoved ? names : differing(before.externalAgents, next.externalAgents));
  });
  live.follow(["providers"], () => messaging.accounts.follow());
  live.follow(["discovery", "gateway", "canvasHost"], () => announcer.follow());
  live.follow(["agents", "models", "session", "providers"], () => health.changed());
  return listening;
}

/** The dry start of a config in a house that runs. */
async function tryOutHere(options: HouseOptions, next: Config, running: Config): Promise<void> {
  await tryOut(options, next, running);
  const { tls } = next.gateway;
  refuseHookSettings(next, options.secrets);
  if (next.canvasHost.enabled) canvasRoot({ ...options, config: next });
  if (!tls.enabled || isSame(tls, running.gateway.tls)) return;
  if (!options.certificateFor) throw new ConfigError("gateway.tls: there is no place for a certificate here");
  // One that is made here is made when it is needed.
  if (tls.certPath !== undefined || tls.keyPath !== undefined) options.certificateFor(tls);
}

/** Looks at the file until it is disposed. */
export function watchConfig(keeper: ConfigKeeper, ground: Ground): Disposable {
  const stop = new AbortController();
  if (ground.options.configPlace.isWatched) void watch(keeper, ground, stop.signal);
  return { [Symbol.dispose]: () => stop.abort() };
}

async function watch(keeper: ConfigKeeper, { options }: Ground, signal: AbortSignal): Promise<void> {
  const { path } = options.configPlace;
  let [known, seen] = [fileStamp(path), fileStamp(path)];
  while (await slept(options.world.clock, lookIntervalMs, signal)) {
    const now = fileStamp(path);
    if (now === seen && now !== known) {
      known = now;
      await keeper.look();
    }
    seen = now;
  }
}

/** Names whose settings changed, came or went. */
function differing(before: Readonly<Record<string, unknown>>, next: Readonly<Record<string, unknown>>): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(next)]);
  return [...names].filter((name) => !isSame(before[name], next[name]));
}

function workspacesIn({ agents }: Config) {
  return agents.list.map(({ id, workspace }) => [id, workspace]);
}
