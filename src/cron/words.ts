import { shorten } from "../lib/index.ts";
import type { Run } from "../runs/index.ts";
import type { CronJob } from "./cron-job.ts";
import type { Outcome } from "./outcome.ts";

/** What is said of a job's runs. Pure. */

/** Characters of one note for the main session: the whole of what was said, and the start of it. */
const postCharsMax = 8_000;
const summaryPostCharsMax = 1_000;

export function pausedNotice(job: CronJob): string {
  return `The scheduled job "${job.name}" was stopped: ${job.pausedReason}. ${cureOf(job)}`;
}

/** What to type for a job that was stopped. A time that passed does not come again, but can be made up for. */
export function cureOf({ id, schedule }: Pick<CronJob, "id" | "schedule">): string {
  return `clawdia cron ${schedule.kind === "at" ? "run" : "resume"} ${id}`;
}

export function endOf({ state, error }: Run): Pick<Outcome, "state" | "reason"> {
  switch (state) {
    case "ok":
      return { state: "ok", reason: undefined };
    case "aborted":
      return { state: "skipped", reason: "it was stopped" };
    case "interrupted":
      return { state: "interrupted", reason: error ?? "it was cut by a restart of the gateway" };
    default:
      return { state: "error", reason: error ?? state };
  }
}

/** What the main session hears of it; nothing where there is nothing to say. */
export function noteFor(
  job: CronJob,
  { state, reason }: Pick<Outcome, "state" | "reason">,
  said: string,
): string | undefined {
  const {
    postToMainPrefix = "Cron",
    postToMainMode = "summary",
    postToMainMaxChars = postCharsMax,
  } = job.isolation ?? {};
  const head = `${postToMainPrefix || "Cron"} (${job.name})`;
  if (state === "error" || state === "interrupted") return shorten(`${head} failed: ${reason}`, postCharsMax);
  if (said === "" || state === "skipped") return undefined;
  const charsMax = postToMainMode === "full" ? postToMainMaxChars : Math.min(postToMainMaxChars, summaryPostCharsMax);
  return charsMax === 0 ? undefined : `${head}: ${shorten(said, charsMax)}`;
}
