import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { type Clock, sha256Text } from "../../lib/index.ts";
import { failureOf } from "./failure.ts";
import { type Model, ModelError, type ModelPart, type ModelStep, referenceOf } from "./model.ts";
import { type PromptRules, promptOf, toolsOf } from "./sdk-prompt.ts";
import { StepRecord } from "./sdk-record.ts";
import type { ModelTarget } from "./target.ts";
import { listeningFetch } from "./vendor-fetch.ts";

/** Makes the vendor's model; its package is loaded by the first call. */
export type OpenSdkModel = (target: ModelTarget, fetch: typeof globalThis.fetch) => Promise<LanguageModelV4>;

/** A model behind the contract of the provider packages. All vendors but Ollama come through here. */
export function sdkModel(target: ModelTarget, open: OpenSdkModel, clock: Pick<Clock, "nowMs">): Model {
  const { choice, apiKey } = target;
  const ref = { provider: choice.provider, model: choice.model };
  const secrets = [apiKey ?? "", ...Object.values(target.vendor.headers)];
  return {
    ref,
    stream: async function* (step, signal) {
      const record = new StepRecord(referenceOf(ref), step.usedCallIds);
      try {
        const model = await open(target, listeningFetch(step.hear));
        const { stream } = await model.doStream(optionsOf(target, step, signal));
        for await (const part of read(stream)) {
          if (part.type === "error") throw part.error;
          yield* record.take(part);
        }
        yield finishOf(record, target);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw failureOf(error, { ref, secrets, nowMs: clock.nowMs() });
      }
    },
  };
}

function finishOf(record: StepRecord, { choice }: ModelTarget): ModelPart {
  const finish = record.finish();
  if (finish) return finish;
  throw new ModelError(`${referenceOf(choice)}: the answer broke off; try again`, "truncated");
}

/** Leaving the loop cancels the stream, which closes the socket. */
async function* read(stream: ReadableStream<LanguageModelV4StreamPart>): AsyncGenerator<LanguageModelV4StreamPart> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    // A stream that failed already said why; cancelling it again says nothing new.
    await reader.cancel().catch(() => undefined);
  }
}

function optionsOf(target: ModelTarget, step: ModelStep, signal: AbortSignal): LanguageModelV4CallOptions {
  const { choice, vendor } = target;
  const canCall = choice.tools !== false && !vendor.quirks.noTools;
  const reasoning = reasoningOf(target, step);
  return {
    prompt: promptOf(step, rulesOf(target)),
    abortSignal: signal,
    ...(canCall && step.tools.length > 0 && { tools: toolsOf(step.tools) }),
    ...(choice.maxOutputTokens !== undefined && { maxOutputTokens: choice.maxOutputTokens }),
    ...(reasoning !== undefined && { reasoning }),
    providerOptions: providerOptionsOf(target, step),
  };
}

function rulesOf({ choice, vendor }: ModelTarget): PromptRules {
  const isCompatible = vendor.kind === "openai-compatible";
  return {
    reference: referenceOf(choice),
    readsImages: choice.images !== false && !(isCompatible && vendor.quirks.stringContentOnly),
    imagesInResults: vendor.kind === "anthropic" || vendor.kind === "openai",
    marksCache: vendor.kind === "anthropic",
  };
}

/** The packages map a level to what each model takes. Servers that are merely compatible are not told to think less. */
function reasoningOf(
  { choice, vendor }: ModelTarget,
  { thinking }: ModelStep,
): LanguageModelV4CallOptions["reasoning"] {
  if (thinking === undefined || choice.reasoning === false) return undefined;
  if (thinking !== "off") return thinking;
  return vendor.kind === "openai-compatible" ? undefined : "none";
}

const cacheKeyChars = 32;

function providerOptionsOf(
  { vendor, choice }: ModelTarget,
  step: ModelStep,
): LanguageModelV4CallOptions["providerOptions"] {
  switch (vendor.kind) {
    case "anthropic":
      // Others that speak this interface do not know every field of it.
      return vendor.baseUrl === undefined ? {} : { anthropic: { toolStreaming: false } };
    case "openai":
      return {
        openai: {
          // The conversation is ours: nothing of it is kept there, so what was thought comes along encrypted.
          store: false,
          promptCacheKey: sha256Text(step.cacheKey).slice(0, cacheKeyChars),
        },
      };
    case "google":
      return step.thinking !== undefined && step.thinking !== "off" && choice.reasoning !== false
        ? { google: { thinkingConfig: { includeThoughts: true } } }
        : {};
    default:
      return {};
  }
}
