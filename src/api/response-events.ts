import type { Run } from "../runs/index.ts";
import { failureOf, tokensOf } from "./ends.ts";
import type { ResponsesBody } from "./responses-body.ts";
import { sseEvent } from "./sse.ts";
import type { Talk } from "./talk.ts";

/** A response of OpenAI's newer API, whole and as the events that build it up. */

export interface ResponseHead {
  readonly id: string;
  /** Seconds. */
  readonly created: number;
  readonly body: ResponsesBody;
}

type Status = "in_progress" | "completed" | "failed";

/** The finished response, or with a status of its own while it comes. */
export function responseOf(head: ResponseHead, run?: Run, status: Status = run ? "completed" : "in_progress") {
  const { body, id, created } = head;
  const failure = run && failureOf(run);
  const text = run?.resultText ?? "";
  return {
    id,
    object: "response",
    created_at: created,
    status: failure ? "failed" : status,
    error: failure ? { code: "server_error", message: failure.message } : null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    max_output_tokens: null,
    metadata: body.metadata ?? {},
    model: body.model,
    output: run && !failure ? [messageOf(head, text, "completed")] : [],
    output_text: text,
    parallel_tool_calls: false,
    previous_response_id: body.previous_response_id ?? null,
    reasoning: { effort: body.reasoning?.effort ?? null, summary: null },
    store: true,
    temperature: null,
    text: { format: { type: "text" } },
    tool_choice: "none",
    tools: [],
    top_p: null,
    truncation: "disabled",
    usage: run && !failure ? usageOf(run) : null,
    user: body.user ?? null,
  };
}

export async function* responseEvents(talk: Talk, head: ResponseHead): AsyncGenerator<string> {
  let sequence = 0;
  const event = (type: string, fields: object) => sseEvent({ type, sequence_number: sequence++, ...fields }, type);
  const at = { item_id: itemIdOf(head), output_index: 0, content_index: 0 };
  yield event("response.created", { response: responseOf(head) });
  yield event("response.in_progress", { response: responseOf(head) });
  yield event("response.output_item.added", { output_index: 0, item: messageOf(head, undefined, "in_progress") });
  yield event("response.content_part.added", { ...at, part: partOf("") });
  for await (const delta of talk.pieces) yield event("response.output_text.delta", { ...at, delta, logprobs: [] });
  const run = await talk.ended;
  if (failureOf(run)) yield event("response.failed", { response: responseOf(head, run) });
  else {
    const text = run.resultText ?? "";
    yield event("response.output_text.done", { ...at, text, logprobs: [] });
    yield event("response.content_part.done", { ...at, part: partOf(text) });
    yield event("response.output_item.done", { output_index: 0, item: messageOf(head, text, "completed") });
    yield event("response.completed", { response: responseOf(head, run) });
  }
  yield sseEvent("[DONE]");
}

function messageOf(head: ResponseHead, text: string | undefined, status: "in_progress" | "completed") {
  const content = text === undefined ? [] : [partOf(text)];
  return { id: itemIdOf(head), type: "message", status, role: "assistant", content };
}

function partOf(text: string) {
  return { type: "output_text", text, annotations: [], logprobs: [] };
}

function itemIdOf({ id }: ResponseHead): string {
  return id.replace(/^resp_/, "msg_");
}

function usageOf(run: Run) {
  const { input, output, cached, total } = tokensOf(run);
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: total,
  };
}
