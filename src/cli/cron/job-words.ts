import type { Methods } from "../../gateway/index.ts";
import type { ResultOf } from "../../protocol/index.ts";
import type { Connected } from "../connected.ts";
import { refused } from "../failure.ts";
import { paint } from "../style.ts";
import { printFacts, printTable } from "../table.ts";
import { agoWords, gist, shown, timeWords } from "../words.ts";
import { spanWords } from "../../lib/index.ts";

/** Jobs and their runs in words that people read. */

export type Job = ResultOf<Methods["cron.list"]>["jobs"][number];
type Entry = ResultOf<Methods["cron.runs"]>["entries"][number];

/** A job by its id, the start of it, or its name. */
export async function findJob({ call }: Connected, named: string): Promise<Job> {
  const { jobs } = await call("cron.list", { includeDisabled: true });
  const wanted = named.trim();
  const exact = jobs.filter(({ id, name }) => id === wanted || name === wanted);
  const found = exact.length > 0 ? exact : jobs.filter(({ id }) => wanted.length > 5 && id.startsWith(wanted));
  if (found.length === 1) return found[0]!;
  const why = found.length === 0 ? "there is no job" : "several jobs are called";
  throw refused(`${why} ${shown(named)}`, "clawdia cron list");
}

export function printJobs(jobs: readonly Job[], nowMs: number): void {
  printTable(
    ["ID", "NAME", "WHEN", "NEXT", "LAST", "WHAT"],
    jobs.map((job) => [
      job.id,
      gist(job.name),
      scheduleWords(job.schedule),
      nextWords(job, nowMs),
      job.state.lastStatus ?? "–",
      whatWords(job.payload),
    ]),
  );
  for (const { id, name, state, schedule } of jobs) {
    if (state.pausedReason === undefined) continue;
    const cure = `clawdia cron ${schedule.kind === "at" ? "run" : "resume"} ${id}`;
    printFacts([[paint("yellow", "→"), `${shown(name)}: ${shown(state.pausedReason)}: ${cure}`]]);
  }
}

export function printJob(job: Job, nowMs: number): void {
  const { state } = job;
  printFacts([
    ["job", paint("bold", shown(job.name))],
    ["id", job.id],
    ["for", shown(job.description)],
    ["when", scheduleWords(job.schedule)],
    ["next", nextWords(job, nowMs)],
    ["what", whatWords(job.payload)],
    ["agent", job.agentId],
    ["passed times", job.misfire],
    ["last run", agoWords(state.lastRunAtMs, nowMs)],
    ["last end", state.lastStatus && `${state.lastStatus}${state.lastError ? `: ${shown(state.lastError)}` : ""}`],
    ["stopped", shown(state.pausedReason)],
  ]);
}

export function printRuns(entries: readonly Entry[]): void {
  if (entries.length === 0) return;
  printTable(
    ["TIME", "END", "TOOK", "WHAT"],
    entries.map(({ slotAtMs, slots, state, kind, durationMs, error, summary, delivery }) => [
      slots === 1 ? timeWords(slotAtMs) : `${timeWords(slotAtMs)} and ${slots - 1} more`,
      kind === "slot" ? state : `${state} (${kind})`,
      durationMs === undefined || state === "missed" || state === "skipped" ? "" : spanWords(durationMs),
      [gist(error), gist(summary), delivery].filter((part) => part !== undefined && part !== "").join(", "),
    ]),
  );
}

function scheduleWords(schedule: Job["schedule"]): string {
  switch (schedule.kind) {
    case "at":
      return `once, ${timeWords(schedule.atMs)}`;
    case "every":
      return `every ${spanWords(schedule.everyMs)}`;
    default:
      return `${shown(schedule.expr)}${schedule.tz === undefined ? "" : ` ${shown(schedule.tz)}`}`;
  }
}

function nextWords({ enabled, state }: Job, nowMs: number): string {
  if (state.runningAtMs !== undefined) return "running";
  if (!enabled) return "off";
  if (state.pausedReason !== undefined) return "stopped";
  if (state.nextRunAtMs === undefined) return "none";
  const inMs = state.nextRunAtMs - nowMs;
  return inMs < 0 ? "now" : `in ${spanWords(inMs)}`;
}

function whatWords(payload: Job["payload"]): string {
  switch (payload.kind) {
    case "systemEvent":
      return `tell: ${gist(payload.text)}`;
    case "message":
      return `send to ${shown(payload.channel ?? "chat")}:${shown(payload.to)}: ${gist(payload.text)}`;
    default:
      return `do: ${gist(payload.message)}`;
  }
}
