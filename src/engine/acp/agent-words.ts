import { oneLine, isPlainObject } from "../../lib/index.ts";
import type { AgentWord } from "./turn-events.ts";

/** A `session/update` as it came, read with no trust in its shape. */
export interface SessionWord {
  readonly sessionId: string;
  /** Undefined when it is nothing for people: plans, modes, commands, usage, and what is yet unknown. */
  readonly word: AgentWord | undefined;
}

const titleCharsMax = 200;

export function sessionWord(params: unknown): SessionWord | undefined {
  if (!isPlainObject(params) || typeof params["sessionId"] !== "string" || !isPlainObject(params["update"]))
    return undefined;
  return { sessionId: params["sessionId"], word: wordOf(params["update"]) };
}

function wordOf(update: Record<string, unknown>): AgentWord | undefined {
  switch (update["sessionUpdate"]) {
    case "agent_message_chunk":
      return said("text", update["content"]);
    case "agent_thought_chunk":
      return said("reasoning", update["content"]);
    case "tool_call":
      return typeof update["title"] === "string"
        ? { kind: "tool", title: oneLine(update["title"], titleCharsMax) }
        : undefined;
    default:
      return undefined;
  }
}

function said(kind: "text" | "reasoning", content: unknown): AgentWord | undefined {
  if (!isPlainObject(content)) return undefined;
  if (content["type"] === "text" && typeof content["text"] === "string") return { kind, delta: content["text"] };
  if (content["type"] === "resource_link" && typeof content["uri"] === "string") return { kind, delta: content["uri"] };
  return undefined;
}
