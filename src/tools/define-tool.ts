import type { Static, TSchema } from "@sinclair/typebox";
import type { Tool, ToolCallContext, ToolEffect, ToolOutput } from "../engine/index.ts";
import { CommandRefused } from "../exec/index.ts";
import { GatewayError } from "../protocol/index.ts";
import { FileRefused } from "./workspace-path.ts";

/** A tool as a value: its input is typed by its schema, and what goes wrong in operation becomes an output. */
export interface ToolDefinition<P extends TSchema> {
  readonly name: string;
  /** Written for a model: what it does, when to use it, what comes back. */
  readonly description: string;
  readonly params: P;
  readonly effect: ToolEffect;
  /** Refuses everybody but the owner, whoever offered it to them. */
  readonly ownerOnly?: boolean;
  run(input: Static<P>, call: ToolCallContext): Promise<ToolOutput> | ToolOutput;
}

export function defineTool<P extends TSchema>(definition: ToolDefinition<P>): Tool {
  const { name, description, params, effect, ownerOnly } = definition;
  return {
    name,
    description,
    params,
    effect,
    run: async (input, call) => {
      if (ownerOnly && !call.isOwner) return failure(`${name} is for the owner alone`);
      try {
        return await definition.run(input, call);
      } catch (error) {
        if (isOperational(error)) return failure(error.message);
        if (call.signal.aborted) return failure("stopped before it was done");
        throw error;
      }
    },
  };
}

export function failure(text: string): ToolOutput {
  return { text, isError: true };
}

function isOperational(error: unknown): error is Error {
  return error instanceof FileRefused || error instanceof CommandRefused || error instanceof GatewayError;
}
