import { chatCommand, type CommandRules, isAllowed, isHarmless, type NodePlatform, talks } from "./platform.ts";

/** What a node offers, what of it was approved, and what waits for a person. Pure. */

export interface Declared {
  readonly platform: NodePlatform;
  readonly caps: readonly string[];
  readonly commands: readonly string[];
}

/** What people decided about a node. */
export interface Decided {
  readonly approved: readonly string[];
  readonly declined: readonly string[];
}

export interface Surface {
  /** May be asked for now. */
  readonly usable: readonly string[];
  /** Offered and possible, but nobody said yes or no yet. */
  readonly waiting: readonly string[];
}

/** All that the node offers and the owner's rules let it be asked for. */
export function offered({ platform, caps, commands }: Declared, rules: CommandRules): string[] {
  const all = [...new Set([...commands.filter((name) => name !== chatCommand), ...chatOf(platform, caps)])];
  return all.filter((command) => isAllowed(command, platform, rules));
}

/** Nobody decided about this node yet: the pairing itself covers what is harmless, once. */
export function firstDecision(declared: Declared, rules: CommandRules): Decided {
  return { approved: offered(declared, rules).filter(isHarmless), declined: [] };
}

export function surfaceOf(declared: Declared, decided: Decided, rules: CommandRules): Surface {
  const possible = offered(declared, rules);
  const { approved, declined } = decided;
  return {
    usable: possible.filter((command) => approved.includes(command)),
    waiting: possible.filter((command) => !approved.includes(command) && !declined.includes(command)),
  };
}

export type CommandVerdict =
  | { readonly kind: "allowed" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "not-approved" };

/** May the node be asked for the command? The reasons are those that clients know. */
export function judgeNodeCommand(
  command: string,
  {
    declared,
    decided,
    rules,
  }: { readonly declared: Declared; readonly decided: Decided; readonly rules: CommandRules },
): CommandVerdict {
  if (command === chatCommand || !isAllowed(command, declared.platform, rules)) {
    return { kind: "refused", reason: "command not allowlisted" };
  }
  if (declared.commands.length === 0) return { kind: "refused", reason: "node did not declare commands" };
  if (!declared.commands.includes(command)) return { kind: "refused", reason: "command not declared by node" };
  return decided.approved.includes(command) ? { kind: "allowed" } : { kind: "not-approved" };
}

function chatOf(platform: NodePlatform, caps: readonly string[]): readonly string[] {
  return talks(platform, caps) ? [chatCommand] : [];
}
