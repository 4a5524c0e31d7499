import { Cron } from "../cron/index.ts";
import { Heartbeat, isWorthReading } from "../heartbeat/index.ts";
import type { Models } from "../engine/index.ts";
import * as markup from "../markup/index.ts";
import type { RunReplies, RunSignal } from "../runs/index.ts";
import { limitsOf } from "../turns/index.ts";
import { makeFilesOf, TextCache } from "../tools/index.ts";
import { stateFolder } from "./command-room.ts";
import type { Automation, Features } from "./feature-set.ts";
import type { Ground } from "./ground.ts";

/** What the house does by itself: scheduled jobs and heartbeats, and what becomes of their runs. */

type AutomationParts = Pick<Features, "agents" | "sessions" | "runs" | "messaging" | "models" | "approvals">;

const noModel = "no language model is connected: clawdia models choose";
const tasksCharsMax = 20_000;

/** `changed`: something is to be seen in `health`. */
export function buildAutomation(ground: Ground, parts: AutomationParts, changed: () => void): Automation {
  const { options, database, gateway, bootId } = ground;
  const { clock, ids, random, log } = options.world;
  const { config } = options;
  const { agents, sessions, runs, models, approvals } = parts;
  const { outbox, accounts, policyOf } = parts.messaging;
  const shared = {
    database,
    clock,
    ids,
    sessions,
    runs,
    accounts: () => accounts,
    defaultAgentId: () => agents.default.id,
    runTimeoutMs: () => config.agents.runTimeoutSeconds * 1000,
    obstacleTo: options.engine ? () => undefined : obstacles(models),
    changed,
  };
  const heartbeat = new Heartbeat({
    ...shared,
    log: log.for("heartbeat"),
    settings: config.heartbeat,
    publish: gateway.publish,
    hasTasks: tasksOf(ground),
    readAnswer: markup.readDirectives,
  });
  const cron = new Cron({
    ...shared,
    bootId,
    random,
    outbox,
    log: log.for("cron"),
    settings: config.cron,
    publish: gateway.publish,
    renderFor: (can, text) => markup.renderParts(text, limitsOf(can)),
    isOwner: ({ provider, accountId, senderId }) =>
      policyOf(provider, accountId).owners.includes(senderId) ||
      approvals.find(provider, accountId, senderId)?.isOwner === true,
    wake: (agentId) => heartbeat.wake(agentId),
    knownAgent: (id) => void agents.require(id),
    knownModel: (reference) => models.resolve(reference) !== undefined,
  });
  return { cron, heartbeat };
}

/** Replies of runs that nobody wrote for are judged first: what says nothing is not sent. */
export function automatedReplies(replies: RunReplies, lent: () => Automation): RunReplies {
  return {
    ended: (run, text) => {
      const { cron, heartbeat } = lent();
      if (run.source === "cron") cron.ended(run, markup.readDirectives(text).text);
      if (run.source !== "heartbeat") return replies.ended(run, text);
      const told = heartbeat.ended(run, text);
      replies.ended(told === undefined ? { ...run, delivery: undefined } : run, told ?? "");
    },
  };
}

interface Hearer {
  hear(signal: RunSignal): void;
}

/** What happens to runs, for those who show it: chats see nothing of a run that nobody in them asked for. */
export function tellOn(
  signal: RunSignal,
  { cron, heartbeat }: Automation,
  to: { readonly chatFeed: Hearer; readonly liveTurns: Hearer },
): void {
  const { run, kind } = signal;
  const isHeartbeat = run.source === "heartbeat";
  if (!isHeartbeat || (kind === "ended" && heartbeat.isSeen(run))) to.chatFeed.hear(signal);
  if (!isHeartbeat && run.source !== "cron") to.liveTurns.hear(signal);
  if (kind !== "ended") return;
  cron.tellEnds();
  heartbeat.tellEnd(run);
}

function obstacles(models: Models): (agentId: string, model: string | undefined) => string | undefined {
  return (agentId, model) => {
    const { provider, model: chosen } = models.default;
    const reference = model ?? models.ofAgent(agentId)?.model ?? `${provider}/${chosen}`;
    return models.isBuiltIn(reference) ? noModel : undefined;
  };
}

/** Whether the workspace's HEARTBEAT.md asks for anything. State in memory has no workspace. */
function tasksOf({ workspaces, options }: Ground): (agentId: string) => Promise<boolean> {
  const filesOf = makeFilesOf({ workspaces, stateDir: stateFolder(options) });
  const texts = new TextCache();
  return async (agentId) => {
    const folder = workspaces.pathOf(agentId);
    if (folder === undefined) return false;
    const found = await texts.read(filesOf(agentId), "HEARTBEAT.md", { folder, charsMax: tasksCharsMax });
    return found !== undefined && isWorthReading(found.text);
  };
}
