import { Metrics } from "../metrics/index.ts";
import type { RunEars, Runs } from "../runs/index.ts";
import type { Ground } from "./ground.ts";
import type { Messaging } from "./messaging.ts";

/** What counts from the start on, whether anybody may read it now or not. */
export function buildMetrics(
  { options, database, gateway, supervisor }: Ground,
  { runs, runEars, messaging }: { readonly runs: Runs; readonly runEars: RunEars; readonly messaging: Messaging },
): Metrics {
  const { world, version } = options;
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
