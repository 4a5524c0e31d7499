import { Type } from "@sinclair/typebox";
import type { Agents } from "../agents/index.ts";
import { GatewayError, invalidRequest, methodsFor, operator, type Principal, shape } from "../protocol/index.ts";
import {
  Attachments,
  keepImages,
  readAttachments,
  type SessionKey,
  type Sessions,
  thinkingLevelOf,
  Usage,
} from "../sessions/index.ts";
import type { Accounts } from "../providers/index.ts";
import { endTexts } from "./live-run.ts";
import { replyTarget } from "./reply-target.ts";
import type { Run } from "./run.ts";
import type { Runs } from "./runs.ts";

const { arrayOf, count, idempotencyKeyText, named, nonEmpty, nullable, oneOf, optional, text, timeMs } = shape;

interface Deps {
  readonly runs: Runs;
  readonly sessions: Sessions;
  readonly agents: Agents;
  readonly accounts: Accounts;
  readonly runTimeoutMs: number;
  readonly engineModel: { readonly provider: string; readonly model: string };
}

const method = methodsFor<Deps>();

/** Characters of one prompt. */
export const promptCharsMax = 1_000_000;

/** Networks that a run may name as its way in or out. */
const knownChannels: readonly string[] = [
  "whatsapp",
  "telegram",
  "slack",
  "discord",
  "signal",
  "imessage",
  "webchat",
  "last",
];

const RunParams = named("AgentParams", {
  message: nonEmpty(promptCharsMax),
  idempotencyKey: idempotencyKeyText(),
  agentId: optional(nonEmpty(64)),
  sessionKey: optional(text(512)),
  sessionId: optional(text(128)),
  to: optional(text(512)),
  channel: optional(text(64)),
  accountId: optional(text(128)),
  threadId: optional(text(256)),
  replyTo: optional(text(512)),
  replyChannel: optional(text(64)),
  replyAccountId: optional(text(128)),
  groupId: optional(text(512)),
  groupChannel: optional(text(256)),
  groupSpace: optional(text(256)),
  thinking: optional(text(32)),
  deliver: optional(Type.Boolean()),
  attachments: optional(Attachments),
  timeout: optional(Type.Integer({ minimum: 0, maximum: 604_800 })),
  lane: optional(text(64)),
  extraSystemPrompt: optional(text(100_000)),
  label: optional(nonEmpty(64)),
  spawnedBy: optional(text(512)),
});

const ReplyPayload = named("AgentReplyPayload", { text: text(16 * 1024 * 1024), mediaUrl: nullable(text(4096)) });

const RunReply = named("AgentReply", {
  payloads: arrayOf(ReplyPayload, 64),
  meta: named("AgentReplyMeta", {
    durationMs: count(),
    agentMeta: named("AgentMeta", {
      sessionId: nonEmpty(128),
      provider: nonEmpty(128),
      model: nonEmpty(128),
      usage: optional(Usage),
    }),
    aborted: optional(Type.Boolean()),
    stopReason: optional(nonEmpty(64)),
  }),
});

export const runsMethods = {
  agent: method({
    summary: "Runs the agent: acknowledges once the request is on disk, and answers again on the same id at the end.",
    access: operator("write"),
    params: RunParams,
    acknowledgement: named("AgentAcceptedResult", {
      runId: nonEmpty(256),
      status: Type.Literal("accepted"),
      acceptedAt: timeMs(),
    }),
    result: named("AgentFinalResult", {
      runId: nonEmpty(256),
      status: oneOf("ok", "error"),
      summary: nonEmpty(1024),
      result: optional(RunReply),
    }),
    errors: ["INVALID_REQUEST", "CONFLICT", "UNAVAILABLE", "AGENT_TIMEOUT"],
    handle: async (params, { runs, sessions, agents, accounts, runTimeoutMs, engineModel }, call) => {
      const sessionKey = sessionKeyOf(params, sessions, agents);
      if (params.sessionKey) call.nameTopic(sessionKey, params.sessionKey);
      refuseUnknownChannels(params);
      refuseBlocked(sessions, sessionKey);
      const images = readAttachments(params.attachments);
      const delivery = replyTarget(params, sessions.find(sessionKey)?.delivery, accounts);
      const { run, isRepeat } = await runs.accept({
        identity: identityOf("agent", params, call.principal),
        source: "agent",
        sessionKey,
        input: {
          text: params.message,
          imageCount: images.length,
          thinkingLevel: thinkingLevelOf(params.thinking),
          extraSystemPrompt: params.extraSystemPrompt,
        },
        images: await keepImages(sessions.media, images),
        timeoutMs: params.timeout ? params.timeout * 1000 : runTimeoutMs,
        label: params.label,
        delivery,
      });
      if (!isRepeat || run.endedAtMs === undefined) {
        call.acknowledge({ runId: run.id, status: "accepted", acceptedAt: run.acceptedAtMs });
      }
      return finalResult(await runs.ended(run), engineModel);
    },
  }),
  "agent.wait": method({
    summary: "Waits for the end of any run, also one of an earlier start of the gateway.",
    access: operator("write"),
    params: named("AgentWaitParams", {
      runId: nonEmpty(256),
      timeoutMs: optional(Type.Integer({ minimum: 0, maximum: 86_400_000 })),
    }),
    result: named("AgentWaitResult", {
      runId: nonEmpty(256),
      status: oneOf("ok", "error", "timeout"),
      startedAt: optional(timeMs()),
      endedAt: optional(timeMs()),
      error: optional(nonEmpty(2048)),
    }),
    handle: async ({ runId, timeoutMs = 30_000 }, { runs }, { signal }) => {
      const run = await runs.wait(runId, timeoutMs, signal);
      if (!run) return { runId, status: "timeout" as const };
      return {
        runId,
        status: isGood(run) ? ("ok" as const) : ("error" as const),
        ...(run.startedAtMs !== undefined && { startedAt: run.startedAtMs }),
        ...(run.endedAtMs !== undefined && { endedAt: run.endedAtMs }),
        ...(!isGood(run) && { error: run.error ?? endTexts.error }),
      };
    },
  }),
};

/** The request without its key, as it counts for idempotency. */
export function identityOf(name: string, params: { readonly idempotencyKey: string }, principal: Principal) {
  const { idempotencyKey, ...body } = params;
  return { principal: principal.id, method: name, key: idempotencyKey, body };
}

export function refuseBlocked(sessions: Sessions, sessionKey: string): void {
  if (sessions.find(sessionKey)?.settings.sendPolicy === "deny") throw invalidRequest("send blocked by session policy");
}

type AgentRequest = {
  readonly agentId?: string;
  readonly sessionKey?: string;
  readonly sessionId?: string;
  readonly to?: string;
};

/** The session that the request means. What it names twice must agree: no other agent's session. */
function sessionKeyOf(params: AgentRequest, sessions: Sessions, agents: Agents): SessionKey {
  const agent = params.agentId === undefined ? undefined : agents.require(params.agentId);
  const byKey = params.sessionKey ? sessions.canonical(params.sessionKey) : undefined;
  const byId = params.sessionId ? sessions.findBy("session_id", params.sessionId)[0]?.key : undefined;
  if (params.sessionId && byId === undefined && byKey === undefined)
    throw invalidRequest(`No session found: ${params.sessionId}`);
  if (byKey !== undefined && byId !== undefined && byKey !== byId) {
    throw invalidRequest("sessionId does not belong to the session key");
  }
  const key = byKey ?? byId;
  if (key === undefined) {
    return agent ? sessions.canonical(`agent:${agent.id}:${sessions.names.mainKey}`) : sessions.mainKey;
  }
  const owner = agents.require(sessions.agentIdOf(key)).id;
  if (agent && agent.id !== owner) {
    throw invalidRequest(`agentId "${agent.id}" does not match the agent of the session key, "${owner}"`);
  }
  return key;
}

function refuseUnknownChannels({
  channel,
  replyChannel,
}: {
  readonly channel?: string;
  readonly replyChannel?: string;
}): void {
  for (const name of [channel, replyChannel]) {
    if (name !== undefined && name !== "" && !knownChannels.includes(name.toLowerCase()))
      throw invalidRequest(`unknown channel: ${name}`);
  }
}

function finalResult(run: Run, model: { readonly provider: string; readonly model: string }) {
  if (!isGood(run)) {
    const summary = run.error ?? endTexts.error;
    throw new GatewayError(run.state === "timeout" ? "AGENT_TIMEOUT" : "UNAVAILABLE", summary, {
      payload: { runId: run.id, status: "error", summary },
    });
  }
  const said = run.resultText ?? "";
  const durationMs = Math.max(0, (run.endedAtMs ?? run.acceptedAtMs) - run.acceptedAtMs);
  const aborted = run.state === "aborted";
  return {
    runId: run.id,
    status: "ok" as const,
    summary: endTexts[aborted ? "aborted" : "ok"],
    result: {
      payloads: said === "" ? [] : [{ text: said, mediaUrl: null }],
      meta: {
        durationMs,
        agentMeta: { sessionId: run.sessionId, ...model, ...(run.usage && { usage: run.usage }) },
        ...(aborted && { aborted: true }),
        ...(run.stopReason && { stopReason: run.stopReason }),
      },
    },
  };
}

function isGood(run: Run): boolean {
  return run.state === "ok" || run.state === "aborted";
}
