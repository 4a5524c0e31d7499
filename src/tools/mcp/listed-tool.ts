import type { TSchema } from "@sinclair/typebox";
import type { Tool as ToolOnServer } from "@modelcontextprotocol/sdk/types.js";
import type { ToolEffect } from "../../engine/index.ts";
import { shorten } from "../../lib/index.ts";

/** A tool as a server lists it, in our words and within our limits. */
export interface ListedTool {
  /** The name on its server. */
  readonly tool: string;
  readonly description: string;
  readonly params: TSchema;
  readonly effect: ToolEffect;
}

export const listLimits = {
  /** Tools of one server that are taken; more would leave a model no room. */
  toolsMax: 128,
  /** Pages of one list. */
  pagesMax: 32,
  nameCharsMax: 256,
  descriptionCharsMax: 4096,
  /** A schema that is longer as JSON is not taken, and its tool is not offered. */
  schemaCharsMax: 32_768,
} as const;

/** The tool, or undefined when it cannot be offered. */
export function listedTool({
  name,
  description,
  title,
  inputSchema,
  annotations,
}: ToolOnServer): ListedTool | undefined {
  if (name === "" || name.length > listLimits.nameCharsMax) return undefined;
  if (JSON.stringify(inputSchema).length > listLimits.schemaCharsMax) return undefined;
  const params: object = inputSchema;
  return {
    tool: name,
    description: shorten(description ?? title ?? annotations?.title ?? "", listLimits.descriptionCharsMax),
    params: params as TSchema,
    effect: effectOf(annotations),
  };
}

/** What a server says of its own tool decides whether a call that a crash cut is repeated. Silence means no. */
export function effectOf(annotations: ToolOnServer["annotations"]): ToolEffect {
  if (annotations?.readOnlyHint === true) return "read";
  return annotations?.idempotentHint === true ? "idempotent" : "unsafe";
}

/** What the settings of a server let through. */
export function isAllowed(
  tool: string,
  { allow, deny }: { readonly allow: readonly string[]; readonly deny: readonly string[] },
): boolean {
  return !deny.includes(tool) && (allow.length === 0 || allow.includes(tool));
}
