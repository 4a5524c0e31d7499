import type { ContentBlock } from "@agentclientprotocol/sdk";
import type { EngineTurn } from "../engine.ts";
import type { PastMessage } from "../turn-words.ts";

/** What an agent is asked in one turn, as the protocol's blocks; the words of the person come last. */
export interface PromptFacts {
  readonly seesImages: boolean;
  /** The agent does not know the conversation yet. */
  readonly isNew: boolean;
  /** This run was sent to the agent before, and cut. */
  readonly isAgain: boolean;
}

/** The end of a conversation that is told to an agent that does not know it. */
export const historyCharsMax = 24_000;

const again =
  "The gateway stopped while you worked on the following request. Look at what you did already, do not do it twice, " +
  "and finish it.";

export function promptBlocks(turn: EngineTurn, { seesImages, isNew, isAgain }: PromptFacts): ContentBlock[] {
  const blocks: ContentBlock[] = [];
  if (turn.extraSystemPrompt) blocks.push(text(turn.extraSystemPrompt));
  const history = isNew ? toldHistory(turn.history) : "";
  if (history !== "") blocks.push(text(`What was said in this conversation so far:\n\n${history}`));
  blocks.push(...imageBlocks(turn, seesImages));
  if (isAgain) blocks.push(text(again));
  return [...blocks, text(turn.prompt)];
}

export function text(words: string): ContentBlock {
  return { type: "text", text: words };
}

function imageBlocks({ images = [], imageCount }: EngineTurn, seesImages: boolean): ContentBlock[] {
  const shown = images.flatMap(({ mimeType, bytes }) => {
    const content = seesImages ? bytes() : undefined;
    return content ? [{ type: "image" as const, mimeType, data: Buffer.from(content).toString("base64") }] : [];
  });
  const missing = Math.max(imageCount, images.length) - shown.length;
  return missing === 0 ? shown : [...shown, text(`[Images that came along and cannot be shown to you: ${missing}]`)];
}

/** The newest messages that fit, oldest first; what tools gave is left out. */
function toldHistory(history: readonly PastMessage[]): string {
  const told: string[] = [];
  let chars = 0;
  for (const message of history.toReversed()) {
    if (message.role === "tool" || message.text === "") continue;
    const line = `${message.role}: ${message.text}`;
    chars += line.length;
    if (chars > historyCharsMax) break;
    told.unshift(line);
  }
  return told.join("\n\n");
}
