import type { StatusActivity } from "../health/index.ts";
import { nameOf, networkKeepers, type StatusParts } from "./gateway-status.ts";
import type { Inbox } from "../inbox/index.ts";
import type { Database } from "../storage/index.ts";
import { trafficOf } from "./traffic.ts";

/** What goes on, for a picture of it: networks with their traffic, queues, memory, nodes, the next jobs. */

export interface ActivityParts extends Pick<StatusParts, "nodes" | "cron"> {
  readonly messaging: Pick<StatusParts["messaging"], "accounts" | "outbox">;
  readonly inbox: Pick<Inbox, "store">;
  readonly database: Database;
  readonly nowMs: number;
}

const mebibyte = 1024 * 1024;
/** What the gateway takes at rest with several networks linked; half of it are the program's own pages. */
const memoryBudgetBytes = 120 * mebibyte;
const networksMax = 64;
const nodesMax = 64;
const jobsShown = 5;

export function activityOf(parts: ActivityParts): StatusActivity {
  const { messaging, inbox, nodes, cron, nowMs } = parts;
  const keepers = networkKeepers(messaging.accounts);
  const open = inbox.store.counts();
  const sends = messaging.outbox.store.counts();
  const jobs = cron.list(false);
  return {
    atMs: nowMs,
    networks: keepers.slice(0, networksMax).map((keeper) => networkOf(keeper, parts)),
    messages: {
      waiting: (open["accepted"] ?? 0) + (open["routed"] ?? 0),
      leaving: (sends["queued"] ?? 0) + (sends["sending"] ?? 0),
      held: sends["unknown"] ?? 0,
      lost: (sends["failed"] ?? 0) + (sends["expired"] ?? 0),
    },
    memoryBudgetBytes,
    nodes: nodes
      .list()
      .slice(0, nodesMax)
      .map(({ nodeId, displayName, connected }) => ({
        nodeId,
        name: (displayName ?? nodeId).slice(0, 256),
        isOnline: connected,
      })),
    jobs: cron.isEnabled
      ? jobs
          .flatMap(({ id, name, nextAtMs }) =>
            nextAtMs === undefined ? [] : [{ id, name: name.slice(0, 256), nextAtMs }],
          )
          .slice(0, jobsShown)
      : [],
    jobCount: jobs.length,
  };
}

type Keeper = ReturnType<typeof networkKeepers>[number];

function networkOf(keeper: Keeper, { database, nowMs }: ActivityParts): StatusActivity["networks"][number] {
  const { provider, account, state } = keeper;
  const { in: came, out: went, lastInMs, lastOutMs } = trafficOf(database, provider.id, account.id, nowMs);
  const handle = state.self?.handle ?? state.self?.name;
  const isWell = state.kind === "connected";
  return {
    provider: provider.id,
    accountId: account.id,
    label: nameOf(keeper).slice(0, 128),
    state: state.kind,
    ...(handle && { handle: handle.slice(0, 256) }),
    ...(!isWell && state.reason !== undefined && { reason: state.reason.slice(0, 512) }),
    ...(!isWell && state.cure !== undefined && { cure: state.cure.slice(0, 512) }),
    in: [...came],
    out: [...went],
    ...(lastInMs !== undefined && { lastInAtMs: lastInMs }),
    ...(lastOutMs !== undefined && { lastOutAtMs: lastOutMs }),
  };
}
