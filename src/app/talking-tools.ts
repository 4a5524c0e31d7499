import type { Cron, CronJob, LedgerRow, NewJob } from "../cron/index.ts";
import type { Tool } from "../engine/index.ts";
import * as markup from "../markup/index.ts";
import { type CronDesk, cronTool, messageTool, sessionTools } from "../tools/index.ts";
import type { Features } from "./feature-set.ts";
import type { Ground } from "./ground.ts";

/** Messages and other conversations, as tools of the agents. */
export function talkingTools(
  { options, database }: Ground,
  { sessions, messaging, runs, cron }: Pick<Features, "sessions" | "messaging" | "runs" | "cron">,
): readonly Tool[] {
  const { outbox, accounts } = messaging;
  const contentsFor = (provider: string, text: string) => {
    const can = accounts.provider(provider)?.can;
    return can ? markup.renderParts(text, can).map((part) => ({ text: part })) : [];
  };
  const runTimeoutMs = () => options.config.agents.runTimeoutSeconds * 1000;
  return [
    messageTool({ outbox, accounts: () => accounts, database, contentsFor }),
    cronTool({ desk: cronDesk(cron), zone: cron.zone, clock: options.world.clock }),
    ...sessionTools({ sessions, runs: () => runs, database, ids: options.world.ids, runTimeoutMs }),
  ];
}

/** Scheduled jobs in the few words that a model needs. */
function cronDesk(cron: Cron): CronDesk {
  return {
    list: (agentId) =>
      cron
        .list(true)
        .filter((job) => (job.agentId ?? agentId) === agentId)
        .map(shown),
    add: async (wanted, by) => {
      const { agentId, name, schedule, work } = wanted;
      const job: NewJob = {
        agentId,
        name,
        schedule,
        payload: work,
        sessionTarget: work.kind === "systemEvent" ? "main" : "isolated",
        wakeMode: work.kind === "systemEvent" ? "now" : "next-heartbeat",
        deleteAfterRun: schedule.kind === "at",
      };
      return shown(await cron.add(job, by));
    },
    setEnabled: async (id, enabled, by) => shown(await cron.update(id, { enabled }, by)),
    remove: (id) => cron.remove(id),
    runs: (id, limit) => cron.history(id, limit).map(shownRun),
    belongsTo: (id, agentId) => (cron.require(id).agentId ?? agentId) === agentId,
  };
}

function shown({ id, name, enabled, schedule, payload, nextAtMs, pausedReason, lastStatus }: CronJob) {
  return { id, name, enabled, schedule, work: payload, nextAtMs, pausedReason, lastStatus };
}

function shownRun({ state, reason, slot, slots, summary }: LedgerRow) {
  return { state, reason, atMs: slot, count: slots, summary };
}
