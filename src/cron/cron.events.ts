import { event, operator, shape } from "../protocol/index.ts";
import { jobIdCharsMax } from "./cron-job.ts";

const { count, named, nonEmpty, oneOf, optional, text, timeMs } = shape;

export const summaryCharsMax = 2_000;

export const cronEvents = {
  cron: event({
    summary: "A job was added, changed or removed, or a run of it started or finished.",
    access: operator("read"),
    delivery: "lossy",
    payload: named("CronEvent", {
      jobId: nonEmpty(jobIdCharsMax),
      action: oneOf("added", "updated", "removed", "started", "finished"),
      runAtMs: optional(timeMs()),
      durationMs: optional(count()),
      status: optional(oneOf("ok", "error", "skipped")),
      error: optional(text(2048)),
      summary: optional(text(summaryCharsMax)),
      nextRunAtMs: optional(timeMs()),
    }),
  }),
};
