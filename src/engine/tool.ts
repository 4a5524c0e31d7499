import type { TSchema } from "@sinclair/typebox";

/** Something that the agent may do. The input was checked against `params` before `run` sees it. */
export interface Tool {
  /** `[a-z][a-z0-9_]{0,63}` */
  readonly name: string;
  /** For the model: what it does, when to use it. */
  readonly description: string;
  /** A plain JSON Schema does as well (tools of MCP servers). */
  readonly params: TSchema;
  readonly effect: ToolEffect;
  /** What goes wrong in operation is an output with `isError`; a throw is a bug, told to the model without details. */
  run(input: unknown, call: ToolCallContext): Promise<ToolOutput>;
}

/**
 * What may happen when it runs twice. After a crash `read` and `idempotent` calls are repeated; `unsafe` ones never
 * are: the model is told that the outcome is unknown.
 */
export type ToolEffect = "read" | "idempotent" | "unsafe";

export interface ToolCallContext {
  readonly runId: string;
  readonly callId: string;
  readonly agentId: string;
  readonly sessionKey: string;
  readonly signal: AbortSignal;
  /** Where the turn came from, which is where replies go. Undefined for clients of the gateway. */
  readonly origin: ToolOrigin | undefined;
  /** True when the person behind the turn is the owner: a client of the gateway, or an approved owner's account. */
  readonly isOwner: boolean;
}

export interface ToolOrigin {
  readonly provider: string;
  readonly accountId: string;
  readonly peer: {
    readonly kind: "direct" | "group" | "channel";
    readonly id: string;
    readonly threadId?: string | undefined;
  };
  readonly senderId: string;
}

export interface ToolOutput {
  readonly text: string;
  readonly isError?: boolean;
  readonly images?: readonly ToolImage[];
}

export interface ToolImage {
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

/** A call as the model made it. */
export interface ToolCall {
  readonly callId: string;
  readonly name: string;
  /** JSON text of the input. */
  readonly input: string;
}

export interface ToolResult {
  readonly callId: string;
  readonly name: string;
  readonly text: string;
  readonly state: "ok" | "error" | "skipped" | "unknown";
}

/** Which tools a turn has; lent to the engine. */
export interface Toolbox {
  /** May ask servers for theirs; never throws: a server that is away just offers nothing. */
  toolsFor(turn: {
    readonly agentId: string;
    readonly sessionKey: string;
    readonly isOwner: boolean;
  }): Promise<readonly Tool[]>;
}
