import { normaliseAdd } from "./normalise.ts";
import { fits, problemsOf } from "../protocol/index.ts";
import type { Database } from "../storage/index.ts";
import { cronMethods } from "./cron.methods.ts";
import { jobIdCharsMax } from "./cron-job.ts";
import { makeJob, type NewJob } from "./desk.ts";
import { JobStore } from "./job.store.ts";

/** What became of a job that comes from elsewhere; a text says why it cannot be taken. */
export type Moved = "added" | "known" | { readonly why: string };

/**
 * Takes a job over from another gateway's file, while no gateway runs. It is off: nobody here approved it yet, and
 * `clawdia cron resume` is that approval.
 */
export function addMovedJob(database: Database, written: Readonly<Record<string, unknown>>, nowMs: number): Moved {
  const jobs = new JobStore(database);
  const id = written["id"];
  if (typeof id !== "string" || id === "" || id.length > jobIdCharsMax) return { why: "it has no id" };
  if (jobs.find(id)) return "known";
  const { params } = cronMethods["cron.add"];
  const known = Object.entries(written).filter(([name]) => name in params.properties);
  const wanted = normaliseAdd(Object.fromEntries(known));
  if (!fits(params, wanted)) return { why: problemsOf(params, wanted) };
  const job = makeJob({ ...(wanted as NewJob), enabled: false }, { id, nowMs, authority: { by: "import" } });
  database.transaction(() => jobs.put(job));
  return "added";
}
