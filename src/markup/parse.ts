import type { Block, ListItem } from "./blocks.ts";
import { type Definitions, readDefinitions } from "./definitions.ts";
import { readSpans } from "./inline.ts";
import {
  closesFence,
  codeColumns,
  fenceOpenedBy,
  headingOf,
  indentOf,
  isBlank,
  isQuote,
  isRule,
  linesOf,
  type Marker,
  markerOf,
  outdent,
  underlineLevel,
  withoutQuoteMark,
} from "./lines.ts";
import { alignmentsOf, cellsOf, fitCells, startsTable } from "./table-rows.ts";

/**
 * Reads Markdown as models write it: CommonMark with GFM's tables, tasks and strikethrough, and spoilers. Raw HTML is
 * text, but for a few plain tags. It never throws, and its work grows with the length of the text alone: a reply can
 * hold what a stranger wrote. It departs from CommonMark where chats do: line breaks count, and a line without `>`
 * is not quoted.
 */
export function parse(markdown: string): Block[] {
  const lines = linesOf(markdown);
  return blocksOf(lines, { definitions: readDefinitions(lines), depth: 0 });
}

/** Quotes and lists deeper than this are read as text: each level reads its lines again. */
const depthMax = 8;

interface Context {
  readonly definitions: Definitions;
  readonly depth: number;
}

/** A block, and the line after it. No block for lines that only define. */
interface Found {
  readonly block?: Block | undefined;
  readonly next: number;
}

type Reader = (lines: readonly string[], at: number, context: Context) => Found | undefined;

function blocksOf(lines: readonly string[], context: Context): Block[] {
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    if (isBlank(lines[at]!)) {
      at++;
      continue;
    }
    const { block, next } = readBlock(lines, at, context);
    if (block) blocks.push(block);
    at = next;
  }
  return blocks;
}

function readBlock(lines: readonly string[], at: number, context: Context): Found {
  for (const reader of readers) {
    const found = reader(lines, at, context);
    if (found) return found;
  }
  return readParagraph(lines, at, context);
}

const readers: readonly Reader[] = [readFence, readIndented, readHeading, readRule, readQuote, readList, readTable];

function readFence(lines: readonly string[], at: number): Found | undefined {
  const fence = fenceOpenedBy(lines[at]!);
  if (!fence) return undefined;
  let end = at + 1;
  while (end < lines.length && !closesFence(lines[end]!, fence)) end++;
  const text = lines.slice(at + 1, end).map((line) => outdent(line, fence.indent));
  return { block: { kind: "code", language: fence.language, text: text.join("\n") }, next: end + 1 };
}

function readIndented(lines: readonly string[], at: number): Found | undefined {
  if (indentOf(lines[at]!) < codeColumns) return undefined;
  let end = at + 1;
  let last = at;
  while (end < lines.length && (isBlank(lines[end]!) || indentOf(lines[end]!) >= codeColumns)) {
    if (!isBlank(lines[end]!)) last = end;
    end++;
  }
  const text = lines.slice(at, last + 1).map((line) => outdent(line, codeColumns));
  return { block: { kind: "code", language: "", text: text.join("\n") }, next: last + 1 };
}

function readHeading(lines: readonly string[], at: number, { definitions }: Context): Found | undefined {
  const heading = headingOf(lines[at]!);
  if (!heading) return undefined;
  const spans = readSpans(heading.text, definitions);
  return { block: { kind: "heading", level: heading.level, spans }, next: at + 1 };
}

function readRule(lines: readonly string[], at: number): Found | undefined {
  return isRule(lines[at]!) ? { block: { kind: "rule" }, next: at + 1 } : undefined;
}

function readQuote(lines: readonly string[], at: number, context: Context): Found | undefined {
  if (context.depth >= depthMax || !isQuote(lines[at]!)) return undefined;
  let end = at + 1;
  while (end < lines.length && isQuote(lines[end]!)) end++;
  const inner = lines.slice(at, end).map(withoutQuoteMark);
  return { block: { kind: "quote", blocks: blocksOf(inner, deeper(context)) }, next: end };
}

function readList(lines: readonly string[], at: number, context: Context): Found | undefined {
  const first = markerOf(lines[at]!);
  if (context.depth >= depthMax || !first || first.indent >= codeColumns) return undefined;
  const items: ListItem[] = [];
  let isLoose = false;
  let next = at;
  for (let marker: Marker | undefined = first; marker;) {
    const item = itemLines(lines, next, marker);
    items.push(itemOf(item.lines, context));
    next = item.next;
    const follower: Marker | undefined = next < lines.length ? markerOf(lines[next]!) : undefined;
    marker = follower?.mark === first.mark && follower.indent < codeColumns ? follower : undefined;
    isLoose ||= item.hasGap || (marker !== undefined && item.endsBlank);
  }
  return { block: { kind: "list", start: first.number, isLoose, items }, next };
}

interface ItemLines {
  readonly lines: readonly string[];
  readonly next: number;
  /** A blank line between its own blocks, and after them. */
  readonly hasGap: boolean;
  readonly endsBlank: boolean;
}

/** The lines of an item: those indented to its text, and those that go on with its last paragraph. */
function itemLines(lines: readonly string[], at: number, marker: Marker): ItemLines {
  const own = [marker.text];
  let blanks = 0;
  let hasGap = false;
  let next = at + 1;
  for (; next < lines.length; next++) {
    const line = lines[next]!;
    if (isBlank(line)) {
      blanks++;
      continue;
    }
    if (!belongsToItem(line, marker, blanks > 0)) break;
    hasGap ||= blanks > 0;
    for (; blanks > 0; blanks--) own.push("");
    own.push(outdent(line, marker.textColumn));
  }
  return { lines: own, next, hasGap, endsBlank: blanks > 0 };
}

function belongsToItem(line: string, marker: Marker, isAfterBlank: boolean): boolean {
  const indent = indentOf(line);
  if (indent >= marker.textColumn) return true;
  // Two columns are enough to nest under any marker: many indent that little under `1.`
  if (markerOf(line)) return indent >= marker.indent + 2;
  return !isAfterBlank && !startsBlock(line);
}

function itemOf(lines: readonly string[], context: Context): ListItem {
  const task = /^\[([ xX])\][ \t]+/.exec(lines[0]!);
  if (!task) return { blocks: blocksOf(lines, deeper(context)) };
  const inner = [lines[0]!.slice(task[0].length), ...lines.slice(1)];
  return { isDone: task[1] !== " ", blocks: blocksOf(inner, deeper(context)) };
}

function readTable(lines: readonly string[], at: number, { definitions }: Context): Found | undefined {
  if (!startsTable(lines[at]!, lines[at + 1])) return undefined;
  const align = alignmentsOf(lines[at + 1])!;
  let end = at + 2;
  while (end < lines.length && lines[end]!.includes("|") && !startsBlock(lines[end]!)) end++;
  const cells = (line: string) => fitCells(cellsOf(line), align.length).map((cell) => readSpans(cell, definitions));
  const rows = lines.slice(at + 2, end).map(cells);
  return { block: { kind: "table", header: cells(lines[at]!), rows, align }, next: end };
}

function readParagraph(lines: readonly string[], at: number, { definitions }: Context): Found {
  let end = at + 1;
  let level: number | undefined;
  for (; end < lines.length && !isBlank(lines[end]!); end++) {
    level = underlineLevel(lines[end]!);
    if (level !== undefined || startsBlock(lines[end]!) || startsTable(lines[end]!, lines[end + 1])) break;
  }
  const own = lines.slice(at, end).filter((line) => !definitions.isDefinition(line));
  const spans = readSpans(own.map((line) => line.trim()).join("\n"), definitions);
  const next = level === undefined ? end : end + 1;
  if (spans.length === 0) return { next };
  return { block: level === undefined ? { kind: "paragraph", spans } : { kind: "heading", level, spans }, next };
}

/** Whether a line ends the paragraph above it. */
function startsBlock(line: string): boolean {
  if (fenceOpenedBy(line) || headingOf(line) || isRule(line) || isQuote(line)) return true;
  const marker = markerOf(line);
  // A number at the start of a line is more often the end of a sentence, unless it begins a list.
  return marker !== undefined && marker.text !== "" && (marker.number === undefined || marker.number === 1);
}

function deeper(context: Context): Context {
  return { ...context, depth: context.depth + 1 };
}
