import { Type } from "@sinclair/typebox";
import { event, operator, shape } from "../protocol/index.ts";

export const AgentEventPayload = shape.named("AgentEvent", {
  runId: shape.nonEmpty(256),
  seq: shape.count(),
  stream: shape.nonEmpty(64),
  ts: shape.timeMs(),
  data: shape.recordOf(Type.Unknown()),
  sessionKey: shape.optional(shape.sessionKeyText()),
});

export const runEvents = {
  agent: event({
    summary: "What a run does as it does it: lifecycle, assistant text (cumulative, with the new part as delta).",
    access: operator("read"),
    // Text is cumulative, so the next event makes up for a lost one; starts and ends have no successor.
    delivery: ({ stream }) => (stream === "assistant" ? "lossy" : "sure"),
    topicKey: "sessionKey",
    payload: AgentEventPayload,
  }),
};
