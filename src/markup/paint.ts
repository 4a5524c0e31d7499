import type { Span, Style } from "./blocks.ts";
import type { MarkName, Node, Range } from "./scan.ts";

const markNames: readonly MarkName[] = ["bold", "italic", "underline", "strike", "spoiler", "code"];

/** Turns nodes and the ranges over them into spans, in one walk. Of links within each other the outer one counts. */
export function paint(nodes: readonly Node[], ranges: readonly Range[]): Span[] {
  const changes = changesOf(ranges);
  const counts: Record<MarkName, number> = { bold: 0, italic: 0, underline: 0, strike: 0, spoiler: 0, code: 0 };
  const links: string[] = [];
  const spans: Span[] = [];
  for (const [index, node] of nodes.entries()) {
    const change = changes.get(index);
    for (const { mark } of change?.ended ?? []) {
      if (mark) counts[mark]--;
      else links.pop();
    }
    // Inner ranges are found before outer ones.
    for (const { mark, href } of change?.begun.toReversed() ?? []) {
      if (mark) counts[mark]++;
      else links.push(href!);
    }
    if (node.text !== "") add(spans, node.text, styleOf(counts, links[0] ?? node.href, node.isCode === true));
  }
  return spans;
}

interface Change {
  readonly begun: Range[];
  readonly ended: Range[];
}

function changesOf(ranges: readonly Range[]): ReadonlyMap<number, Change> {
  const changes = new Map<number, Change>();
  const at = (index: number): Change => {
    const change = changes.get(index) ?? { begun: [], ended: [] };
    changes.set(index, change);
    return change;
  };
  for (const range of ranges) {
    if (range.from >= range.to) continue;
    at(range.from).begun.push(range);
    at(range.to).ended.push(range);
  }
  return changes;
}

function styleOf(counts: Readonly<Record<MarkName, number>>, href: string | undefined, isCode: boolean): Style {
  const style: { -readonly [K in keyof Style]: Style[K] } = {};
  for (const mark of markNames) if (counts[mark] > 0) style[mark] = true;
  if (isCode) style.code = true;
  if (href !== undefined) style.href = href;
  return style;
}

function add(spans: Span[], text: string, style: Style): void {
  const last = spans.at(-1);
  if (last && isSameStyle(last.style, style)) spans[spans.length - 1] = { text: last.text + text, style };
  else spans.push({ text, style });
}

export function isSameStyle(one: Style, other: Style): boolean {
  return one.href === other.href && markNames.every((mark) => one[mark] === other[mark]);
}
