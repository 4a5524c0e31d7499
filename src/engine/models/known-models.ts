import type { ModelSettings, VendorKind } from "../../config/index.ts";

/**
 * Vendors and models that need no entry in the config. They are listed only where a key is there or somebody named
 * them. Prices are US dollars per million tokens at each vendor's standard rate for short prompts, without launch
 * discounts, as published in November 2026; an entry in the config wins.
 */
export interface KnownVendor {
  readonly id: string;
  readonly label: string;
  readonly kind: VendorKind;
  readonly baseUrl?: string;
  /** Environment variables that usually hold its key. */
  readonly keyVariables: readonly string[];
  readonly models: readonly ModelSettings[];
}

const million = 1_000_000;

const thinks = { reasoning: true, images: true, tools: true } as const;

const claude = (id: string, name: string, cost: ModelSettings["cost"]): ModelSettings => ({
  id,
  name,
  contextTokens: million,
  maxOutputTokens: 64_000,
  ...thinks,
  cost,
});

const gpt = (id: string, name: string, cost: ModelSettings["cost"]): ModelSettings => ({
  id,
  name,
  // Above 272,000 input tokens a request costs twice as much, so that is where a conversation is summed up.
  contextTokens: 272_000,
  ...thinks,
  cost,
});

const gemini = (id: string, name: string, cost: ModelSettings["cost"]): ModelSettings => ({
  id,
  name,
  contextTokens: 1_048_576,
  ...thinks,
  cost,
});

export const knownVendors: readonly KnownVendor[] = [
  {
    id: "anthropic",
    label: "Anthropic",
    kind: "anthropic",
    keyVariables: ["ANTHROPIC_API_KEY"],
    models: [
      claude("claude-sonnet-5-5", "Claude Sonnet 5.5", { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 }),
      claude("claude-opus-5-5", "Claude Opus 5.5", { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 }),
      // Above 100,000 tokens it costs five times as much.
      {
        ...claude("claude-haiku-5-5", "Claude Haiku 5.5", {
          input: 0.1,
          output: 0.5,
          cacheRead: 0.01,
          cacheWrite: 0.125,
        }),
        contextTokens: 120_000,
      },
    ],
  },
  {
    id: "openai",
    label: "OpenAI",
    kind: "openai",
    keyVariables: ["OPENAI_API_KEY"],
    models: [
      gpt("gpt-6.1-sol", "GPT-6.1 Sol", { input: 2, output: 10, cacheRead: 0.1 }),
      gpt("gpt-6-luna", "GPT-6 Luna", { input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 }),
    ],
  },
  {
    id: "google",
    label: "Google Gemini",
    kind: "google",
    keyVariables: ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
    models: [
      gemini("gemini-3.8-flash", "Gemini 3.8 Flash", { input: 1.5, output: 7.5, cacheRead: 0.15 }),
      gemini("gemini-4-argon", "Gemini 4 Argon", { input: 4, output: 20, cacheRead: 0.2 }),
    ],
  },
  {
    id: "openrouter",
    label: "OpenRouter",
    kind: "openai-compatible",
    baseUrl: "https://openrouter.ai/api/v1",
    keyVariables: ["OPENROUTER_API_KEY"],
    // It says itself what a request cost, and which of its many models there are today.
    models: [],
  },
  { id: "ollama", label: "Ollama", kind: "ollama", keyVariables: ["OLLAMA_API_KEY"], models: [] },
];

export function knownVendor(id: string): KnownVendor | undefined {
  return knownVendors.find((vendor) => vendor.id === id);
}
