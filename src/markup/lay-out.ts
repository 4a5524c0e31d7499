import { unreachable } from "../lib/index.ts";
import type { Block, List, Spans, Style } from "./blocks.ts";
import type { Traits } from "./dialects.ts";
import { layLinks } from "./links.ts";
import { inlineMarks, type Look, type Run } from "./runs.ts";
import { tableBlock } from "./tables.ts";

/**
 * Turns blocks into what a person sees in a chat of this dialect, from top to bottom: text with looks. What the dialect
 * has no mark for (bullets, quotes, tables, targets) is text from here on. Marks are written later, part by part.
 */
export function layOut(blocks: readonly Block[], traits: Traits): Run[] {
  const page: Page = { runs: [], traits };
  layBlocks(page, blocks, { prefix: "", look: {}, isTight: false });
  return page.runs;
}

interface Page {
  readonly runs: Run[];
  readonly traits: Traits;
}

interface Place {
  /** What stands before each line but the first. */
  readonly prefix: string;
  readonly look: Look;
  readonly isTight: boolean;
}

const ruleText = "———";

function layBlocks(page: Page, blocks: readonly Block[], place: Place): void {
  let previous: Block | undefined;
  for (const written of blocks) {
    const block = written.kind === "table" ? tableBlock(written, page.traits) : written;
    if (isEmpty(block)) continue;
    if (previous) layGap(page, previous, block, place);
    layBlock(page, block, place);
    previous = block;
  }
}

function isEmpty(block: Block): boolean {
  switch (block.kind) {
    case "code":
      return block.text.trim() === "";
    case "quote":
      return block.blocks.every(isEmpty);
    case "paragraph":
    case "heading":
      return block.spans.length === 0;
    default:
      return false;
  }
}

function layGap(page: Page, previous: Block, next: Block, place: Place): void {
  const isFramed = page.traits.hasCodeBlocks && (previous.kind === "code" || next.kind === "code");
  const breaks = isFramed || place.isTight ? "\n" : "\n\n";
  // A part should not end with a heading: what follows it belongs to it.
  const role = previous.kind === "heading" || place.isTight ? undefined : "gap";
  add(page, breaks, { ...(isFramed ? {} : place.look), role });
  if (!startsOwnLine(next, page.traits)) add(page, place.prefix, place.look);
}

/** Whether a block has a frame at the margin, so that neither indentation nor a bullet stands before it. */
function startsOwnLine({ kind }: Block, { hasCodeBlocks, hasQuotes }: Traits): boolean {
  return (kind === "code" && hasCodeBlocks) || (kind === "quote" && hasQuotes);
}

function layBlock(page: Page, block: Block, place: Place): void {
  switch (block.kind) {
    case "paragraph":
      return laySpans(page, block.spans, place, {});
    case "heading":
      return layHeading(page, block.level, block.spans, place);
    case "code":
      return layCode(page, block.language, block.text, place);
    case "quote":
      return layQuote(page, block.blocks, place);
    case "list":
      return layList(page, block, place);
    case "rule":
      return add(page, ruleText, place.look);
    case "table":
      return;
    default:
      return unreachable(block);
  }
}

function laySpans(page: Page, spans: Spans, place: Place, added: Look): void {
  const looked = spans.map(({ text, style }) => ({ text, look: { ...style, ...added } }));
  for (const { text, look } of layLinks(looked, page.traits)) {
    const own = { ...supported(look, page.traits), ...place.look };
    const [first, ...others] = text.split("\n");
    add(page, first!, own);
    for (const line of others) {
      add(page, "\n", own);
      add(page, place.prefix, place.look);
      add(page, line, own);
    }
  }
}

/** The look without what the dialect lacks. Code takes no other mark, and hiding goes before showing as code. */
function supported(look: Look, { marks }: Traits): Look {
  const kept: { -readonly [K in keyof Look]: Look[K] } = { href: look.href, heading: look.heading };
  const isCode = look.code === true && look.spoiler !== true && marks.includes("code");
  for (const mark of isCode ? (["code"] as const) : inlineMarks) {
    if (look[mark] === true && marks.includes(mark) && (isCode || mark !== "code")) kept[mark] = true;
  }
  return kept;
}

/** How deep headings go that have marks of their own; deeper ones are bold. */
const headingLevelMax = 3;

function layHeading(page: Page, level: number, spans: Spans, place: Place): void {
  const oneLine = spans.map(({ text, style }) => ({ text: text.replaceAll("\n", " "), style }));
  const look: Look = page.traits.hasHeadings && level <= headingLevelMax ? { heading: level } : { bold: true };
  laySpans(page, oneLine, place, look);
}

function layCode(page: Page, language: string, text: string, place: Place): void {
  const { hasCodeBlocks, hasLanguages } = page.traits;
  const code = withoutOuterBlanks(text);
  if (!hasCodeBlocks) {
    const style: Style = { code: true };
    const lines = code.split("\n").map((line) => ({ text: line, style }));
    return laySpans(
      page,
      lines.flatMap((line, at) => (at === 0 ? [line] : [{ text: "\n", style }, line])),
      place,
      {},
    );
  }
  endLine(page);
  add(page, code, { pre: { language: hasLanguages ? language : "" } });
}

/** Lines of code stay as they are, but for empty ones around them. */
function withoutOuterBlanks(text: string): string {
  const lines = text.split("\n");
  let start = 0;
  while (lines[start]!.trim() === "") start++;
  let end = lines.length;
  while (lines[end - 1]!.trim() === "") end--;
  return lines.slice(start, end).join("\n");
}

function layQuote(page: Page, blocks: readonly Block[], place: Place): void {
  if (page.traits.hasQuotes) {
    // Quotes do not nest in any chat: one within another goes on with it.
    if (place.look.isQuote !== true) endLine(page);
    return layBlocks(page, blocks, { prefix: "", look: { isQuote: true }, isTight: false });
  }
  add(page, "> ", place.look);
  return layBlocks(page, blocks, { ...place, prefix: `${place.prefix}> ` });
}

function layList(page: Page, list: List, place: Place): void {
  for (const [index, item] of list.items.entries()) {
    if (index > 0) {
      add(page, list.isLoose ? "\n\n" : "\n", { ...place.look, role: list.isLoose ? "gap" : undefined });
      add(page, place.prefix, place.look);
    }
    const marker = list.start === undefined ? `${page.traits.bullet} ` : `${list.start + index}. `;
    add(page, marker, { ...place.look, role: "marker" });
    if (item.isDone !== undefined) add(page, item.isDone ? "☑ " : "☐ ", place.look);
    const prefix = place.prefix + " ".repeat(marker.length);
    layBlocks(page, item.blocks, { prefix, look: place.look, isTight: !list.isLoose });
  }
}

/** Ends the line that a bullet began. */
function endLine(page: Page): void {
  const last = page.runs.at(-1);
  if (last && !last.text.endsWith("\n")) add(page, "\n", {});
}

function add(page: Page, text: string, look: Look): void {
  if (text !== "") page.runs.push({ text, look });
}
