import { Type } from "@sinclair/typebox";
import { GatewayError, invalidRequest, methodsFor, operator, shape } from "../protocol/index.ts";
import type { ApprovalRequest, Approvals } from "./approvals.ts";
import { approvePerson, type ApprovingParts } from "./approving.ts";
import { ApprovalRequestShape } from "./inbox.events.ts";
import type { InboundRow } from "./inbox.store.ts";

const { arrayOf, closed, count, named, nonEmpty, oneOf, optional, text, timeMs } = shape;

const method = methodsFor<ApprovingParts>();

const Approved = named("ApprovedSender", {
  channel: nonEmpty(64),
  accountId: nonEmpty(64),
  senderId: nonEmpty(256),
  senderName: optional(text(256)),
  isOwner: Type.Boolean(),
  approvedAtMs: timeMs(),
});

const SenderParams = {
  channel: nonEmpty(64),
  accountId: optional(nonEmpty(64)),
  senderId: nonEmpty(256),
};

/** Without the words: only the first characters, for finding a message again. */
const InboxMessage = named("InboxMessage", {
  id: nonEmpty(64),
  channel: nonEmpty(64),
  accountId: nonEmpty(64),
  peerKind: oneOf("direct", "group", "channel"),
  peerId: nonEmpty(256),
  senderId: nonEmpty(256),
  senderName: optional(text(256)),
  event: nonEmpty(32),
  preview: text(120),
  state: oneOf("accepted", "held", "routed", "context", "claimed", "done", "ignored", "dead"),
  reason: optional(text(512)),
  sessionKey: optional(nonEmpty(512)),
  runId: optional(nonEmpty(256)),
  sentAtMs: timeMs(),
  receivedAtMs: timeMs(),
});

export const inboxMethods = {
  "approvals.list": method({
    summary: "People who ask to talk to the agent, and those who may.",
    access: operator("pairing"),
    params: closed({}),
    result: named("ApprovalsListResult", {
      pending: arrayOf(ApprovalRequestShape, 256),
      approved: arrayOf(Approved, 1000),
    }),
    handle: (_params, { approvals }) => ({
      pending: approvals.requests().map(requestOnWire),
      approved: approvals.approved().map(({ provider: channel, senderName, ...rest }) => ({
        channel,
        ...rest,
        ...(senderName !== undefined && { senderName }),
      })),
    }),
  }),
  "approvals.approve": method({
    summary:
      "Lets a person talk to the agent, by the code that they were told or by their id; answers what they wrote.",
    access: operator("pairing"),
    params: named("ApprovalsApproveParams", {
      code: optional(nonEmpty(64)),
      channel: optional(nonEmpty(64)),
      accountId: optional(nonEmpty(64)),
      senderId: optional(nonEmpty(256)),
      isOwner: optional(Type.Boolean()),
    }),
    result: named("ApprovalsApproveResult", {
      ok: Type.Literal(true),
      channel: nonEmpty(64),
      accountId: nonEmpty(64),
      senderId: nonEmpty(256),
      senderName: optional(text(256)),
      released: count(),
    }),
    errors: ["INVALID_REQUEST", "RATE_LIMITED"],
    handle: async (params, deps, { principal }) => {
      const request = requestFor(params, deps.approvals);
      const { provider, accountId, senderId, senderName } = request;
      const released = await approvePerson(deps, request, { isOwner: params.isOwner === true, by: principal.id });
      return {
        ok: true as const,
        channel: provider,
        accountId,
        senderId,
        ...(senderName !== undefined && { senderName }),
        released,
      };
    },
  }),
  "approvals.reject": method({
    summary: "Turns a person's request down; what they wrote is not answered.",
    access: operator("pairing"),
    params: named("ApprovalsRejectParams", SenderParams),
    result: closed({ ok: Type.Boolean() }),
    handle: async ({ channel, accountId = "main", senderId }, deps) => {
      const ok = await deps.database.accept(() => deps.approvals.reject(channel, accountId, senderId));
      if (ok) deps.publishInbox("approval.resolved", { channel, accountId, senderId, decision: "rejected" });
      return { ok };
    },
  }),
  "approvals.revoke": method({
    summary: "Takes a person's approval back.",
    access: operator("pairing"),
    params: named("ApprovalsRevokeParams", SenderParams),
    result: closed({ ok: Type.Boolean() }),
    handle: async ({ channel, accountId = "main", senderId }, { approvals, database }) => ({
      ok: await database.accept(() => approvals.revoke(channel, accountId, senderId)),
    }),
  }),
  "inbox.list": method({
    summary: "Messages of networks, newest first, with what became of each and why one was not answered.",
    access: operator("read"),
    params: named("InboxListParams", {
      state: optional(nonEmpty(16)),
      channel: optional(nonEmpty(64)),
      limit: optional(Type.Integer({ minimum: 1, maximum: 200 })),
    }),
    result: named("InboxListResult", { messages: arrayOf(InboxMessage, 200) }),
    handle: ({ state, channel, limit = 50 }, { inbox }) => ({
      messages: inbox.store
        .recent({ ...(state !== undefined && { state }), ...(channel !== undefined && { provider: channel }), limit })
        .map(messageOnWire),
    }),
  }),
};

interface ApproveParams {
  readonly code?: string;
  readonly channel?: string;
  readonly accountId?: string;
  readonly senderId?: string;
}

function requestFor({ code, channel, accountId = "main", senderId }: ApproveParams, approvals: Approvals) {
  if (code !== undefined) {
    const found = approvals.byCode(code);
    if (found === "too-many") {
      throw new GatewayError("RATE_LIMITED", "too many wrong codes: wait a minute", { retryAfterMs: 60_000 });
    }
    if (found) return found;
    throw invalidRequest("no request has this code, or it expired: clawdia approvals list");
  }
  if (channel === undefined || senderId === undefined) throw invalidRequest("code, or channel and senderId required");
  return (
    approvals.bySender(channel, accountId, senderId) ?? {
      provider: channel,
      accountId,
      senderId,
      senderName: undefined,
    }
  );
}

function requestOnWire({ provider, accountId, senderId, senderName, createdAtMs, expiresAtMs }: ApprovalRequest) {
  const name = senderName === undefined ? {} : { senderName };
  return { channel: provider, accountId, senderId, ...name, createdAtMs, expiresAtMs };
}

function messageOnWire(row: InboundRow) {
  const { message, reason, sessionKey, runId } = row;
  const { peer } = message.ref;
  const name = message.sender.name ?? message.sender.handle;
  return {
    id: row.id,
    channel: row.provider,
    accountId: row.accountId,
    peerKind: peer.kind,
    peerId: peer.id,
    senderId: message.sender.id,
    ...(name !== undefined && { senderName: name.slice(0, 256) }),
    event: message.event.kind,
    preview: message.text.slice(0, 120),
    state: row.state,
    ...(reason !== undefined && { reason }),
    ...(sessionKey !== undefined && { sessionKey }),
    ...(runId !== undefined && { runId }),
    sentAtMs: message.sentAtMs,
    receivedAtMs: row.receivedAtMs,
  };
}
