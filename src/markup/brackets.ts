import type { Definitions } from "./definitions.ts";
import { matchDelimiters } from "./emphasis.ts";
import { targetAt } from "./link-target.ts";
import { type Bracket, type Scan, write } from "./scan.ts";

/** Links and images: `[label](target)`, `![label](target)`, and those whose target is defined apart. */

/** Labels that name a definition are short; longer ones are not looked up. */
const nameCharsMax = 100;
/** What an image without a description is called. */
const imageLabel = "image";

export function openBracket(scan: Scan, text: "[" | "!["): void {
  const start = scan.at + text.length;
  scan.brackets.push({
    node: scan.nodes.length,
    isImage: text === "![",
    start,
    delimiterBefore: scan.lastDelimiter,
    isActive: true,
  });
  write(scan, text, text.length);
}

export function closeBracket(scan: Scan, definitions: Definitions): void {
  const bracket = scan.brackets.pop();
  const target = bracket?.isActive ? targetOf(scan, bracket, definitions) : undefined;
  if (!bracket || !target) return write(scan, "]", 1);
  matchDelimiters(scan, bracket.delimiterBefore);
  if (scan.nodes.length === bracket.node + 1) scan.nodes.push({ text: bracket.isImage ? imageLabel : target.href });
  scan.nodes[bracket.node]!.text = "";
  scan.ranges.push({ from: bracket.node + 1, to: scan.nodes.length, mark: undefined, href: target.href });
  if (!bracket.isImage) forbidLinks(scan.brackets);
  scan.at = target.end;
}

interface Target {
  readonly href: string;
  /** Where the text goes on. */
  readonly end: number;
}

function targetOf(scan: Scan, bracket: Bracket, definitions: Definitions): Target | undefined {
  const { source, at } = scan;
  const next = source[at + 1];
  const inline = next === "(" ? targetAt(source, at + 2) : undefined;
  if (inline) return inline;
  const label = source.slice(bracket.start, Math.min(at, bracket.start + nameCharsMax + 1));
  if (next === "[") {
    const named = /\[([^[\]]{0,100})\]/y;
    named.lastIndex = at + 1;
    const [written = "", name = ""] = named.exec(source) ?? [];
    const href = written === "" ? undefined : definitions.find(name === "" ? label : name);
    if (href !== undefined) return { href, end: at + 1 + written.length };
  }
  const href = definitions.find(label);
  return href === undefined ? undefined : { href, end: at + 1 };
}

function forbidLinks(brackets: readonly Bracket[]): void {
  for (let index = brackets.length - 1; index >= 0; index--) {
    const bracket = brackets[index]!;
    if (bracket.isImage) continue;
    if (!bracket.isActive) return;
    bracket.isActive = false;
  }
}
