import { Type } from "@sinclair/typebox";
import type { Clock, Ids } from "../lib/index.ts";
import {
  GatewayError,
  invalidRequest,
  methodsFor,
  operator,
  PreparedJson,
  type Publish,
  shape,
} from "../protocol/index.ts";
import { hasEnded, identityOf, promptCharsMax, refuseBlocked, type Runs } from "../runs/index.ts";
import {
  Attachments,
  ChatMessage,
  noUsage,
  keepImages,
  readAttachments,
  type Sessions,
  thinkingLevelOf,
} from "../sessions/index.ts";
import type { Database } from "../storage/index.ts";
import type { chatEvents } from "./chat.events.ts";
import { readCommand } from "./chat-commands.ts";
import type { Inbox } from "./inbox.ts";
import type { OwnChat } from "./own-chat.ts";

const { arrayOf, closed, idempotencyKeyText, named, nonEmpty, oneOf, optional, sessionKeyText, text } = shape;

interface Deps {
  readonly runs: Runs;
  readonly inbox: Inbox;
  readonly ownChat: OwnChat;
  readonly sessions: Sessions;
  readonly database: Database;
  readonly clock: Pick<Clock, "nowMs">;
  readonly ids: Ids;
  readonly runTimeoutMs: number;
  readonly publishChat: Publish<typeof chatEvents>;
}

const method = methodsFor<Deps>();

/** How long a chat run may take: what the client asked for and a minute more, within these bounds. */
const graceMs = 60_000;
const expiryMinMs = 120_000;
const expiryMaxMs = 86_400_000;

const AbortResult = named("ChatAbortResult", {
  ok: Type.Literal(true),
  aborted: Type.Boolean(),
  runIds: arrayOf(nonEmpty(256), 1024),
});

export const chatMethods = {
  "chat.history": method({
    summary: "The newest messages of a session, oldest first.",
    access: operator("read"),
    params: named("ChatHistoryParams", {
      sessionKey: sessionKeyText(),
      limit: optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    }),
    result: named("ChatHistoryResult", {
      sessionKey: sessionKeyText(),
      sessionId: optional(nonEmpty(128)),
      messages: arrayOf(ChatMessage, 1000),
      thinkingLevel: optional(nonEmpty(32)),
    }),
    handle: async ({ sessionKey, limit = 200 }, { sessions }, call) => {
      call.nameTopic(sessions.canonical(sessionKey), sessionKey);
      const session = sessions.find(sessionKey);
      if (!session) return { sessionKey, messages: [] };
      const messages = await sessions.transcript.history(session.sessionId, limit);
      const { sessionId, settings } = session;
      return withMessages({ sessionKey, sessionId, thinkingLevel: settings.thinkingLevel ?? "off" }, messages);
    },
  }),
  "chat.send": method({
    summary: "Says something to the agent in a session; the answer comes as `chat` events.",
    access: operator("write"),
    params: named("ChatSendParams", {
      sessionKey: sessionKeyText(),
      message: text(promptCharsMax),
      idempotencyKey: idempotencyKeyText(),
      thinking: optional(text(32)),
      deliver: optional(Type.Boolean()),
      attachments: optional(Attachments),
      timeoutMs: optional(Type.Integer({ minimum: 0, maximum: 604_800_000 })),
    }),
    result: named("ChatSendResult", {
      runId: nonEmpty(256),
      status: oneOf("started", "in_flight", "ok"),
      ok: optional(Type.Literal(true)),
      aborted: optional(Type.Boolean()),
      runIds: optional(arrayOf(nonEmpty(256), 1024)),
    }),
    errors: ["INVALID_REQUEST", "CONFLICT", "UNAVAILABLE"],
    handle: async (params, deps, call) => {
      const { sessions } = deps;
      const sessionKey = sessions.canonical(params.sessionKey);
      if (params.message.trim() === "" && (params.attachments ?? []).length === 0) {
        throw invalidRequest("message or attachment required");
      }
      const images = readAttachments(params.attachments);
      refuseBlocked(sessions, sessionKey);
      call.nameTopic(sessionKey, params.sessionKey);
      const identity = identityOf("chat.send", params, call.principal);
      const command = images.length === 0 ? readCommand(params.message) : undefined;
      if (command?.name === "stop") return stopReply(params.idempotencyKey, await deps.inbox.stop(sessionKey));
      if (command) {
        const isNew = await deps.ownChat.obey(command, sessionKey, { identity, scopes: call.principal.scopes });
        return { runId: params.idempotencyKey, status: isNew ? ("started" as const) : ("ok" as const) };
      }
      const { run, isRepeat } = await deps.ownChat.say({
        identity,
        sessionKey,
        input: {
          text: params.message,
          imageCount: images.length,
          thinkingLevel: thinkingLevelOf(params.thinking),
          extraSystemPrompt: undefined,
        },
        images: await keepImages(sessions.media, images),
        timeoutMs: expiryOf(params.timeoutMs ?? deps.runTimeoutMs),
      });
      if (!isRepeat) return { runId: run.id, status: "started" as const };
      if (!hasEnded(run)) return { runId: run.id, status: "in_flight" as const };
      if (run.state === "ok" || run.state === "aborted") return { runId: run.id, status: "ok" as const };
      const summary = run.error ?? "the run failed";
      throw new GatewayError("UNAVAILABLE", summary, { payload: { runId: run.id, status: "error", summary } });
    },
  }),
  "chat.abort": method({
    summary: "Aborts a run, or all runs of a session; what was said so far stays in the history.",
    access: operator("write"),
    params: named("ChatAbortParams", { sessionKey: sessionKeyText(), runId: optional(nonEmpty(256)) }),
    result: AbortResult,
    errors: ["INVALID_REQUEST"],
    handle: async ({ sessionKey, runId }, { runs, sessions }) => {
      const key = sessions.canonical(sessionKey);
      const run = runId === undefined ? undefined : runs.find(runId);
      if (run && run.sessionKey !== key) throw invalidRequest("runId does not match sessionKey");
      const runIds = await runs.abort(key, runId, "rpc");
      return { ok: true as const, aborted: runIds.length > 0, runIds };
    },
  }),
  "chat.inject": method({
    summary: "Adds a message of the assistant to a session's history, without a run.",
    access: operator("admin"),
    params: named("ChatInjectParams", {
      sessionKey: sessionKeyText(),
      message: nonEmpty(promptCharsMax),
      label: optional(text(100)),
    }),
    result: closed({ ok: Type.Literal(true), messageId: nonEmpty(64) }),
    errors: ["INVALID_REQUEST"],
    handle: async ({ sessionKey, message, label }, deps) => {
      const session = deps.sessions.find(sessionKey);
      if (!session) throw invalidRequest("session not found");
      const said = label ? `[${label}]\n\n${message}` : message;
      const timestamp = deps.clock.nowMs();
      const content = [{ type: "text" as const, text: said }];
      await deps.database.accept(() =>
        deps.sessions.transcript.append(session, {
          role: "assistant",
          content,
          timestamp,
          stopReason: "injected",
          usage: noUsage,
        }),
      );
      const messageId = deps.ids.uuid().slice(0, 8);
      deps.publishChat("chat", {
        runId: `inject-${messageId}`,
        sessionKey: session.key,
        seq: 0,
        state: "final",
        message: { role: "assistant", content, timestamp, stopReason: "injected" },
        stopReason: "injected",
      });
      return { ok: true as const, messageId };
    },
  }),
};

/** The messages are JSON already, and up to some MiB of it: it is not written a second time. */
function withMessages<T extends object, M>(rest: T, messages: readonly PreparedJson<M>[]) {
  const texts = messages.map(({ text: written }) => written).join(",");
  const head = JSON.stringify(rest).slice(0, -1);
  const value = { ...rest, messages: messages.map((message) => message.value) };
  return new PreparedJson(value, `${head},"messages":[${texts}]}`);
}

/** Apps decode `runId` and `status` in every reply of `chat.send`, so the stop reply has them too. */
function stopReply(runId: string, runIds: readonly string[]) {
  return { runId, status: "ok" as const, ok: true as const, aborted: runIds.length > 0, runIds: [...runIds] };
}

function expiryOf(timeoutMs: number): number {
  return Math.min(expiryMaxMs, Math.max(expiryMinMs, timeoutMs + graceMs));
}
