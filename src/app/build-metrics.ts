import { Metrics } from "../metrics/index.ts";
import type { RunEars, Runs } from "../runs/index.ts";
import type { Ground } from "./ground.ts";
import type { Messaging } from "./messaging.ts";

/** What counts from the start on; undefined where the config wants no metrics. */
export function buildMetrics(
  { options, database, gateway, supervisor }: Ground,
  { runs, runEars, messaging }: { readonly runs: Runs; readonly runEars: RunEars; readonly messaging: Messaging },
): Metrics | undefined {
  const { config, world, version } = options;
  if (!config.gateway.http.metrics.enabled) return undefined;
  const { accounts, outbox } = messaging;
  const metrics = new Metrics({
    version,
    database,
    supervisor,
    clock: world.clock,
    startedAtMs: world.clock.nowMs(),
    connections: () => gateway.connectionCount,
    runsActive: () => runs.activeCount,
    outboxCounts: () => outbox.store.counts(),
    links: () =>
      accounts.keepers.map(({ provider, account, state }) => ({
        provider: provider.id,
        account: account.id,
        state: state.kind,
      })),
  });
  runEars.listenToAll((signal) => metrics.hear(signal));
  return metrics;
}
