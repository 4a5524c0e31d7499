import { event, operator, shape } from "../protocol/index.ts";

const { closed, named, nonEmpty, oneOf, optional, text, timeMs } = shape;

export const ApprovalRequestShape = named("ApprovalRequest", {
  channel: nonEmpty(64),
  accountId: nonEmpty(64),
  senderId: nonEmpty(256),
  senderName: optional(text(256)),
  createdAtMs: timeMs(),
  expiresAtMs: timeMs(),
});

export const inboxEvents = {
  "inbox.changed": event({
    summary: "Messages of networks came in, or something became of them: what `inbox.list` gave is out of date.",
    access: operator("read"),
    delivery: "lossy",
    payload: closed({ ts: timeMs() }),
  }),
  "approval.requested": event({
    summary: "Somebody unknown wrote and asks to talk to the agent.",
    access: operator("pairing"),
    delivery: "sure",
    payload: ApprovalRequestShape,
  }),
  "approval.resolved": event({
    summary: "A person who asked was approved or rejected.",
    access: operator("pairing"),
    delivery: "sure",
    payload: named("ApprovalResolved", {
      channel: nonEmpty(64),
      accountId: nonEmpty(64),
      senderId: nonEmpty(256),
      decision: oneOf("approved", "rejected"),
    }),
  }),
};
