/** How the gateway is: the health snapshot, the status for people, the tick. It measures nothing on a request's path. */
export { Health, healthLifeMs } from "./health.ts";
export type { HealthSummary, StatusSummary } from "./health-summary.ts";
