/** Which node people and agents mean by a word. Pure. */

export interface Findable {
  readonly nodeId: string;
  readonly displayName?: string | undefined;
  readonly connected: boolean;
  readonly commands: readonly string[];
  readonly pendingCommands?: readonly string[] | undefined;
}

export type FoundNode<T extends Findable> =
  | { readonly kind: "found"; readonly node: T }
  | { readonly kind: "none"; readonly problem: string }
  | { readonly kind: "several"; readonly nodes: readonly T[] };

/** Ids are named by their start, from so many characters on. */
const prefixMin = 4;

/** Without a word: the only node that is here and may be asked for the command. */
export function findNode<T extends Findable>(
  nodes: readonly T[],
  word: string | undefined,
  command: string | undefined,
): FoundNode<T> {
  if (word !== undefined && word.trim() !== "") return named(nodes, word.trim().toLowerCase());
  const here = nodes.filter(({ connected }) => connected);
  const able = command === undefined ? here : here.filter(({ commands }) => commands.includes(command));
  if (able.length === 1) return { kind: "found", node: able[0]! };
  if (able.length > 1) return { kind: "several", nodes: able };
  const waiting = here.filter(({ pendingCommands = [] }) => pendingCommands.includes(command ?? ""));
  // It may not be asked yet, and whoever asks is told why.
  const [only] = waiting.length === 1 ? waiting : here;
  if (only && (waiting.length === 1 || here.length === 1)) return { kind: "found", node: only };
  if (here.length === 0) return { kind: "none", problem: "no node is connected" };
  return { kind: "none", problem: `no node that is connected may be asked for ${command}` };
}

function named<T extends Findable>(nodes: readonly T[], word: string): FoundNode<T> {
  const exact = nodes.filter(({ nodeId, displayName }) => nodeId === word || displayName?.toLowerCase() === word);
  const byStart = word.length < prefixMin ? [] : nodes.filter(({ nodeId }) => nodeId.toLowerCase().startsWith(word));
  const fitting = exact.length > 0 ? exact : byStart;
  if (fitting.length === 1) return { kind: "found", node: fitting[0]! };
  if (fitting.length > 1) return { kind: "several", nodes: fitting };
  return { kind: "none", problem: "there is no node of that name or id" };
}
