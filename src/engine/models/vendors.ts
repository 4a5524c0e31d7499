import type { LanguageModelV4 } from "@ai-sdk/provider";
import { unreachable } from "../../lib/index.ts";
import type { ModelTarget } from "./target.ts";

/** The provider packages, each loaded by the first call that needs it: a gateway that talks to none loads none. */
export async function openSdkModel(target: ModelTarget, fetch: typeof globalThis.fetch): Promise<LanguageModelV4> {
  const { vendor, choice, apiKey = "" } = target;
  const settings = {
    // Never absent, or the packages would look for a key in the environment by themselves.
    apiKey: apiKey === "" ? noKey : apiKey,
    headers: { ...vendor.headers },
    fetch,
    ...(vendor.baseUrl !== undefined && { baseURL: vendor.baseUrl.replace(/\/+$/, "") }),
  };
  switch (vendor.kind) {
    case "anthropic": {
      const { createAnthropic } = await import("@ai-sdk/anthropic");
      return createAnthropic({ ...settings, baseURL: settings.baseURL ?? anthropicUrl })(choice.model);
    }
    case "openai": {
      const { createOpenAI } = await import("@ai-sdk/openai");
      return createOpenAI({ ...settings, baseURL: settings.baseURL ?? openaiUrl }).responses(choice.model);
    }
    case "google": {
      const { createGoogle } = await import("@ai-sdk/google");
      return createGoogle(settings)(choice.model);
    }
    case "openai-compatible":
      return openCompatible(target, fetch);
    case "ollama":
      throw new Error("ollama has an adapter of its own");
    default:
      return unreachable(vendor.kind);
  }
}

/** Servers of one's own want no key, and none is sent in this one's place that would be worth having. */
const noKey = "none";
/** Said here, or the packages would take another address from the environment. */
const anthropicUrl = "https://api.anthropic.com/v1";
const openaiUrl = "https://api.openai.com/v1";

async function openCompatible(target: ModelTarget, fetch: typeof globalThis.fetch): Promise<LanguageModelV4> {
  const { vendor, choice, apiKey } = target;
  const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
  const { quirks } = vendor;
  return createOpenAICompatible({
    name: "vendor",
    baseURL: (vendor.baseUrl ?? "").replace(/\/+$/, ""),
    headers: { ...vendor.headers },
    fetch,
    includeUsage: true,
    ...(apiKey !== undefined && { apiKey }),
    transformRequestBody: (body: Record<string, unknown>) => quirkyBody(body, quirks),
  })(choice.model);
}

type Quirks = ModelTarget["vendor"]["quirks"];

function quirkyBody(body: Record<string, unknown>, quirks: Quirks): Record<string, unknown> {
  const { max_tokens: tokensMax, messages, ...rest } = body;
  return {
    ...rest,
    messages: Array.isArray(messages) ? messages.map((message) => quirkyMessage(message, quirks)) : messages,
    ...(tokensMax !== undefined && { [quirks.maxTokensField]: tokensMax }),
  };
}

function quirkyMessage(message: Record<string, unknown>, quirks: Quirks): Record<string, unknown> {
  const { reasoning_content: reasoning, content, ...rest } = message;
  const plain = quirks.stringContentOnly && Array.isArray(content) ? textsOf(content).join("\n\n") : content;
  return {
    ...rest,
    ...(content !== undefined && { content: plain }),
    ...(reasoning !== undefined && quirks.reasoningField !== "none" && { [quirks.reasoningField]: reasoning }),
  };
}

function textsOf(content: readonly unknown[]): string[] {
  return content.flatMap((part) => {
    const text = typeof part === "object" && part !== null && "text" in part ? part.text : undefined;
    return typeof text === "string" ? [text] : [];
  });
}
