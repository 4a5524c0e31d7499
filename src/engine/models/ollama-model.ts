import { isPlainObject } from "../../lib/index.ts";
import type { Clock } from "../../lib/index.ts";
import type { ToolCall } from "../tool.ts";
import { freshCallId } from "./call-id.ts";
import { failureOf, HttpFailure } from "./failure.ts";
import { type Model, ModelError, type ModelPart, type ModelStep, referenceOf } from "./model.ts";
import { jsonLines } from "./ndjson.ts";
import { ollamaMessages, ollamaTools } from "./ollama-prompt.ts";
import type { ModelTarget } from "./target.ts";
import { listeningFetch } from "./vendor-fetch.ts";

/**
 * Ollama through its own interface, because the OpenAI-compatible one cannot say how much context a model is loaded
 * with: left alone, it is a few thousand tokens on most machines, and longer conversations are cut in silence.
 */
export const ollamaUrl = "http://127.0.0.1:11434";
export const numCtxDefault = 32_768;
/** Below this an agent with tools soon forgets what was said. */
export const numCtxComfort = 32_768;

export function ollamaModel(target: ModelTarget, clock: Pick<Clock, "nowMs">): Model {
  const { provider, model } = target.choice;
  const ref = { provider, model };
  const secrets = [target.apiKey ?? "", ...Object.values(target.vendor.headers)];
  return {
    ref,
    stream: async function* (step, signal) {
      try {
        const answer = new Answer(target, step);
        for await (const line of await ask(target, step, signal)) yield* answer.take(line);
        yield answer.finish();
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw failureOf(error, { ref, secrets, nowMs: clock.nowMs() });
      }
    },
  };
}

async function ask(target: ModelTarget, step: ModelStep, signal: AbortSignal): Promise<AsyncIterable<unknown>> {
  const { vendor, apiKey } = target;
  const url = `${(vendor.baseUrl ?? ollamaUrl).replace(/\/+$/, "")}/api/chat`;
  const response = await listeningFetch(step.hear)(url, {
    method: "POST",
    signal,
    headers: {
      "content-type": "application/json",
      ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
      ...vendor.headers,
    },
    body: JSON.stringify(bodyOf(target, step)),
  });
  if (!response.ok) throw new HttpFailure(response.status, Object.fromEntries(response.headers), await response.text());
  if (!response.body) throw new ModelError(`${referenceOf(target.choice)}: the answer was empty`, "truncated");
  return jsonLines(response.body);
}

function bodyOf(target: ModelTarget, step: ModelStep): object {
  const { choice, vendor } = target;
  const canCall = choice.tools !== false && !vendor.quirks.noTools && step.tools.length > 0;
  const think = thinkOf(target, step);
  const readsImages = choice.images !== false;
  return {
    model: choice.model,
    messages: ollamaMessages(step, { reference: referenceOf(choice), readsImages }),
    stream: true,
    options: {
      num_ctx: vendor.numCtx ?? numCtxDefault,
      ...(choice.maxOutputTokens !== undefined && { num_predict: choice.maxOutputTokens }),
    },
    ...(canCall && { tools: ollamaTools(step.tools) }),
    ...(think !== undefined && { think }),
  };
}

/** A model that cannot think refuses to be told to. gpt-oss takes a level, the others yes or no. */
function thinkOf({ choice }: ModelTarget, { thinking }: ModelStep): boolean | string | undefined {
  if (thinking === undefined || choice.reasoning !== true) return undefined;
  if (!choice.model.includes("gpt-oss")) return thinking !== "off";
  if (thinking === "medium") return "medium";
  return thinking === "high" || thinking === "xhigh" ? "high" : "low";
}

class Answer {
  readonly #reference: string;
  readonly #usedCallIds: Set<string>;
  #thinking = "";
  #hasCalls = false;
  #last: Record<string, unknown> | undefined;

  constructor(target: ModelTarget, step: ModelStep) {
    this.#reference = referenceOf(target.choice);
    this.#usedCallIds = new Set(step.usedCallIds);
  }

  *take(line: unknown): Generator<ModelPart> {
    if (!isPlainObject(line))
      throw new ModelError(`${this.#reference}: the answer is not what Ollama sends`, "truncated");
    if (typeof line["error"] === "string") throw new Error(line["error"]);
    const message = isPlainObject(line["message"]) ? line["message"] : {};
    const { thinking, content, tool_calls: calls } = message;
    if (typeof thinking === "string" && thinking !== "") {
      this.#thinking += thinking;
      yield { kind: "reasoning", delta: thinking };
    }
    if (typeof content === "string" && content !== "") yield { kind: "text", delta: content };
    if (Array.isArray(calls)) for (const call of calls) yield* this.#call(call);
    if (line["done"] === true) this.#last = line;
  }

  finish(): ModelPart {
    const last = this.#last;
    if (!last) throw new ModelError(`${this.#reference}: the answer broke off; try again`, "truncated");
    const isCut = last["done_reason"] === "length";
    return {
      kind: "finish",
      stopReason: this.#hasCalls ? "tool-calls" : isCut ? "length" : "stop",
      usage: {
        input: tokens(last["prompt_eval_count"]),
        output: tokens(last["eval_count"]),
        cacheRead: 0,
        cacheWrite: 0,
      },
      costUsd: 0,
      ...(this.#thinking !== "" && { replay: { model: this.#reference, content: { thinking: this.#thinking } } }),
    };
  }

  *#call(call: unknown): Generator<ModelPart> {
    const said = isPlainObject(call) && isPlainObject(call["function"]) ? call["function"] : {};
    const { name, arguments: input } = said;
    if (typeof name !== "string" || name === "") return;
    const callId = freshCallId("call", this.#usedCallIds);
    this.#usedCallIds.add(callId);
    this.#hasCalls = true;
    const made: ToolCall = { callId, name, input: typeof input === "string" ? input : JSON.stringify(input ?? {}) };
    yield { kind: "tool-call", call: made };
  }
}

function tokens(value: unknown): number {
  return typeof value === "number" && value > 0 ? Math.round(value) : 0;
}
