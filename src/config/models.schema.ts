import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";

/** Language models: vendors, keys, and which model answers. */
const { named, nonEmpty, oneOf, optional } = shape;

/** How much a model thinks before it answers. What a vendor cannot do becomes the nearest that it can. */
export const thinkingLevels = ["off", "minimal", "low", "medium", "high", "xhigh"] as const;
export type ThinkingLevel = (typeof thinkingLevels)[number];

export const modelReference = (description: string) =>
  Type.String({ pattern: "^[^/\\s]+/\\S+$", maxLength: 256, description });

export const thinkingLevel = (description: string) => Object.assign(oneOf(...thinkingLevels), { description });

const tokens = (description: string, minimum = 1) => Type.Integer({ minimum, maximum: 100_000_000, description });
const flag = (description: string) => Type.Boolean({ description });
const price = (description: string) => Type.Number({ minimum: 0, maximum: 1_000_000, description });

const ModelCost = named(
  "ModelCost",
  {
    input: price("Input tokens that no cache held."),
    output: price("Output tokens, thinking included."),
    cacheRead: optional(price("Input tokens read from the vendor's cache; absent: as input.")),
    cacheWrite: optional(price("Input tokens written to the vendor's cache; absent: as input.")),
  },
  { description: "US dollars per million tokens." },
);
export type ModelCost = Static<typeof ModelCost>;

const ModelSettings = named(
  "ModelSettings",
  {
    id: Type.String({ minLength: 1, maxLength: 128, pattern: "^\\S+$", description: "The vendor's name for it." }),
    name: optional(Type.String({ minLength: 1, maxLength: 128, description: "What people see." })),
    contextTokens: optional(tokens("How much it reads and writes in one step.", 1024)),
    maxOutputTokens: optional(tokens("How much it may write in one step.")),
    reasoning: optional(flag("Whether it can think before it answers.")),
    images: optional(flag("Whether it reads images.")),
    tools: optional(flag("Whether it can call tools.")),
    cost: optional(ModelCost),
  },
  { description: "One model of a vendor." },
);
export type ModelSettings = Static<typeof ModelSettings>;

const VendorQuirks = named(
  "VendorQuirks",
  {
    reasoningField: Object.assign(oneOf("reasoning_content", "reasoning", "none"), {
      default: "reasoning_content",
      description: "Field in which an answer's reasoning is given back to the server; none: not at all.",
    }),
    stringContentOnly: Type.Boolean({ default: false, description: "Messages must be plain text, so no images." }),
    maxTokensField: Object.assign(oneOf("max_tokens", "max_completion_tokens"), {
      default: "max_tokens",
      description: "Field that limits the answer's length.",
    }),
    noTools: Type.Boolean({ default: false, description: "The server refuses requests with tools." }),
  },
  { default: {}, description: "Where an OpenAI-compatible server differs from others." },
);
export type VendorQuirks = Static<typeof VendorQuirks>;

export const vendorKinds = ["anthropic", "openai", "google", "openai-compatible", "ollama"] as const;

export const vendorIdPattern = "^[a-z0-9][a-z0-9_-]{0,63}$";

const VendorSettings = named(
  "VendorSettings",
  {
    kind: Object.assign(oneOf(...vendorKinds), { description: "The interface that the vendor speaks." }),
    baseUrl: optional(
      Type.String({
        minLength: 1,
        maxLength: 2048,
        pattern: "^https?://",
        description: "Where it answers; absent: the vendor's own address. OpenAI-compatible servers need one.",
      }),
    ),
    apiKey: optional(nonEmpty(4096)),
    apiKeyEnv: optional(
      Type.String({
        pattern: "^[A-Za-z_][A-Za-z0-9_]*$",
        maxLength: 128,
        description: "Environment variable of the gateway that holds the key; absent: the vendor's usual one.",
      }),
    ),
    headers: optional(Type.Record(Type.String({ minLength: 1, maxLength: 128 }), Type.String({ maxLength: 4096 }))),
    contextTokens: optional(tokens("Context of its models that do not say their own.", 1024)),
    numCtx: optional(tokens("Ollama: the context that models are loaded with; it costs memory.", 16_384)),
    quirks: VendorQuirks,
    models: Type.Array(ModelSettings, {
      maxItems: 256,
      default: [],
      description: "Its models, beside those that the gateway knows. What is said here wins.",
    }),
  },
  { description: "One vendor or server." },
);
Object.assign(VendorSettings.properties.apiKey, {
  secret: true,
  description: "The key. Better kept by clawdia models choose, or in the environment.",
});
Object.assign(VendorSettings.properties.headers, { secret: true, description: "Headers added to every request." });
export type VendorSettings = Static<typeof VendorSettings>;
export type VendorKind = VendorSettings["kind"];

export const ModelsSettings = named(
  "ModelsSettings",
  {
    default: optional(modelReference("The model that answers, vendor/model. Absent: as chosen with clawdia models.")),
    fallbacks: Type.Array(modelReference("vendor/model"), {
      maxItems: 16,
      default: [],
      description: "Models that step in, in this order, while the one that should answer cannot. No other ever does.",
    }),
    aliases: Type.Record(
      Type.String({ pattern: "^[a-z0-9][a-z0-9._-]{0,63}$", maxLength: 64 }),
      modelReference("vendor/model"),
      { default: {}, description: "Short names for models." },
    ),
    vendors: Type.Record(Type.String({ pattern: vendorIdPattern, maxLength: 64 }), VendorSettings, {
      default: {},
      description:
        "Vendors and servers by a name of your choice. anthropic, openai, google, openrouter and ollama are known " +
        "without an entry here.",
    }),
  },
  { default: {}, description: "Language models." },
);
export type ModelsSettings = Static<typeof ModelsSettings>;
