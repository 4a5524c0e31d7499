import { Type } from "@sinclair/typebox";
import type { Idempotency } from "../idempotency/index.ts";
import type { Clock } from "../lib/index.ts";
import { invalidRequest, methodsFor, operator, type Principal, shape, unavailable } from "../protocol/index.ts";
import {
  type Accounts,
  type Capabilities,
  keeperFor,
  type LinkKeeper,
  peerFor,
  type RenderedText,
} from "../providers/index.ts";
import { noUsage, type Sessions } from "../sessions/index.ts";
import type { Database } from "../storage/index.ts";
import type { NewOutboxRow, Outbox } from "./outbox.ts";
import type { OutboxContent, OutboxRow } from "./outbox.store.ts";

const { arrayOf, closed, count, idempotencyKeyText, named, nonEmpty, oneOf, optional, text, timeMs } = shape;

interface Deps {
  readonly outbox: Outbox;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly idempotency: Idempotency;
  readonly database: Database;
  readonly clock: Pick<Clock, "nowMs">;
  readonly renderFor: (can: Capabilities, markdown: string) => Promise<readonly RenderedText[]>;
}

const method = methodsFor<Deps>();

const messageCharsMax = 100_000;
const mediaMax = 10;
/** Rows of one reply. */
const deliveriesMax = 2_000;

const SendResult = named("SendResult", {
  runId: nonEmpty(256),
  messageId: nonEmpty(256),
  channel: nonEmpty(64),
  chatId: optional(nonEmpty(256)),
});

const Delivery = named("Delivery", {
  id: nonEmpty(64),
  channel: nonEmpty(64),
  accountId: nonEmpty(64),
  to: nonEmpty(256),
  state: oneOf("queued", "sending", "sent", "unknown", "failed", "expired", "canceled"),
  kind: oneOf("message", "draft", "edit"),
  preview: text(200),
  attempts: count(),
  mayBeDouble: Type.Boolean(),
  error: optional(text(2048)),
  sessionKey: optional(nonEmpty(512)),
  createdAtMs: timeMs(),
  expiresAtMs: timeMs(),
  settledAtMs: optional(timeMs()),
});

export const sendMethods = {
  send: method({
    summary: "Sends a message to a chat of a network, and answers once the network took it.",
    access: operator("write"),
    params: named("SendParams", {
      to: nonEmpty(256),
      message: text(messageCharsMax),
      mediaUrl: optional(text(4096)),
      mediaUrls: optional(arrayOf(nonEmpty(4096), mediaMax)),
      gifPlayback: optional(Type.Boolean()),
      channel: optional(nonEmpty(64)),
      accountId: optional(nonEmpty(64)),
      threadId: optional(nonEmpty(128)),
      sessionKey: optional(nonEmpty(512)),
      idempotencyKey: idempotencyKeyText(),
    }),
    result: SendResult,
    errors: ["INVALID_REQUEST", "UNAVAILABLE", "CONFLICT", "NOT_LINKED"],
    handle: async (params, deps, { principal }) => {
      const keeper = keeperFor(deps.accounts, params, "unsupported channel");
      const parts = params.message === "" ? [] : await deps.renderFor(keeper.provider.can, params.message);
      const sources = [...(params.mediaUrl ? [params.mediaUrl] : []), ...(params.mediaUrls ?? [])].slice(0, mediaMax);
      if (parts.length + sources.length === 0) throw invalidRequest("message or mediaUrl required");
      const contents: OutboxContent[] = [
        ...parts.map((part) => ({ text: part })),
        ...sources.map((source) => ({ mediaSource: { source, agentId: "main", asVoice: false } })),
      ];
      const rows = await queue("send", params, contents, { deps, keeper, principal });
      await noteInSession(params, deps);
      return settled(rows, params.idempotencyKey, deps);
    },
  }),
  poll: method({
    summary: "Asks a chat of a network to vote.",
    access: operator("admin"),
    params: named("PollParams", {
      to: nonEmpty(256),
      question: nonEmpty(300),
      options: Type.Array(nonEmpty(100), { minItems: 2, maxItems: 12 }),
      maxSelections: optional(Type.Integer({ minimum: 1, maximum: 12 })),
      durationHours: optional(Type.Integer({ minimum: 1, maximum: 168 })),
      channel: optional(nonEmpty(64)),
      accountId: optional(nonEmpty(64)),
      threadId: optional(nonEmpty(128)),
      idempotencyKey: idempotencyKeyText(),
    }),
    result: SendResult,
    errors: ["INVALID_REQUEST", "UNAVAILABLE", "CONFLICT", "NOT_LINKED"],
    handle: async (params, deps, { principal }) => {
      const keeper = keeperFor(deps.accounts, params, "unsupported poll channel");
      if (!keeper.provider.can.verbs.includes("poll")) {
        throw invalidRequest(`unsupported poll channel: ${keeper.provider.id}`);
      }
      const poll = {
        question: params.question,
        options: params.options,
        selectionsMax: params.maxSelections ?? 1,
        ...(params.durationHours !== undefined && { durationMs: params.durationHours * 3_600_000 }),
      };
      const rows = await queue("poll", params, [{ poll }], { deps, keeper, principal });
      return settled(rows, params.idempotencyKey, deps);
    },
  }),
  "deliveries.list": method({
    summary: "Messages on their way out: those that need a decision, or the newest ones.",
    access: operator("read"),
    params: named("DeliveriesListParams", {
      troubled: optional(Type.Boolean()),
      limit: optional(Type.Integer({ minimum: 1, maximum: deliveriesMax })),
    }),
    result: named("DeliveriesListResult", { deliveries: arrayOf(Delivery, deliveriesMax) }),
    handle: ({ troubled = false, limit = 50 }, { outbox }) => ({
      deliveries: (troubled ? outbox.store.troubled(limit) : outbox.store.recent(limit)).map(deliveryOnWire),
    }),
  }),
  "deliveries.resolve": method({
    summary: "Decides over a message whose arrival is unknown or that failed: send it again, it arrived, or drop it.",
    access: operator("write"),
    params: named("DeliveriesResolveParams", { id: nonEmpty(64), decision: oneOf("resend", "arrived", "drop") }),
    result: closed({ ok: Type.Literal(true) }),
    errors: ["INVALID_REQUEST"],
    handle: async ({ id, decision }, { outbox }) => {
      if (!(await outbox.resolve(id, decision))) throw invalidRequest(`no delivery waits for a decision under ${id}`);
      return { ok: true as const };
    },
  }),
};

interface Addressed {
  readonly to: string;
  readonly threadId?: string;
  readonly sessionKey?: string;
  readonly idempotencyKey: string;
}

/** The rows of one request: all of them stored with its key, or those that the same request made before. */
async function queue(
  name: string,
  params: Addressed,
  contents: readonly OutboxContent[],
  { deps, keeper, principal }: { readonly deps: Deps; readonly keeper: LinkKeeper; readonly principal: Principal },
): Promise<string[]> {
  const { idempotencyKey, ...body } = params;
  const identity = { principal: principal.id, method: name, key: idempotencyKey, body };
  const base = `${name}:${principal.id}:${idempotencyKey}`;
  const peer = peerFor(keeper.provider, params);
  const rows = await deps.database.accept(() => {
    const isRepeat = deps.idempotency.find(identity) !== undefined;
    if (!isRepeat) deps.idempotency.remember(identity, base);
    return contents.map((content, index) =>
      deps.outbox.add({
        idem: `${base}:${index}`,
        provider: keeper.provider.id,
        accountId: keeper.account.id,
        peer,
        content,
        class: "proactive",
        sessionKey: params.sessionKey,
      } satisfies NewOutboxRow),
    );
  });
  deps.outbox.wake();
  return rows;
}

async function settled(ids: readonly string[], runId: string, { outbox }: Deps) {
  const rows = await Promise.all(ids.map((id) => outbox.whenSettled(id)));
  const failed = rows.find(({ state }) => state !== "sent");
  if (failed) throw unavailable(refusalOf(failed), { retryable: failed.state !== "unknown" });
  const first = rows[0]!;
  return { runId, messageId: first.messageId ?? first.id, channel: first.provider, chatId: first.peer.id };
}

function refusalOf({ id, provider, state, error }: OutboxRow): string {
  const why = error ?? state;
  if (state !== "unknown") return `${provider} did not take the message: ${why}`;
  return `nobody can tell whether the message arrived (${why}); decide with clawdia deliveries resolve ${id}`;
}

async function noteInSession({ sessionKey, message }: { sessionKey?: string; message: string }, deps: Deps) {
  const session = sessionKey === undefined ? undefined : deps.sessions.find(sessionKey);
  if (!session || message === "") return;
  await deps.database.commit(() =>
    deps.sessions.transcript.append(session, {
      role: "assistant",
      content: [{ type: "text", text: message }],
      timestamp: deps.clock.nowMs(),
      stopReason: "sent",
      usage: noUsage,
    }),
  );
}

function deliveryOnWire(row: OutboxRow) {
  const { content, error, sessionKey, settledAtMs } = row;
  const preview = content.text?.plain ?? content.poll?.question ?? content.media?.fileName ?? "";
  return {
    id: row.id,
    channel: row.provider,
    accountId: row.accountId,
    to: row.peer.id,
    state: row.state,
    kind: row.kind,
    preview: preview.slice(0, 200),
    attempts: row.attempts,
    mayBeDouble: row.mayBeDouble,
    createdAtMs: row.createdAtMs,
    expiresAtMs: row.expiresAtMs,
    ...(error !== undefined && { error }),
    ...(sessionKey !== undefined && { sessionKey }),
    ...(settledAtMs !== undefined && { settledAtMs }),
  };
}
