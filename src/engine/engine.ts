import type { PastMessage, TurnUsage } from "./turn-words.ts";

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
 */
export interface AgentEngine {
  readonly id: string;
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
  readonly imageCount: number;
  /** Oldest first, without the prompt. */
  readonly history: readonly PastMessage[];
  readonly thinkingLevel: string | undefined;
}

export type EngineEvent =
  | { readonly kind: "text"; readonly delta: string }
  | { readonly kind: "end"; readonly stopReason: "stop" | "length" | "aborted"; readonly usage: TurnUsage };

/** A turn could not be done for a reason outside of this program. The message is shown to people. */
export class EngineError extends Error {
  override readonly name = "EngineError";
}
