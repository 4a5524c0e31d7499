import type { ThinkingLevel } from "../../config/index.ts";
import { EngineError, type EngineFailure, type ModelRef } from "../engine.ts";
import type { ToolCall, ToolResult } from "../tool.ts";
import type { PastImage, PastMessage, Replay, TurnUsage } from "../turn-words.ts";

/**
 * One step of a language model: everything said so far goes in, one answer comes out.
 *
 * Obligations:
 * - The last part is `finish`, once. A stream that ends without the vendor's own sign of completion is a `truncated`
 *   failure, never a finish.
 * - What goes wrong is thrown as a `ModelError`; an abort as the signal's reason. An abort closes the socket.
 * - It tries once: retries, limits of time and other models are the caller's.
 */
export interface Model {
  readonly ref: ModelRef;
  stream(step: ModelStep, signal: AbortSignal): AsyncIterable<ModelPart>;
}

export interface ModelStep {
  readonly system: string;
  /** In order; every tool call of an assistant message is followed by its result. */
  readonly messages: readonly StepMessage[];
  readonly tools: readonly ModelTool[];
  /** Undefined leaves it to the vendor. */
  readonly thinking: ThinkingLevel | undefined;
  /** Steps with the same key share a beginning, so that the vendor can keep it. */
  readonly cacheKey: string;
  /** Ids of tool calls that this run has used: a new call gets another one. */
  readonly usedCallIds: ReadonlySet<string>;
  /** Called when the vendor answers and whenever bytes come, also those that are no part yet. */
  readonly hear?: ((sign: StreamSign) => void) | undefined;
}

export type StreamSign = "answered" | "bytes";

/** Past messages, and pictures that tools of this run brought. */
export type StepMessage =
  Exclude<PastMessage, { readonly role: "tool" }> | { readonly role: "tool"; readonly results: readonly ShownResult[] };

export interface ShownResult extends ToolResult {
  readonly images?: readonly PastImage[];
}

export interface ModelTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema. */
  readonly params: Readonly<Record<string, unknown>>;
}

export type ModelPart =
  | { readonly kind: "text"; readonly delta: string }
  | { readonly kind: "reasoning"; readonly delta: string }
  /** Something is being made that is not whole yet, for instance the input of a call. */
  | { readonly kind: "progress" }
  | { readonly kind: "tool-call"; readonly call: ToolCall }
  | {
      readonly kind: "finish";
      readonly stopReason: "stop" | "length" | "tool-calls" | "refused";
      readonly usage: TurnUsage;
      /** US dollars, where the vendor says it. */
      readonly costUsd?: number | undefined;
      readonly replay?: Replay | undefined;
    };

/** A step that failed, with the least time after which the vendor wants to be asked again. */
export class ModelError extends EngineError {
  declare readonly failure: EngineFailure;
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    failure: EngineFailure,
    options: ErrorOptions & { readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(message, failure, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}

export const referenceOf = ({ provider, model }: ModelRef): string => `${provider}/${model}`;
