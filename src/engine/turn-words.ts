import type { ToolCall, ToolResult } from "./tool.ts";

/** A message of the past, as an engine reads it. */
export type PastMessage =
  | { readonly role: "user"; readonly text: string; readonly images?: readonly PastImage[] }
  | {
      readonly role: "assistant";
      readonly text: string;
      readonly toolCalls?: readonly ToolCall[];
      /** What the same model wants back as it gave it (signed reasoning); see `StepEnd.replay`. */
      readonly replay?: Replay | undefined;
    }
  | { readonly role: "tool"; readonly results: readonly ToolResult[] };

export interface PastImage {
  readonly mimeType: string;
  /** Read when it is needed; undefined when it is no longer stored. */
  readonly bytes: () => Uint8Array | undefined;
}

/** JSON that only the vendor's adapter that made it understands. */
export interface Replay {
  readonly model: string;
  readonly content: unknown;
}

/** Tokens of one turn or step. */
export interface TurnUsage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

export const zeroTurnUsage: TurnUsage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

export function addUsage(left: TurnUsage, right: TurnUsage): TurnUsage {
  return {
    input: left.input + right.input,
    output: left.output + right.output,
    cacheRead: left.cacheRead + right.cacheRead,
    cacheWrite: left.cacheWrite + right.cacheWrite,
  };
}

/** One model step that ended: what was said and which tools are called for. */
export interface StepEnd {
  /** 1 for the first of the run; counts on after a restart. */
  readonly step: number;
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall[];
  readonly usage: TurnUsage;
  /** US dollars; null when the price is not known. */
  readonly costUsd: number | null;
  readonly model: { readonly provider: string; readonly model: string };
  readonly replay?: Replay | undefined;
}
