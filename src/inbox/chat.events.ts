import { Type } from "@sinclair/typebox";
import { event, operator, shape } from "../protocol/index.ts";
import { ChatMessage, Usage } from "../sessions/index.ts";

const { count, named, nonEmpty, oneOf, optional, sessionKeyText, text } = shape;

/** Deltas are cumulative: `message` replaces what was shown, `deltaText` is what is new in it. */
export const ChatEventPayload = named("ChatEvent", {
  runId: nonEmpty(256),
  sessionKey: sessionKeyText(),
  seq: count(),
  state: oneOf("delta", "final", "aborted", "error"),
  message: optional(ChatMessage),
  deltaText: optional(text(16 * 1024 * 1024)),
  replace: optional(Type.Boolean()),
  errorMessage: optional(nonEmpty(2048)),
  usage: optional(Usage),
  stopReason: optional(nonEmpty(64)),
});

export const chatEvents = {
  chat: event({
    summary: "The answer of a run as a chat shows it: growing text, then its end.",
    access: operator("read"),
    delivery: ({ state }) => (state === "delta" ? "lossy" : "sure"),
    topicKey: "sessionKey",
    payload: ChatEventPayload,
  }),
};
