import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";

/** Transcript messages as clients read them (section 5.7 of the wire document). Content is an array of blocks. */

const { arrayOf, count, named, nonEmpty, optional, text, timeMs } = shape;

export const TextBlock = named("TextBlock", { type: Type.Literal("text"), text: text(16 * 1024 * 1024) });
export const ImageBlock = named("ImageBlock", {
  type: Type.Literal("image"),
  data: text(8 * 1024 * 1024),
  mimeType: nonEmpty(128),
});
export const ThinkingBlock = named("ThinkingBlock", {
  type: Type.Literal("thinking"),
  thinking: text(16 * 1024 * 1024),
});
export const ContentBlock = Type.Union([TextBlock, ImageBlock, ThinkingBlock], { $id: "ContentBlock" });
export type ContentBlock = Static<typeof ContentBlock>;

const UsageCost = named("UsageCost", {
  input: Type.Number(),
  output: Type.Number(),
  cacheRead: Type.Number(),
  cacheWrite: Type.Number(),
  total: Type.Number(),
});

export const Usage = named("Usage", {
  input: count(),
  output: count(),
  cacheRead: count(),
  cacheWrite: count(),
  totalTokens: count(),
  cost: optional(UsageCost),
});
export type Usage = Static<typeof Usage>;

export const noUsage: Usage = {
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite: 0,
  totalTokens: 0,
  cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 },
};

/** A message of the transcript. `runId` ties question and answer together. */
export const ChatMessage = named("ChatMessage", {
  id: optional(nonEmpty(64)),
  role: shape.oneOf("user", "assistant"),
  content: arrayOf(ContentBlock, 64),
  timestamp: timeMs(),
  runId: optional(nonEmpty(256)),
  stopReason: optional(nonEmpty(64)),
  model: optional(nonEmpty(128)),
  provider: optional(nonEmpty(128)),
  api: optional(nonEmpty(128)),
  usage: optional(Usage),
});
export type ChatMessage = Static<typeof ChatMessage>;

/** An image as it is stored: the bytes lie in the media folder under their hash. */
export interface StoredImage {
  readonly type: "image";
  readonly sha256: string;
  readonly mimeType: string;
  readonly bytes: number;
}

export type StoredBlock = Exclude<ContentBlock, { type: "image" }> | StoredImage;

/** What only the engine reads of a message; clients never see it. */
export interface EngineSide {
  /** A person's message as the engine got it, where that differs from what the person wrote. */
  readonly prompt?: string;
  /** The last part of an answer whose earlier parts are in steps of their own. */
  readonly tail?: string;
  /** A model step on the way to the answer, or the outcome of a tool call. */
  readonly inner?: InnerStep;
}

export type InnerStep =
  | {
      readonly kind: "step";
      readonly step: number;
      readonly toolCalls: readonly { readonly callId: string; readonly name: string; readonly input: string }[];
      readonly replay?: { readonly model: string; readonly content: unknown } | undefined;
    }
  | {
      readonly kind: "tool";
      readonly callId: string;
      readonly name: string;
      readonly state: "ok" | "error" | "skipped" | "unknown";
    };

export type StoredMessage = Omit<ChatMessage, "content"> & EngineSide & { readonly content: readonly StoredBlock[] };

export function textOf(message: Pick<StoredMessage, "content">): string {
  return message.content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n");
}
