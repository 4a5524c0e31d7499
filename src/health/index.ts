/** How the gateway is: health snapshot, status for people, tick. It measures nothing on a request's path. */
export { Health, healthLifeMs } from "./health.ts";
export type { HealthSummary, StatusActivity, StatusSummary } from "./health-summary.ts";
