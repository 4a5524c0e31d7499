/** Scheduled jobs: when they come, what became of every time, and what they make others do. It runs no agent itself. */
export { Cron, type CronParts, jobsMax } from "./cron.ts";
export { type Authority, type CronJob, isActive, type Payload, type Schedule } from "./cron-job.ts";
export { crashLoop } from "./cron-loop.ts";
export type { NewJob } from "./desk.ts";
export { nextSlot, type Timetable } from "./schedule.ts";
export { cureOf } from "./words.ts";
export type { LedgerRow } from "./ledger.store.ts";
