import type { ConfigKeeper } from "../config/index.ts";
import { type Cron, cureOf } from "../cron/index.ts";
import type { Announcer } from "../discovery/index.ts";
import type { Devices } from "../devices/index.ts";
import type { AgentEngine } from "../engine/index.ts";
import type { Gateway } from "../gateway/index.ts";
import type { StatusSummary } from "../health/index.ts";
import type { Approvals } from "../inbox/index.ts";
import type { Nodes } from "../nodes/index.ts";
import type { Outbox } from "../outbox/index.ts";
import type { Supervisor } from "../lib/index.ts";
import type { Accounts, LinkKeeper } from "../providers/index.ts";
import type { Database } from "../storage/index.ts";
import type { WayIn } from "../tailscale/index.ts";

/** Lines of one kind; the rest is behind the command that they name. */
const linesEach = 4;
const adviceMax = 16;
const lineCharsMax = 512;
const restartCure = "stop the gateway and start it again";

export interface StatusParts {
  readonly version: string;
  readonly bootId: string;
  readonly uptimeMs: () => number;
  readonly gateway: Gateway;
  readonly devices: Devices;
  readonly engine: AgentEngine;
  readonly runs: { readonly activeCount: number };
  readonly messaging: { readonly accounts: Accounts; readonly outbox: Outbox };
  readonly approvals: Approvals;
  readonly nodes: Nodes;
  readonly cron: Cron;
  readonly database: Pick<Database, "trouble">;
  readonly configKeeper: Pick<ConfigKeeper, "trouble" | "needsRestart">;
  readonly supervisor: Pick<Supervisor, "troubles">;
  readonly announcer: Pick<Announcer, "trouble">;
  readonly wayIn: Pick<WayIn, "state" | "url">;
}

/** The gateway's own lines of `status`, with what a person should do next. */
export function statusOf(parts: StatusParts): StatusSummary["gateway"] {
  const { provider, model } = parts.engine.model;
  return {
    version: parts.version,
    bootId: parts.bootId,
    uptimeMs: Math.max(0, Math.floor(parts.uptimeMs())),
    pid: process.pid,
    rssBytes: process.memoryUsage.rss(),
    connections: parts.gateway.connectionCount,
    runsActive: parts.runs.activeCount,
    model: `${provider}/${model}`,
    ...tailscaleOf(parts.wayIn),
    advice: adviceOf(parts).slice(0, adviceMax),
  };
}

function tailscaleOf({ state, url }: StatusParts["wayIn"]): Pick<StatusSummary["gateway"], "tailscale"> {
  if (state.kind === "off") return {};
  const trouble = state.kind === "waiting" && { reason: cut(state.reason), cure: cut(state.cure) };
  return { tailscale: { mode: state.how, ...(url !== undefined && { url }), ...trouble } };
}

function wayInLines({ state }: StatusParts["wayIn"]): string[] {
  return state.kind === "waiting" ? [cut(`${state.reason} (${state.how}): ${state.cure}`)] : [];
}

/** One line for every account of a network. */
export function networkLines(accounts: Accounts): string[] {
  return networkKeepers(accounts).map((keeper) => {
    const { kind, self, reason } = keeper.state;
    const handle = self?.handle ?? self?.name;
    const as = kind === "connected" && handle !== undefined ? ` as ${handle}` : "";
    return cut(`${nameOf(keeper)}: ${kind}${as}${reason === undefined || kind === "connected" ? "" : `: ${reason}`}`);
  });
}

/** What is worst comes first. */
function adviceOf(parts: StatusParts): string[] {
  const { messaging, approvals, devices, nodes, engine, database, configKeeper, supervisor, cron } = parts;
  const { announcer, wayIn } = parts;
  const { accounts, outbox } = messaging;
  const keepers = networkKeepers(accounts);
  const counts = outbox.store.counts();
  const broken = keepers.filter(({ state }) => state.cure !== undefined && state.kind !== "connected");
  const lost = (counts["failed"] ?? 0) + (counts["expired"] ?? 0);
  const { trouble } = database;
  const { trouble: configTrouble, needsRestart } = configKeeper;
  return [
    ...(trouble ? [cut(`nothing new is accepted: ${trouble.reason}; ${trouble.cure}`)] : []),
    ...(configTrouble ? [cut(`${configTrouble.reason}: ${configTrouble.cure}`)] : []),
    ...(needsRestart.length > 0 ? [cut(`needs a restart: ${needsRestart.join(", ")}: ${restartCure}`)] : []),
    ...supervisor.troubles.map(({ unit, reason }) =>
      cut(`${unit} fails over and over (${reason}): clawdia logs --level error`),
    ),
    ...wayInLines(wayIn),
    ...broken.map((keeper) =>
      cut(`${nameOf(keeper)}: ${keeper.state.reason ?? keeper.state.kind}: ${keeper.state.cure}`),
    ),
    ...(announcer.trouble
      ? [cut(`apps do not find the gateway by themselves: ${announcer.trouble.reason}: ${announcer.trouble.cure}`)]
      : []),
    ...(counts["unknown"] ? [`${counted(counts["unknown"])} may or may not have arrived: clawdia deliveries`] : []),
    ...(lost > 0 ? [`${counted(lost)} could not be delivered: clawdia deliveries`] : []),
    ...approvals
      .requests()
      .slice(0, linesEach)
      .map(({ provider, senderName, senderId }) =>
        cut(`${senderName ?? senderId} asks on ${provider} to talk to the agent: clawdia approvals`),
      ),
    ...devices
      .list()
      .pending.slice(0, linesEach)
      .map(({ id }) => `a device waits for approval: clawdia devices approve ${id}`),
    ...nodes.store
      .requests()
      .slice(0, linesEach)
      .map(({ request }) => `a node offers more than was approved: clawdia nodes approve ${request?.id}`),
    ...cron
      .paused(linesEach)
      .map((job) => cut(`the job "${job.name}" was stopped: ${job.pausedReason}: ${cureOf(job)}`)),
    ...(cron.waitsUntilMs === undefined
      ? []
      : ["the gateway kept crashing, so jobs wait some minutes: clawdia cron status"]),
    ...(engine.id === "echo" && keepers.length === 0 ? ["nothing is set up yet: clawdia setup"] : []),
    ...(engine.id === "echo" ? ["no language model is connected: clawdia models choose"] : []),
    ...(keepers.length === 0 ? ["no network is linked: clawdia providers add telegram"] : []),
  ];
}

/** Those of networks that people have beside us. */
export function networkKeepers(accounts: Accounts): readonly LinkKeeper[] {
  return accounts.keepers.filter(({ provider }) => provider.id !== "webchat");
}

export function nameOf({ provider, account }: LinkKeeper): string {
  return account.id === "main" ? provider.label : `${provider.label} (${account.id})`;
}

function counted(count: number): string {
  return count === 1 ? "1 message" : `${count} messages`;
}

function cut(line: string): string {
  return line.slice(0, lineCharsMax);
}
