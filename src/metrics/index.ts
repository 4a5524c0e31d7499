/** Figures about the gateway for Prometheus. It decides nothing and says nothing about who talks to whom. */
export { Metrics, type MetricsParts } from "./metrics.ts";
