import { type InlineMark, inlineMarks, type Look, type Run, type Runs } from "./runs.ts";
import { textLines } from "./text-lines.ts";

/** How a dialect writes marks around text: `*bold*` and its like. */
export interface MarkSyntax {
  /** The marks themselves; code may need longer ones. */
  mark(mark: InlineMark, text: string): string;
  /** Marks that count only at the edge of a word. An invisible space then makes that edge. */
  readonly edgeMarks: readonly InlineMark[];
  /** Code that cannot be marked stays as text. */
  canMarkCode(text: string): boolean;
  escape(text: string, isLineStart: boolean): string;
  escapeCode(text: string): string;
  /** `text` is not escaped yet. */
  link(text: string, href: string): string;
  codeBlock(text: string, language: string): string;
}

/** Invisible: an edge of a word where there is none, and a break in what would be a mark. */
export const zeroWidthSpace = "\u200b";

/** Marks are closed at the end of each line: these networks read lines one by one. */
export function writeMarks(runs: Runs, syntax: MarkSyntax): string {
  return textLines(runs)
    .map((line) => {
      if (line.kind === "code") return syntax.codeBlock(line.text, line.pre.language);
      const { isQuote, heading } = line.look;
      const start = `${isQuote ? "> " : ""}${heading === undefined ? "" : `${"#".repeat(heading)} `}`;
      const written = start + writeLine(line.runs, syntax);
      return line.runs.length === 0 ? written.trimEnd() : written;
    })
    .join("\n");
}

function writeLine(runs: Runs, syntax: MarkSyntax): string {
  const pieces = hugging(wholeLinks(runs).map((run) => withPossibleMarks(run, syntax)));
  let line = "";
  let open: readonly InlineMark[] = [];
  for (const [index, { text, look }] of pieces.entries()) {
    const wanted = inlineMarks.filter((mark) => look[mark]);
    const kept = sharedLength(open, wanted);
    const [closing, opening] = [open.slice(kept), wanted.slice(kept)];
    line += closing
      .toReversed()
      .map((mark) => syntax.mark(mark, pieces[index - 1]!.text))
      .join("");
    if (needsEdge(closing, opening, pieces, { index, syntax })) line += zeroWidthSpace;
    line += opening.map((mark) => syntax.mark(mark, text)).join("");
    line += writePiece(text, look, syntax, index === 0 || pieces[index - 1]!.look.role === "marker");
    open = wanted;
  }
  return (
    line +
    open
      .toReversed()
      .map((mark) => syntax.mark(mark, pieces.at(-1)!.text))
      .join("")
  );
}

function writePiece(text: string, look: Look, syntax: MarkSyntax, isLineStart: boolean): string {
  if (look.role === "marker") return text;
  if (look.code) return syntax.escapeCode(text);
  if (look.href === undefined) return syntax.escape(text, isLineStart);
  return syntax.link(text, look.href);
}

interface Edge {
  readonly index: number;
  readonly syntax: MarkSyntax;
}

function needsEdge(
  closing: readonly InlineMark[],
  opening: readonly InlineMark[],
  pieces: Runs,
  { index, syntax }: Edge,
): boolean {
  const isBounded = (marks: readonly InlineMark[]) => marks.some((mark) => syntax.edgeMarks.includes(mark));
  if (isBounded(closing) && /^[\p{L}\p{N}_]/u.test(pieces[index]!.text)) return true;
  return index > 0 && isBounded(opening) && /[\p{L}\p{N}_]$/u.test(pieces[index - 1]!.text);
}

function sharedLength(one: readonly InlineMark[], other: readonly InlineMark[]): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

/** A link's label is one piece with the marks that all of it has. */
function wholeLinks(runs: Runs): Run[] {
  const whole: Run[] = [];
  for (const run of runs) {
    const last = whole.at(-1);
    if (last?.look.href === undefined || last.look.href !== run.look.href) {
      whole.push(run);
      continue;
    }
    whole[whole.length - 1] = { text: last.text + run.text, look: sharedLook(last.look, run.look) };
  }
  return whole;
}

function sharedLook(one: Look, other: Look): Look {
  return withoutMarks(
    one,
    inlineMarks.filter((mark) => !other[mark]),
  );
}

function withoutMarks(look: Look, dropped: readonly InlineMark[]): Look {
  return { ...look, ...Object.fromEntries(dropped.map((mark) => [mark, undefined])) };
}

function withPossibleMarks(run: Run, syntax: MarkSyntax): Run {
  const canMark = !run.look.code || syntax.canMarkCode(run.text);
  return canMark ? run : { text: run.text, look: withoutMarks(run.look, ["code"]) };
}

/** Takes white space at the edges of marked text out of the marks: next to it they would be text themselves. */
function hugging(runs: Runs): Run[] {
  let pieces = runs.flatMap(({ text, look }) => {
    const core = text.trim();
    const start = text.length - text.trimStart().length;
    return [
      { text: text.slice(0, start), look },
      { text: core, look },
      { text: core === "" ? "" : text.slice(start + core.length), look },
    ].filter((piece) => piece.text !== "");
  });
  for (const mark of [...inlineMarks, "href"] as const) {
    pieces = withoutEdge(withoutEdge(pieces, mark).toReversed(), mark).toReversed();
  }
  return pieces;
}

function withoutEdge(pieces: Runs, mark: InlineMark | "href"): Run[] {
  const hugged: Run[] = [];
  for (const piece of pieces) {
    const isOutside = piece.text.trim() === "" && hugged.at(-1)?.look[mark] !== piece.look[mark];
    hugged.push(isOutside ? { text: piece.text, look: { ...piece.look, [mark]: undefined } } : piece);
  }
  return hugged;
}
