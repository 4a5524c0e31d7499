import { isPlainObject } from "../../lib/index.ts";
import type { LanguageModelV4StreamPart, LanguageModelV4Usage, SharedV4ProviderMetadata } from "@ai-sdk/provider";
import type { ToolCall } from "../tool.ts";
import type { Replay, TurnUsage } from "../turn-words.ts";
import { freshCallId } from "./call-id.ts";
import type { ModelPart } from "./model.ts";
import { inputOf } from "./sdk-prompt.ts";

/** One step as it comes in, and what of it must go back to the same model unchanged. */

interface Block {
  readonly type: "text" | "reasoning";
  readonly id: string;
  text: string;
  metadata: SharedV4ProviderMetadata | undefined;
}

interface CallBlock {
  readonly type: "tool-call";
  readonly call: ToolCall;
  readonly metadata: SharedV4ProviderMetadata | undefined;
}

type Finish = Extract<LanguageModelV4StreamPart, { type: "finish" }>;
type Of<T extends LanguageModelV4StreamPart["type"]> = Extract<LanguageModelV4StreamPart, { type: T }>;

export class StepRecord {
  readonly #reference: string;
  readonly #usedCallIds: Set<string>;
  readonly #blocks: (Block | CallBlock)[] = [];
  #finish: Finish | undefined;

  constructor(reference: string, usedCallIds: ReadonlySet<string>) {
    this.#reference = reference;
    this.#usedCallIds = new Set(usedCallIds);
  }

  *take(part: LanguageModelV4StreamPart): Generator<ModelPart> {
    switch (part.type) {
      case "text-start":
      case "reasoning-start":
        this.#open(part);
        yield { kind: "progress" };
        return;
      case "text-delta":
      case "reasoning-delta":
        yield* this.#grow(part);
        return;
      case "text-end":
      case "reasoning-end":
        this.#amend(part);
        return;
      case "tool-input-start":
      case "tool-input-delta":
        yield { kind: "progress" };
        return;
      case "tool-call":
        yield* this.#call(part);
        return;
      case "finish":
        this.#finish = part;
        return;
      default:
        // Sources, files and metadata are nothing that a conversation here is made of.
        return;
    }
  }

  /** Undefined when the vendor did not say that the answer is whole. */
  finish(): Extract<ModelPart, { kind: "finish" }> | undefined {
    const finish = this.#finish;
    if (!finish || finish.finishReason.unified === "interrupted" || finish.finishReason.unified === "error") {
      return undefined;
    }
    return {
      kind: "finish",
      stopReason: this.#stopReason(finish),
      usage: usageOf(finish.usage),
      costUsd: costOf(finish.usage),
      replay: this.#replay(),
    };
  }

  #stopReason({ finishReason: { unified } }: Finish): Extract<ModelPart, { kind: "finish" }>["stopReason"] {
    if (this.#blocks.some(({ type }) => type === "tool-call")) return "tool-calls";
    if (unified === "length") return "length";
    return unified === "content-filter" ? "refused" : "stop";
  }

  #open(part: Of<"text-start"> | Of<"reasoning-start">): Block {
    const block: Block = {
      type: part.type === "text-start" ? "text" : "reasoning",
      id: part.id,
      text: "",
      metadata: part.providerMetadata,
    };
    this.#blocks.push(block);
    return block;
  }

  *#grow(part: Of<"text-delta"> | Of<"reasoning-delta">): Generator<ModelPart> {
    const type = part.type === "text-delta" ? "text" : "reasoning";
    const block = this.#find(type, part.id) ?? this.#open({ type: `${type}-start`, id: part.id });
    block.text += part.delta;
    if (part.providerMetadata) block.metadata = merged(block.metadata, part.providerMetadata);
    if (part.delta !== "") yield { kind: type, delta: part.delta };
    else yield { kind: "progress" };
  }

  #amend(part: Of<"text-end"> | Of<"reasoning-end">): void {
    const block = this.#find(part.type === "text-end" ? "text" : "reasoning", part.id);
    if (block && part.providerMetadata) block.metadata = merged(block.metadata, part.providerMetadata);
  }

  *#call(part: Of<"tool-call">): Generator<ModelPart> {
    if (part.providerExecuted) return;
    const callId = freshCallId(part.toolCallId, this.#usedCallIds);
    this.#usedCallIds.add(callId);
    const call: ToolCall = { callId, name: part.toolName, input: part.input };
    this.#blocks.push({ type: "tool-call", call, metadata: part.providerMetadata });
    yield { kind: "tool-call", call };
  }

  #find(type: Block["type"], id: string): Block | undefined {
    return this.#blocks.findLast((block): block is Block => block.type === type && block.id === id);
  }

  /** Only where the plain text and calls would lose something: reasoning, and signatures on other parts. */
  #replay(): Replay | undefined {
    const isNeeded = this.#blocks.some(({ type, metadata }) => type === "reasoning" || isSigned(metadata));
    if (!isNeeded) return undefined;
    return { model: this.#reference, content: this.#blocks.filter(isWorthSending).map(partOf) };
  }
}

/** Vendors refuse empty text. Reasoning may be empty to the eye and yet carry what only the vendor can read. */
function isWorthSending(block: Block | CallBlock): boolean {
  if (block.type === "text") return block.text.trim() !== "";
  return block.type === "tool-call" || block.text !== "" || block.metadata !== undefined;
}

function partOf(block: Block | CallBlock): Record<string, unknown> {
  const options = block.metadata === undefined ? {} : { providerOptions: block.metadata };
  if (block.type !== "tool-call") return { type: block.type, text: block.text, ...options };
  const { callId, name, input } = block.call;
  return { type: "tool-call", toolCallId: callId, toolName: name, input: inputOf(input), ...options };
}

/** An id of the vendor alone says nothing that would be missed. */
function isSigned(metadata: SharedV4ProviderMetadata | undefined): boolean {
  return Object.values(metadata ?? {}).some((values) =>
    Object.entries(values).some(([name, value]) => name !== "itemId" && name !== "annotations" && value !== null),
  );
}

function merged(left: SharedV4ProviderMetadata | undefined, right: SharedV4ProviderMetadata): SharedV4ProviderMetadata {
  const names = new Set([...Object.keys(left ?? {}), ...Object.keys(right)]);
  return Object.fromEntries([...names].map((name) => [name, { ...left?.[name], ...right[name] }]));
}

function usageOf({ inputTokens, outputTokens }: LanguageModelV4Usage): TurnUsage {
  const cacheRead = whole(inputTokens.cacheRead);
  const cacheWrite = whole(inputTokens.cacheWrite);
  return {
    input: whole(inputTokens.noCache ?? whole(inputTokens.total) - cacheRead - cacheWrite),
    output: whole(outputTokens.total ?? whole(outputTokens.text) + whole(outputTokens.reasoning)),
    cacheRead,
    cacheWrite,
  };
}

function whole(tokens: number | undefined): number {
  return tokens === undefined || !Number.isFinite(tokens) ? 0 : Math.max(0, Math.round(tokens));
}

/** OpenRouter tells what a request cost. */
function costOf({ raw }: LanguageModelV4Usage): number | undefined {
  const cost = isPlainObject(raw) ? raw["cost"] : undefined;
  return typeof cost === "number" && cost >= 0 ? cost : undefined;
}
