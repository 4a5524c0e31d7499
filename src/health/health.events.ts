import { Type } from "@sinclair/typebox";
import { connected, event, operator, shape } from "../protocol/index.ts";
import { HealthSummary } from "./health-summary.ts";

const { closed, count, nonEmpty, optional, timeMs } = shape;

export const healthEvents = {
  tick: event({
    summary: "A sign of life, every 30 seconds.",
    access: connected(),
    delivery: "lossy",
    payload: closed({ ts: timeMs() }),
  }),
  health: event({
    summary: "The gateway's health, after it changed and once a minute.",
    access: operator("read"),
    delivery: "sure",
    stateVersion: true,
    payload: HealthSummary,
  }),
  shutdown: event({
    summary: "The gateway stops; with the time after which to come back, where it is known.",
    access: connected(),
    delivery: "sure",
    payload: Type.Object(
      { reason: nonEmpty(256), restartExpectedMs: optional(count()) },
      { additionalProperties: false, $id: "ShutdownEvent" },
    ),
  }),
};
