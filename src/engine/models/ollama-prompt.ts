import { unreachable, isPlainObject } from "../../lib/index.ts";
import type { PastImage } from "../turn-words.ts";
import type { ModelStep, ModelTool, StepMessage } from "./model.ts";
import { imageGone, imageNotRead, inputOf, noText } from "./sdk-prompt.ts";

/** Past messages in the words of Ollama's `/api/chat`. */
export interface OllamaMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string;
  readonly thinking?: string;
  /** Base64. */
  readonly images?: readonly string[];
  readonly tool_calls?: readonly { readonly function: { readonly name: string; readonly arguments: object } }[];
  readonly tool_name?: string;
}

export interface OllamaRules {
  readonly reference: string;
  readonly readsImages: boolean;
}

export function ollamaMessages({ system, messages }: ModelStep, rules: OllamaRules): OllamaMessage[] {
  const start: OllamaMessage[] = system.trim() === "" ? [] : [{ role: "system", content: system }];
  return [...start, ...messages.flatMap((message) => messagesOf(message, rules))];
}

function messagesOf(message: StepMessage, rules: OllamaRules): OllamaMessage[] {
  switch (message.role) {
    case "user":
      return [userMessage(message.text, message.images ?? [], rules)];
    case "assistant": {
      const calls = (message.toolCalls ?? []).map(({ name, input }) => ({
        function: { name, arguments: inputOf(input) },
      }));
      const thinking = message.replay?.model === rules.reference ? thinkingOf(message.replay.content) : undefined;
      if (message.text.trim() === "" && calls.length === 0) return [];
      return [
        {
          role: "assistant",
          content: message.text,
          ...(thinking !== undefined && { thinking }),
          ...(calls.length > 0 && { tool_calls: calls }),
        },
      ];
    }
    case "tool":
      return message.results.flatMap(({ name, text, state, images = [] }) => {
        const content = state === "ok" ? text : `Error: ${text}`;
        const result: OllamaMessage = { role: "tool", tool_name: name, content };
        return images.length === 0 ? [result] : [result, userMessage(`[what ${name} shows]`, images, rules)];
      });
    default:
      return unreachable(message);
  }
}

function userMessage(text: string, images: readonly PastImage[], { readsImages }: OllamaRules): OllamaMessage {
  const read = readsImages ? images.map((image) => image.bytes()) : [];
  const shown = read.flatMap((bytes) => (bytes ? [Buffer.from(bytes).toString("base64")] : []));
  const missing = images.length - shown.length;
  const notes = missing === 0 ? [] : [readsImages ? imageGone : imageNotRead];
  const content = [...notes, text].filter((line) => line.trim() !== "").join("\n");
  return {
    role: "user",
    content: content || (shown.length > 0 ? "" : noText),
    ...(shown.length > 0 && { images: shown }),
  };
}

function thinkingOf(content: unknown): string | undefined {
  const thinking = isPlainObject(content) ? content["thinking"] : undefined;
  return typeof thinking === "string" && thinking !== "" ? thinking : undefined;
}

export function ollamaTools(tools: readonly ModelTool[]): object[] {
  return tools.map(({ name, description, params }) => ({
    type: "function",
    function: { name, description, parameters: params },
  }));
}
