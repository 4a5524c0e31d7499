import { sha256Text } from "../../lib/index.ts";

/** A tool as one server lists it, before it has a name of ours. */
export interface NamedOnServer {
  readonly server: string;
  /** What names of this server's tools start with. */
  readonly prefix: string;
  /** The tool's name on its server: any text. */
  readonly tool: string;
}

/** What models and the tool contract take. */
const nameCharsMax = 64;
const markChars = 8;

/**
 * Names of ours, one for each tool in the same order, `[a-z][a-z0-9_]{0,63}`. A name is the prefix and the tool's own
 * name; where that is too long, taken twice, or reads like the name of another server's tool, it ends in a mark made of
 * server and tool. A name does not depend on the order.
 */
export function toolNames(tools: readonly NamedOnServer[], prefixes: readonly string[]): string[] {
  const plain = tools.map(({ prefix, tool }) => plainName(prefix, tool));
  const counts = new Map<string, number>();
  for (const name of plain) counts.set(name, (counts.get(name) ?? 0) + 1);
  return tools.map((tool, index) => {
    const name = plain[index]!;
    const isClear = name.length <= nameCharsMax && counts.get(name) === 1 && !readsLikeAnother(name, tool, prefixes);
    return isClear ? name : `${name.slice(0, nameCharsMax - markChars - 1)}_${markOf(tool)}`;
  });
}

/** The prefix of a server that has none of its own. */
export function prefixOf(server: string): string {
  return server.replaceAll("-", "_");
}

function plainName(prefix: string, tool: string): string {
  const readable = tool
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, "_")
    .replaceAll(/^_+|_+$/g, "");
  return readable === "" ? prefix : `${prefix}_${readable}`;
}

/** `a` offering `b_c` must not stand in for the `c` of `a_b` while that one is away. */
function readsLikeAnother(name: string, { prefix }: NamedOnServer, prefixes: readonly string[]): boolean {
  return prefixes.some((other) => other.length > prefix.length && name.startsWith(`${other}_`));
}

function markOf({ server, tool }: NamedOnServer): string {
  return sha256Text(`${server}\n${tool}`).slice(0, markChars);
}
