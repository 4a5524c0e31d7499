import { fits, type HttpDoor, invalidRequest, jsonAnswer, jsonBody, operator, problemsOf } from "../protocol/index.ts";
import { type SessionKey, thinkingLevelOf } from "../sessions/index.ts";
import { runIdFor, saidIn, sessionOf, speakerOf } from "./asked.ts";
import type { ApiParts } from "./api-parts.ts";
import { bearerDoor, type Caller, errorAnswer, notFound } from "./bearer-door.ts";
import { effortOf, failureOf } from "./ends.ts";
import { responseEvents, responseOf } from "./response-events.ts";
import { ResponsesBody } from "./responses-body.ts";
import { sseAnswer } from "./sse.ts";
import { type Said, startTalk } from "./talk.ts";
import { refuseInResponses } from "./unsupported.ts";

/** `POST /v1/responses`: the agent as a model of OpenAI's newer API. An answer's id names its conversation. */

export const responsesBodyBytesMax = 20 * 1_048_576;
export function responsesDoor(parts: ApiParts): HttpDoor {
  return bearerDoor(
    {
      method: "POST",
      bodyBytesMax: responsesBodyBytesMax,
      access: operator("write"),
      take: (caller) => answer(caller, parts),
    },
    parts,
  );
}

async function answer(caller: Caller, parts: ApiParts): Promise<Response> {
  const { visit, principal } = caller;
  const body = jsonBody(caller.body);
  if (!fits(ResponsesBody, body)) throw invalidRequest(problemsOf(ResponsesBody, body));
  refuseInResponses(body);
  const { agentId, model } = speakerOf(body.model, visit.headers, parts);
  const { system, earlier, said } = await conversationIn(body, parts);
  const before = body.previous_response_id ?? undefined;
  const talk = await startTalk(
    {
      runId: runIdFor("resp", visit.headers, parts),
      principal: principal.id,
      method: "v1/responses",
      request: body,
      sessionKey:
        before === undefined
          ? sessionOf(agentId, { headers: visit.headers, user: body.user ?? undefined }, parts)
          : sessionAfter(before, principal.id, parts),
      earlier,
      said,
      extraSystemPrompt: system === "" ? undefined : system,
      thinkingLevel: thinkingLevelOf(effortOf(body.reasoning?.effort)),
      model,
    },
    parts,
  );
  visit.signal.addEventListener("abort", () => talk.drop(), { once: true });
  const head = { id: talk.runId, created: Math.floor(parts.clock.nowMs() / 1000), body };
  if (body.stream) return sseAnswer(responseEvents(talk, head), parts.clock, () => talk.drop());
  const run = await talk.ended;
  const failure = failureOf(run);
  return failure ? errorAnswer(failure) : jsonAnswer(200, responseOf(head, run));
}

/** Answers of another door or of another client lead nowhere. */
function sessionAfter(responseId: string, principal: string, { runs }: ApiParts): SessionKey {
  const run = runs.find(responseId);
  if (run && run.principal === principal && responseId.startsWith("resp_")) return run.sessionKey;
  throw notFound(`previous_response_id ${JSON.stringify(responseId.slice(0, 128))} is not known here any more`);
}

async function conversationIn({ input, instructions }: ResponsesBody, parts: ApiParts) {
  const system = instructions ? [instructions] : [];
  if (typeof input === "string") return { system: system.join(""), earlier: [], said: userSaid(input) };
  const all: Said[] = [];
  for (const { type = "message", role, content } of input) {
    if (type === "reasoning") continue;
    if (type !== "message")
      throw invalidRequest(`an item of type ${type} is not taken: the agent runs its tools itself`);
    if (role === "system" || role === "developer") system.push((await saidIn("user", content, parts)).text);
    else if (role === "user" || role === "assistant") all.push(await saidIn(role, content, parts));
    else throw invalidRequest(`a message of the role ${role ?? "(none)"} is not taken`);
  }
  const said = all.pop();
  if (said?.role !== "user" || (said.text.trim() === "" && said.images.length === 0)) {
    throw invalidRequest("the last item must be a message of the user");
  }
  return { system: system.join("\n\n"), earlier: all, said };
}

function userSaid(said: string): Said {
  return { role: "user", text: said, images: [] };
}
