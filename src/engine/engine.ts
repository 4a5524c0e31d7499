import type { ToolCall, ToolEffect, ToolOrigin, ToolResult } from "./tool.ts";
import type { PastImage, PastMessage, StepEnd, TurnUsage } from "./turn-words.ts";

/**
 * What thinks. An engine executes one turn of one run: it reads a prompt and what was said before, and yields what it
 * does as it does it.
 *
 * Obligations:
 * - Text comes as deltas that add up; the visible answer is exactly their concatenation.
 * - The last event is `end`, once. Nothing follows it.
 * - When the signal is aborted the iterable ends soon (within a second), by `end` or by throwing the signal's reason.
 * - What goes wrong outside is thrown as an `EngineError`; other throws are bugs.
 * - It keeps no state between turns and touches neither the store nor a network of the house.
 *
 * The caller commits what an event tells before it asks for the next one. So `step` is on disk before its tools run,
 * `tool-start` before the tool does, `tool-end` before the next call: an engine goes on only from what is on disk.
 */
export interface AgentEngine {
  readonly id: string;
  /** What a turn without a choice of its own would use now. */
  readonly model: ModelRef;
  run(turn: EngineTurn, signal: AbortSignal): AsyncIterable<EngineEvent>;
}

export interface ModelRef {
  readonly provider: string;
  readonly model: string;
}

export interface EngineTurn {
  readonly runId: string;
  readonly agentId: string;
  readonly sessionKey: string;
  /** What the person wrote, with notices of the system in front. */
  readonly prompt: string;
  /** The person's words alone, where the prompt has more around them. */
  readonly said?: string | undefined;
  readonly imageCount: number;
  readonly images?: readonly PastImage[];
  /** Oldest first, without the prompt and without what this run did so far. */
  readonly history: readonly PastMessage[];
  /**
   * What this run did before a restart cut it, in order: assistant steps and tool results, each of them committed.
   * A call without a result there was never started.
   */
  readonly done?: readonly PastMessage[];
  readonly thinkingLevel: string | undefined;
  /** The session's own choice, `provider/model`; undefined for the agent's. */
  readonly model?: string | undefined;
  readonly extraSystemPrompt?: string | undefined;
  readonly origin?: ToolOrigin | undefined;
  /** False for a turn of somebody who is not the owner. Undefined means true. */
  readonly isOwner?: boolean | undefined;
  /**
   * Messages that came while the run runs and want to steer it. Asked between two tool calls and before the run would
   * end; what it gives is on disk as said, and the engine must read it next.
   */
  readonly steering?: (() => Promise<readonly string[]>) | undefined;
}

export type EngineEvent =
  | { readonly kind: "text"; readonly delta: string }
  | { readonly kind: "reasoning"; readonly delta: string }
  | { readonly kind: "step"; readonly step: StepEnd }
  | { readonly kind: "tool-start"; readonly step: number; readonly call: ToolCall; readonly effect: ToolEffect }
  | { readonly kind: "tool-end"; readonly step: number; readonly result: ToolResult }
  /** History was too long: everything up to the last `keep` messages is stood in for by the summary. */
  | { readonly kind: "compaction"; readonly summary: string; readonly keep: number; readonly usage: TurnUsage }
  | {
      readonly kind: "end";
      readonly stopReason: "stop" | "length" | "aborted";
      readonly usage: TurnUsage;
      readonly model?: ModelRef;
    };

/** Classes of failure, so that those above act by what happened and not by what a text says. */
export type EngineFailure =
  | "auth"
  | "billing"
  | "rate_limit"
  | "overloaded"
  | "timeout"
  | "context_overflow"
  | "bad_request"
  | "truncated"
  | "network"
  | "no_model"
  | "tool_loop";

/** A turn could not be done for a reason outside of this program. The message is shown to people. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly failure: EngineFailure | undefined;

  constructor(message: string, failure?: EngineFailure, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}
