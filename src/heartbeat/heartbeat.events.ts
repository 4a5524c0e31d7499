import { type Static, Type } from "@sinclair/typebox";
import { event, operator, shape } from "../protocol/index.ts";

const { count, named, oneOf, optional, text, timeMs } = shape;

export const previewCharsMax = 200;

/** What became of one heartbeat. */
export const HeartbeatEvent = named("HeartbeatEvent", {
  ts: timeMs(),
  status: oneOf("sent", "ok-empty", "ok-token", "skipped", "failed"),
  to: optional(text(512)),
  preview: optional(text(previewCharsMax)),
  durationMs: optional(count()),
  hasMedia: optional(Type.Boolean()),
  reason: optional(text(256)),
  channel: optional(text(64)),
  silent: optional(Type.Boolean()),
  indicatorType: optional(oneOf("ok", "alert", "error")),
});
export type HeartbeatEvent = Static<typeof HeartbeatEvent>;

export const heartbeatEvents = {
  heartbeat: event({
    summary: "What became of a heartbeat.",
    access: operator("read"),
    delivery: "lossy",
    payload: HeartbeatEvent,
  }),
};
