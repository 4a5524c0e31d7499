import type {
  LanguageModelV4FilePart,
  LanguageModelV4FunctionTool,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4TextPart,
  LanguageModelV4ToolResultPart,
} from "@ai-sdk/provider";
import { unreachable, isPlainObject } from "../../lib/index.ts";
import type { PastImage, Replay } from "../turn-words.ts";
import type { ModelStep, ModelTool, ShownResult, StepMessage } from "./model.ts";

/** Past messages in the words of the provider packages. Pure but for the bytes of images, which are read here. */
export interface PromptRules {
  /** `provider/model`: only its own replays go back to a model. */
  readonly reference: string;
  readonly readsImages: boolean;
  /** Where a tool's pictures may stand: inside its result, or in a message of the user behind it. */
  readonly imagesInResults: boolean;
  /** Marks where the vendor should keep what it read. */
  readonly marksCache: boolean;
}

type AssistantMessage = Extract<LanguageModelV4Message, { role: "assistant" }>;
type UserPart = LanguageModelV4TextPart | LanguageModelV4FilePart;

/** Stands where a message has nothing that a vendor would take. */
export const noText = "(no text)";
export const imageNotRead = "[image: this model does not read images]";
export const imageGone = "[image: no longer stored]";

export function promptOf({ system, messages }: ModelStep, rules: PromptRules): LanguageModelV4Prompt {
  const said = messages.flatMap((message) => messagesOf(message, rules));
  const start: LanguageModelV4Message[] = system.trim() === "" ? [] : [{ role: "system", content: system }];
  const prompt = [...start, ...(said[0]?.role === "assistant" ? [continued] : []), ...said];
  return rules.marksCache ? cacheMarked(prompt) : prompt;
}

/** Vendors want a person to speak first. */
const continued: LanguageModelV4Message = {
  role: "user",
  content: [{ type: "text", text: "(the conversation goes on)" }],
};

function messagesOf(message: StepMessage, rules: PromptRules): LanguageModelV4Message[] {
  switch (message.role) {
    case "user":
      return [{ role: "user", content: userParts(message.text, message.images ?? [], rules) }];
    case "assistant": {
      const content = assistantParts(message, rules);
      return content.length === 0 ? [] : [{ role: "assistant", content }];
    }
    case "tool":
      return toolMessages(message.results, rules);
    default:
      return unreachable(message);
  }
}

function userParts(text: string, images: readonly PastImage[], rules: PromptRules): UserPart[] {
  const files = images.map((image) => imagePart(image, rules));
  const words: UserPart[] = text.trim() === "" ? [] : [{ type: "text", text }];
  const parts = [...files, ...words];
  return parts.length === 0 ? [{ type: "text", text: noText }] : parts;
}

function imagePart(image: PastImage, rules: PromptRules): UserPart {
  if (!rules.readsImages) return { type: "text", text: imageNotRead };
  const bytes = image.bytes();
  if (!bytes) return { type: "text", text: imageGone };
  return { type: "file", mediaType: image.mimeType, data: { type: "data", data: bytes } };
}

function assistantParts(
  message: Extract<StepMessage, { role: "assistant" }>,
  rules: PromptRules,
): AssistantMessage["content"] {
  const replayed = message.replay?.model === rules.reference ? partsOfReplay(message.replay) : undefined;
  if (replayed) return replayed;
  return [
    ...(message.text.trim() === "" ? [] : [{ type: "text" as const, text: message.text }]),
    ...(message.toolCalls ?? []).map((call) => ({
      type: "tool-call" as const,
      toolCallId: call.callId,
      toolName: call.name,
      input: inputOf(call.input),
    })),
  ];
}

/** Content as `replayOf` made it. Anything else is no replay. */
function partsOfReplay({ content }: Replay): AssistantMessage["content"] | undefined {
  if (!Array.isArray(content) || content.length === 0) return undefined;
  const isWhole = content.every((part) => isPlainObject(part) && replayedTypes.includes(part["type"]));
  return isWhole ? (content as AssistantMessage["content"]) : undefined;
}

const replayedTypes: readonly unknown[] = ["text", "reasoning", "tool-call"];

/** What the model wrote as input; a model that wrote no JSON sees its own words again. */
export function inputOf(input: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(input === "" ? "{}" : input);
    return isPlainObject(parsed) ? parsed : { input: parsed };
  } catch {
    return { input };
  }
}

function toolMessages(results: readonly ShownResult[], rules: PromptRules): LanguageModelV4Message[] {
  const messages: LanguageModelV4Message[] = [
    { role: "tool", content: results.map((result) => resultPart(result, rules)) },
  ];
  if (rules.imagesInResults || !rules.readsImages) return messages;
  const shown = results.filter(({ images }) => images && images.length > 0);
  for (const { name, images = [] } of shown) {
    messages.push({ role: "user", content: userParts(`[what ${name} shows]`, images, rules) });
  }
  return messages;
}

function resultPart(result: ShownResult, rules: PromptRules): LanguageModelV4ToolResultPart {
  const { callId, name, text, state, images = [] } = result;
  const said = text.trim() === "" ? noText : text;
  const part = { type: "tool-result" as const, toolCallId: callId, toolName: name };
  if (state !== "ok") return { ...part, output: { type: "error-text", value: said } };
  if (images.length === 0 || !rules.imagesInResults) return { ...part, output: { type: "text", value: said } };
  return {
    ...part,
    output: {
      type: "content",
      value: [{ type: "text", text: said }, ...images.map((image) => imagePart(image, rules))],
    },
  };
}

export function toolsOf(tools: readonly ModelTool[]): LanguageModelV4FunctionTool[] {
  return tools.map(({ name, description, params }) => ({ type: "function", name, description, inputSchema: params }));
}

/** The vendor keeps everything up to a mark: the system prompt, and the conversation up to its last two turns. */
const turnsMarked = 2;
const cacheMark = { anthropic: { cacheControl: { type: "ephemeral" as const } } };

function cacheMarked(prompt: LanguageModelV4Prompt): LanguageModelV4Prompt {
  const asked = prompt.flatMap(({ role }, index) => (role === "user" || role === "tool" ? [index] : []));
  const marked = new Set(asked.slice(-turnsMarked));
  return prompt.map((message, index) =>
    message.role === "system" || marked.has(index) ? { ...message, providerOptions: cacheMark } : message,
  );
}
