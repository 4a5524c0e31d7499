import { type Static, Type } from "@sinclair/typebox";
import {
  fits,
  type HttpDoor,
  invalidRequest,
  jsonAnswer,
  jsonBody,
  operator,
  problemsOf,
  shape,
} from "../protocol/index.ts";
import type { Run } from "../runs/index.ts";
import { thinkingLevelOf } from "../sessions/index.ts";
import { runIdFor, saidIn, sessionOf, speakerOf } from "./asked.ts";
import type { ApiParts } from "./api-parts.ts";
import { bearerDoor, type Caller, errorAnswer, errorShape } from "./bearer-door.ts";
import { effortOf, failureOf, tokensOf } from "./ends.ts";
import { sseAnswer, sseEvent } from "./sse.ts";
import { type Said, startTalk, type Talk } from "./talk.ts";
import { refuseInChat } from "./unsupported.ts";

/** `POST /v1/chat/completions`: the agent as a model of OpenAI's older API. */

export const chatBodyBytesMax = 1_048_576;
const messagesMax = 2_048;

const { lenient, nonEmpty, nullable, optional, text } = shape;

const ChatMessage = Type.Object(
  { role: nonEmpty(32), content: optional(Type.Unknown()) },
  { additionalProperties: true },
);

/** Open: clients send settings of models that an agent does not have. What would change the answer is refused. */
const ChatBody = lenient({
  model: nonEmpty(256),
  messages: Type.Array(ChatMessage, { minItems: 1, maxItems: messagesMax }),
  stream: optional(nullable(Type.Boolean())),
  stream_options: optional(nullable(lenient({ include_usage: optional(Type.Boolean()) }))),
  user: optional(nullable(text(512))),
  reasoning_effort: optional(nullable(text(32))),
});
type ChatBody = Static<typeof ChatBody>;

export function chatDoor(parts: ApiParts): HttpDoor {
  return bearerDoor(
    {
      method: "POST",
      bodyBytesMax: chatBodyBytesMax,
      access: operator("write"),
      take: (caller) => answer(caller, parts),
    },
    parts,
  );
}

async function answer(caller: Caller, parts: ApiParts): Promise<Response> {
  const { visit, principal } = caller;
  const body = jsonBody(caller.body);
  if (!fits(ChatBody, body)) throw invalidRequest(problemsOf(ChatBody, body));
  refuseInChat(body);
  const { agentId, model } = speakerOf(body.model, visit.headers, parts);
  const { system, earlier, said } = await conversationIn(body, parts);
  const talk = await startTalk(
    {
      runId: runIdFor("chatcmpl", visit.headers, parts),
      principal: principal.id,
      method: "v1/chat/completions",
      request: body,
      sessionKey: sessionOf(agentId, { headers: visit.headers, user: body.user ?? undefined }, parts),
      earlier,
      said,
      extraSystemPrompt: system === "" ? undefined : system,
      thinkingLevel: thinkingLevelOf(effortOf(body.reasoning_effort)),
      model,
    },
    parts,
  );
  visit.signal.addEventListener("abort", () => talk.drop(), { once: true });
  const head = { id: talk.runId, created: Math.floor(parts.clock.nowMs() / 1000), model: body.model };
  if (body.stream) {
    const withUsage = body.stream_options?.include_usage === true;
    return sseAnswer(chunks(talk, head, withUsage), parts.clock, () => talk.drop());
  }
  const run = await talk.ended;
  const failure = failureOf(run);
  return failure ? errorAnswer(failure) : jsonAnswer(200, completion(run, head));
}

/** What stands in front of the last thing that the person says is the past. */
async function conversationIn({ messages }: ChatBody, parts: ApiParts) {
  const system: string[] = [];
  const all: Said[] = [];
  for (const { role, content } of messages) {
    if (role === "system" || role === "developer") system.push((await saidIn("user", content, parts)).text);
    else if (role === "user" || role === "assistant") all.push(await saidIn(role, content, parts));
    else throw invalidRequest(`messages of the role ${role} are not taken: the agent runs its tools itself`);
  }
  const said = all.pop();
  if (said?.role !== "user" || (said.text.trim() === "" && said.images.length === 0)) {
    throw invalidRequest("the last message must be one of the user");
  }
  return { system: system.join("\n\n"), earlier: all, said };
}

interface Head {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

function completion(run: Run, head: Head) {
  const message = { role: "assistant", content: run.resultText ?? "", refusal: null };
  return {
    ...head,
    object: "chat.completion",
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishOf(run) }],
    usage: usageOf(run),
  };
}

async function* chunks(talk: Talk, head: Head, withUsage: boolean): AsyncGenerator<string> {
  const chunk = (delta: object, finish: string | null = null) =>
    sseEvent({
      ...head,
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...(withUsage && { usage: null }),
    });
  yield chunk({ role: "assistant", content: "" });
  for await (const content of talk.pieces) yield chunk({ content });
  const run = await talk.ended;
  const failure = failureOf(run);
  if (failure) yield sseEvent({ error: errorShape(failure.status, failure.code, failure.message) });
  else {
    yield chunk({}, finishOf(run));
    if (withUsage) yield sseEvent({ ...head, object: "chat.completion.chunk", choices: [], usage: usageOf(run) });
  }
  yield sseEvent("[DONE]");
}

function finishOf({ stopReason }: Run): "length" | "stop" {
  return stopReason === "length" ? "length" : "stop";
}

function usageOf(run: Run) {
  const { input, output, cached, total } = tokensOf(run);
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: total,
    prompt_tokens_details: { cached_tokens: cached, audio_tokens: 0 },
  };
}
