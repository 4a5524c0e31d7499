import type { ModelTool, StepMessage } from "./model.ts";

/**
 * How many tokens something may take, before any vendor has counted it. Rough, and rather too many: what is counted
 * after a step replaces it.
 */
const charsPerToken = 3.6;
const tokensPerImage = 1_600;
const tokensPerMessage = 6;

export function textTokens(text: string): number {
  return Math.ceil(wideLength(text) / charsPerToken);
}

/** Characters of East Asian writing take about a token each. */
function wideLength(text: string): number {
  const wide = text.match(/[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/g)?.length ?? 0;
  return text.length + wide * (charsPerToken - 1);
}

export function messageTokens(message: StepMessage): number {
  switch (message.role) {
    case "user":
      return tokensPerMessage + textTokens(message.text) + (message.images?.length ?? 0) * tokensPerImage;
    case "assistant": {
      const calls = (message.toolCalls ?? []).reduce((sum, { name, input }) => sum + textTokens(name + input), 0);
      return tokensPerMessage + textTokens(message.text) + calls;
    }
    default:
      return message.results.reduce(
        (sum, { text, images }) => sum + tokensPerMessage + textTokens(text) + (images?.length ?? 0) * tokensPerImage,
        0,
      );
  }
}

export function messagesTokens(messages: readonly StepMessage[]): number {
  return messages.reduce((sum, message) => sum + messageTokens(message), 0);
}

export function toolsTokens(tools: readonly ModelTool[]): number {
  return tools.reduce((sum, tool) => sum + textTokens(JSON.stringify(tool)), 0);
}
