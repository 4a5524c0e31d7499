import { Type } from "@sinclair/typebox";
import { connected, event, node, operator, shape } from "../protocol/index.ts";
import { NodePairRequest } from "./node.ts";

const { count, named, nonEmpty, nullable, oneOf, optional, text, timeMs } = shape;

export const TalkMode = named("TalkMode", { enabled: Type.Boolean(), phase: nullable(text(64)), ts: timeMs() });

export const VoiceWakeTriggers = shape.arrayOf(nonEmpty(64), 32);

export const nodeEvents = {
  "node.pair.requested": event({
    summary: "A node offers commands that nobody approved for it yet.",
    access: operator("pairing"),
    delivery: "lossy",
    payload: NodePairRequest,
  }),
  "node.pair.resolved": event({
    summary: "Commands of a node were approved or rejected.",
    access: operator("pairing"),
    delivery: "lossy",
    payload: named("NodePairResolvedEvent", {
      requestId: nonEmpty(64),
      nodeId: nonEmpty(128),
      decision: oneOf("approved", "rejected"),
      ts: timeMs(),
    }),
  }),
  "node.invoke.request": event({
    summary: "The node is asked to do something; it answers with node.invoke.result.",
    access: node(),
    delivery: "sure",
    targeted: true,
    payload: named("NodeInvokeRequestEvent", {
      id: nonEmpty(64),
      nodeId: nonEmpty(128),
      command: nonEmpty(128),
      paramsJSON: optional(text(16 * 1024 * 1024)),
      timeoutMs: optional(count()),
      idempotencyKey: optional(nonEmpty(256)),
    }),
  }),
  "voicewake.changed": event({
    summary: "The words that wake the agent were changed; a node is told them when it connects.",
    access: connected(),
    delivery: "lossy",
    payload: named("VoiceWakeChangedEvent", { triggers: VoiceWakeTriggers }),
  }),
  "talk.mode": event({
    summary: "Talking with the agent by voice began, went on or ended.",
    access: connected(),
    delivery: "lossy",
    payload: TalkMode,
  }),
};
