import type { ArgsDef, SubCommandsDef } from "citty";
import { type AnyCommand, resolved } from "./command-line.ts";

/** The commands as plain data: what completion scripts are made of. */
export interface CommandNode {
  /** Names below the root: `["devices", "approve"]`. */
  readonly path: readonly string[];
  readonly description: string;
  readonly children: readonly CommandNode[];
  readonly flags: readonly FlagNode[];
}

export interface FlagNode {
  readonly name: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly options: readonly string[];
}

export async function commandTree(command: AnyCommand, path: readonly string[] = []): Promise<CommandNode> {
  const meta = await resolved<{ readonly description?: string } | undefined>(command.meta);
  const args = await resolved<ArgsDef | undefined>(command.args);
  const subCommands = await resolved<SubCommandsDef | undefined>(command.subCommands);
  const children: CommandNode[] = [];
  for (const [name, child] of Object.entries(subCommands ?? {})) {
    children.push(await commandTree(await resolved<AnyCommand>(child), [...path, name]));
  }
  return { path, description: meta?.description ?? "", children, flags: flagsOf(args ?? {}) };
}

export function everyNode(node: CommandNode): CommandNode[] {
  return [node, ...node.children.flatMap(everyNode)];
}

function flagsOf(args: ArgsDef): FlagNode[] {
  const flags = Object.entries(args)
    .filter(([, { type }]) => type !== "positional")
    .map(([name, definition]) => ({
      name,
      description: definition.description ?? "",
      takesValue: definition.type !== "boolean",
      options: "options" in definition ? (definition.options ?? []) : [],
    }));
  return [...flags, { name: "help", description: "Show what the command does", takesValue: false, options: [] }];
}
