import type { ContentBlock } from "../sessions/index.ts";
import { type Fields, fieldsOf, listOf, stringOf } from "./source.ts";

/** Lines of a transcript as messages of ours. Pure. */

export interface PastMessage {
  readonly role: "user" | "assistant";
  readonly content: readonly ContentBlock[];
  readonly timestamp: number;
  readonly model?: string;
  readonly provider?: string;
}

export interface Past {
  readonly messages: readonly PastMessage[];
  /** Stands in for as many messages from the start, which OpenClaw had set aside. */
  readonly summary?: { readonly text: string; readonly replaces: number };
  /** Tool calls and their results, which are not taken over. */
  readonly toolSteps: number;
}

const blocksMax = 64;

/** A transcript is a tree: what was said lies on the way from its first line to its last. */
export function readTranscript(lines: readonly unknown[], nowMs: number): Past {
  const way = lastBranch(lines.map(fieldsOf));
  const messages: PastMessage[] = [];
  let toolSteps = 0;
  let summary: Past["summary"];
  const startOf = new Map<string, number>();
  for (const entry of way) {
    const id = stringOf(entry["id"]);
    if (id !== undefined) startOf.set(id, messages.length);
    if (entry["type"] === "compaction") {
      const text = stringOf(entry["summary"]);
      const replaces = startOf.get(String(entry["firstKeptEntryId"])) ?? messages.length;
      if (text !== undefined) summary = { text, replaces };
    }
    if (entry["type"] !== "message") continue;
    const message = messageOf(fieldsOf(entry["message"]), Date.parse(String(entry["timestamp"])), nowMs);
    if (message === "tool") toolSteps++;
    else if (message) messages.push(message);
  }
  return { messages, toolSteps, ...(summary && { summary }) };
}

function lastBranch(entries: readonly Fields[]): Fields[] {
  const byId = new Map(entries.flatMap((entry) => (stringOf(entry["id"]) ? [[entry["id"], entry] as const] : [])));
  const isTree = entries.some((entry) => entry["parentId"] !== undefined);
  if (!isTree) return [...entries];
  const way: Fields[] = [];
  const seen = new Set<Fields>();
  let at = entries.findLast((entry) => entry["type"] !== "session" && entry["id"] !== undefined);
  while (at && !seen.has(at)) {
    seen.add(at);
    way.push(at);
    at = byId.get(at["parentId"]);
  }
  return way.toReversed();
}

function messageOf(message: Fields, writtenMs: number, nowMs: number): PastMessage | "tool" | undefined {
  const { role, content } = message;
  if (role === "toolResult" || role === "tool" || role === "bashExecution") return "tool";
  if (role !== "user" && role !== "assistant") return undefined;
  const blocks = (typeof content === "string" ? [{ type: "text", text: content }] : listOf(content)).map(fieldsOf);
  const kept = blocks.flatMap(blockOf).slice(0, blocksMax);
  if (kept.length === 0) return blocks.some(({ type }) => type === "toolCall") ? "tool" : undefined;
  const said = message["timestamp"];
  const timestamp = typeof said === "number" && said > 0 ? said : Number.isNaN(writtenMs) ? nowMs : writtenMs;
  const [model, provider] = [stringOf(message["model"]), stringOf(message["provider"])];
  return {
    role,
    content: kept,
    timestamp: Math.round(timestamp),
    ...(role === "assistant" && model !== undefined && { model: model.slice(0, 128) }),
    ...(role === "assistant" && provider !== undefined && { provider: provider.slice(0, 128) }),
  };
}

function blockOf({ type, text, thinking, data, mimeType }: Fields): ContentBlock[] {
  const [said, thought] = [stringOf(text), stringOf(thinking)];
  if (type === "text" && said !== undefined) return [{ type, text: said }];
  if (type === "thinking" && thought !== undefined) return [{ type, thinking: thought }];
  const [bytes, kind] = [stringOf(data), stringOf(mimeType)];
  return type === "image" && bytes !== undefined && kind !== undefined ? [{ type, data: bytes, mimeType: kind }] : [];
}
