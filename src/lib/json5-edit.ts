import { endOfTrivia, type Json5Node, json5Tree, type Member } from "./json5-tree.ts";

/** Changes one place of a JSON5 text. Comments, layout and everything else stay as they were written. */

/** Names and places from the outside in; places of an array as decimal numbers. */
export type Json5Path = readonly string[];

type Container = Extract<Json5Node, { readonly members: readonly Member[] }>;

/** The text of the value at that path, as it is written; undefined when there is none. */
export function json5TextAt(source: string, path: Json5Path): string | undefined {
  const node = isBlank(source) ? undefined : nodeAt(json5Tree(source), path);
  return node && source.slice(node.start, node.end);
}

/** Puts the text of a value in place of the one that is there. Throws when there is none. */
export function replaceJson5(source: string, path: Json5Path, text: string): string {
  const node = nodeAt(json5Tree(source), path);
  if (!node) throw new SyntaxError(`there is nothing at ${path.join(".")}`);
  return source.slice(0, node.start) + text + source.slice(node.end);
}

/**
 * Sets the value at that path, with the objects that lead to it where they are missing. What stands in their way and
 * is no object is replaced. An array takes one item more at its end; a place behind that is a SyntaxError.
 */
export function setJson5(source: string, path: Json5Path, value: unknown): string {
  if (isBlank(source)) return `${withHead(source)}${written(nested(path, value), "")}\n`;
  const tree = json5Tree(source);
  let node = tree;
  let depth = 0;
  for (; depth < path.length; depth++) {
    const inner = memberOf(node, path[depth]!)?.value;
    if (!inner) break;
    node = inner;
  }
  const rest = path.slice(depth);
  const indent = indentAt(source, node.start);
  if (rest.length === 0 || node.kind === "value") {
    return source.slice(0, node.start) + written(nested(rest, value), indent) + source.slice(node.end);
  }
  if (node.kind === "array" && rest[0] !== String(node.members.length)) {
    throw new SyntaxError(`${path.slice(0, depth).join(".")} is a list of ${node.members.length}, without ${rest[0]}`);
  }
  const name = isQuotedAround(tree) || !isPlainName(rest[0]!) ? JSON.stringify(rest[0]) : rest[0]!;
  return insert(source, node, node.kind === "array" ? "" : `${name}: `, nested(rest.slice(1), value));
}

/** Takes away what stands at that path; the text is unchanged when there is nothing. Comments beside it stay. */
export function unsetJson5(source: string, path: Json5Path): string {
  if (isBlank(source) || path.length === 0) return source;
  const parent = nodeAt(json5Tree(source), path.slice(0, -1));
  if (!parent || parent.kind === "value") return source;
  const found = parent.members.findLastIndex(({ name }) => name === path.at(-1));
  if (found === -1) return source;
  const member = parent.members[found]!;
  const between = member.comma === undefined ? "" : source.slice(member.value.end, member.comma);
  const kept = between.includes("/") ? between : "";
  const end = kept === "" ? cutEnd(source, member) : member.comma! + 1;
  const shorter = source.slice(0, cutStart(source, parent, found)) + kept + source.slice(end);
  const before = parent.members[found - 1];
  const isLast = found === parent.members.length - 1;
  const cleaned =
    isLast && member.comma === undefined && before?.comma !== undefined
      ? shorter.slice(0, before.comma) + shorter.slice(before.comma + 1)
      : shorter;
  // A name may stand there twice; the last one counts, so the first would come to light.
  return parent.kind === "object" ? unsetJson5(cleaned, path) : cleaned;
}

/** From the start of its line, when nothing stands before it there. */
function cutStart(source: string, parent: Container, index: number): number {
  const { start } = parent.members[index]!;
  const lineStart = source.lastIndexOf("\n", start - 1) + 1;
  if (lineStart > parent.start && source.slice(lineStart, start).trim() === "") return lineStart;
  // On one line: the space before it goes, but for the first one, whose space belongs to the brace.
  const isFirst = index === 0;
  return isFirst ? start : start - /[ \t]*$/.exec(source.slice(0, start))![0].length;
}

/** To the end of its line, when it is alone there. Behind a brace it takes the space after it along. */
function cutEnd(source: string, { start, value, comma }: Member): number {
  const end = comma === undefined ? value.end : comma + 1;
  const lineStart = source.lastIndexOf("\n", start - 1) + 1;
  const before = source.slice(lineStart, start).trimEnd();
  const pattern = before === "" ? /^[ \t]*(?:\r?\n|$)/ : /[{[]$/.test(before) ? /^[ \t]*/ : undefined;
  return end + (pattern?.exec(source.slice(end))?.[0].length ?? 0);
}

/** Puts a value behind the last one; `head` is its name and colon. */
function insert(source: string, node: Container, head: string, value: unknown): string {
  const last = node.members.at(-1);
  const isLong = source.slice(node.start, node.end).includes("\n");
  const outer = indentAt(source, node.start);
  if (!last) {
    const inner = outer + unit;
    const inside = source.slice(node.start + 1, node.end - 1).trimEnd();
    const text = `${inside}\n${inner}${head}${written(value, inner)}\n${outer}`;
    return source.slice(0, node.start + 1) + text + source.slice(node.end - 1);
  }
  const comma = last.comma === undefined ? "," : "";
  const ownEnd = last.comma === undefined ? last.value.end : last.comma + 1;
  const closing = last.comma === undefined ? "" : ",";
  if (!isLong) {
    const text = `${comma} ${head}${written(value, outer)}${closing}`;
    return source.slice(0, ownEnd) + text + source.slice(ownEnd);
  }
  const inner = indentAt(source, last.start);
  const lineEnd = endOfSameLine(source, ownEnd);
  const text = `\n${inner}${head}${written(value, inner)}${closing}`;
  return source.slice(0, ownEnd) + comma + source.slice(ownEnd, lineEnd) + text + source.slice(lineEnd);
}

/** Behind the comments that end the line; not over anything else. */
function endOfSameLine(source: string, from: number): number {
  const rest = /^[^\S\n\r]*(?:\/\*[^\n\r]*?\*\/[^\S\n\r]*)*(?:\/\/[^\n\r\u2028\u2029]*)?/.exec(source.slice(from))![0];
  const end = from + rest.length;
  return source[end] === "\n" || source[end] === "\r" ? end : from;
}

const unit = "  ";

function written(value: unknown, indent: string): string {
  return JSON.stringify(value, undefined, unit).replaceAll("\n", `\n${indent}`);
}

function nested(path: Json5Path, value: unknown): unknown {
  return path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
}

function indentAt(source: string, at: number): string {
  const lineStart = source.lastIndexOf("\n", at - 1) + 1;
  return /^[ \t]*/.exec(source.slice(lineStart, at))![0];
}

/** As the first name of the text is written; an empty one starts as plain JSON. */
function isQuotedAround(tree: Json5Node): boolean {
  return tree.kind === "value" || (tree.members[0]?.isQuoted ?? true);
}

function isPlainName(name: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(name);
}

function nodeAt(tree: Json5Node, path: Json5Path): Json5Node | undefined {
  let node: Json5Node | undefined = tree;
  for (const name of path) node = node && memberOf(node, name)?.value;
  return node;
}

/** The last one of that name: it is the one that counts. */
function memberOf(node: Json5Node, name: string): Member | undefined {
  return node.kind === "value" ? undefined : node.members.findLast((member) => member.name === name);
}

/** Nothing but spaces and comments. */
function isBlank(source: string): boolean {
  return endOfTrivia(source, 0) >= source.length;
}

/** The comments of a text that holds nothing else. */
function withHead(source: string): string {
  const head = source.trimEnd();
  return head === "" ? "" : `${head}\n`;
}
