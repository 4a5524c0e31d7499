import { apiDoors, bearerDoor } from "../api/index.ts";
import { Attempts } from "../devices/index.ts";
import { hookDoors, Hooks } from "../hooks/index.ts";
import type { Metrics } from "../metrics/index.ts";
import * as markup from "../markup/index.ts";
import { doorHeaders, type FindDoor, operator } from "../protocol/index.ts";
import { fenced } from "../tools/index.ts";
import { limitsOf } from "../turns/index.ts";
import type { Features } from "./feature-set.ts";
import type { Ground } from "./ground.ts";

/** What the gateway's port answers beside the socket, WebChat and the networks. `attempts` are those of the socket. */
export function buildHttpDoors(ground: Ground, features: Features, attempts: Attempts): FindDoor {
  const hooks = buildHooks(ground, features);
  const api = buildApi(ground, features, attempts);
  const metrics = metricsDoor(ground, features.metrics, attempts);
  const isMeasured = () => ground.options.config.gateway.http.metrics.enabled;
  return (path) => hooks(path) ?? api(path) ?? (path === "/metrics" && isMeasured() ? metrics : undefined);
}

function metricsDoor({ options }: Ground, metrics: Metrics, attempts: Attempts) {
  const { config, secrets } = options;
  return bearerDoor(
    {
      method: "GET",
      access: operator("read"),
      isOpenTo: ({ isLocal }) => isLocal && config.gateway.http.metrics.openOnLoopback,
      take: () => {
        const headers = doorHeaders();
        headers.set("content-type", "text/plain; version=0.0.4; charset=utf-8");
        return new Response(metrics.text(), { headers });
      },
    },
    { attempts, secrets },
  );
}

function buildApi({ options, database }: Ground, features: Features, attempts: Attempts): FindDoor {
  const { config, world, secrets } = options;
  const { clock, ids, log } = world;
  const { sessions, runs, runEars, agents, models, toolbox } = features;
  return apiDoors({
    sessions,
    runs,
    agents,
    toolbox,
    database,
    attempts,
    secrets,
    clock,
    ids,
    ears: runEars,
    log: log.for("api"),
    settings: () => config.gateway.http,
    knownModel: (reference) => models.resolve(reference) !== undefined,
    runTimeoutMs: () => config.agents.runTimeoutSeconds * 1000,
    startedAtMs: clock.nowMs(),
  });
}

function buildHooks({ options, database }: Ground, features: Features): FindDoor {
  const { config, world } = options;
  const { clock, ids, random, log } = world;
  const { sessions, runs, idempotency, agents, models, messaging } = features;
  const { outbox, accounts } = messaging;
  const hooks = new Hooks({
    database,
    sessions,
    runs,
    idempotency,
    outbox,
    ids,
    accounts: () => accounts,
    defaultAgentId: () => agents.default.id,
    runTimeoutMs: () => config.agents.runTimeoutSeconds * 1000,
    knownModel: (reference) => models.resolve(reference) !== undefined,
    renderFor: (can, text) => markup.renderParts(text, limitsOf(can)),
    fence: (text, source) => fenced(text, source, random),
  });
  const settings = () => config.hooks;
  return hookDoors({ hooks, settings, attempts: new Attempts(clock), clock, log: log.for("hooks") });
}
