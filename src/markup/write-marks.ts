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
      const whole = start + writeLine(line.runs, syntax);
      return line.runs.length === 0 ? whole.trimEnd() : whole;
    })
    .join("\n");
}

function writeLine(runs: Runs, syntax: MarkSyntax): string {
  const pieces = splitSpaces(wholeLinks(runs).map((run) => withPossibleMarks(run, syntax)));
  const words = nextWords(pieces);
  let line = "";
  let open: readonly OpenMark[] = [];
  for (const [index, { text, look, isSpace }] of pieces.entries()) {
    // White space is outside of the marks that end before it, and of those that begin behind it.
    const word = words[index];
    const wanted = word ? stackFor(open, { text: word.text, look: sharedLook(word.look, look) }, syntax) : [];
    const kept = sharedLength(open, wanted);
    const [closing, opening] = [open.slice(kept), isSpace ? [] : wanted.slice(kept)];
    line += signs(closing.toReversed());
    const touchesBehind = needsEdge(closing, startsWithLetter(text), syntax);
    const touchesBefore = needsEdge(opening, endsWithLetter(pieces[index - 1]?.text), syntax);
    if (touchesBehind || touchesBefore) line += zeroWidthSpace;
    line += signs(opening);
    line += isSpace ? text : writePiece(text, look, syntax, index === 0 || pieces[index - 1]!.look.role === "marker");
    open = [...open.slice(0, kept), ...opening];
  }
  return line + signs(open.toReversed());
}

interface OpenMark {
  readonly mark: InlineMark;
  /** As it is written, which for code depends on the code. */
  readonly sign: string;
}

/** The marks around a piece, from the outside in: those that are open and stay so first. */
function stackFor(open: readonly OpenMark[], { text, look }: Run, syntax: MarkSyntax): OpenMark[] {
  const stays = open.findIndex(({ mark, sign }) => !look[mark] || sign !== syntax.mark(mark, text));
  const kept = stays === -1 ? [...open] : open.slice(0, stays);
  const added = inlineMarks.filter((mark) => look[mark] && !kept.some((other) => other.mark === mark));
  return [...kept, ...added.map((mark) => ({ mark, sign: syntax.mark(mark, text) }))];
}

function signs(marks: readonly OpenMark[]): string {
  return marks.map(({ sign }) => sign).join("");
}

function sharedLength(one: readonly OpenMark[], other: readonly OpenMark[]): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

function writePiece(text: string, look: Look, syntax: MarkSyntax, isLineStart: boolean): string {
  if (look.role === "marker") return text;
  if (look.code) return syntax.escapeCode(text);
  if (look.href === undefined) return syntax.escape(text, isLineStart);
  return syntax.link(text, look.href);
}

function needsEdge(marks: readonly OpenMark[], touches: boolean, syntax: MarkSyntax): boolean {
  return touches && marks.some(({ mark }) => syntax.edgeMarks.includes(mark));
}

function startsWithLetter(text: string): boolean {
  return /^[\p{L}\p{N}_]/u.test(text);
}

function endsWithLetter(text: string | undefined): boolean {
  return text !== undefined && /[\p{L}\p{N}_]$/u.test(text.slice(-2));
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

interface Piece extends Run {
  readonly isSpace: boolean;
}

/** Parts white space at the edges of runs from them: a mark next to it would be text itself. */
function splitSpaces(runs: Runs): Piece[] {
  return runs.flatMap(({ text, look }) => {
    const core = text.trim();
    const start = text.length - text.trimStart().length;
    return [
      { text: text.slice(0, start), look, isSpace: true },
      { text: core, look, isSpace: false },
      { text: core === "" ? "" : text.slice(start + core.length), look, isSpace: true },
    ].filter((piece) => piece.text !== "");
  });
}

/** For each piece the next one with text in it, itself included. */
function nextWords(pieces: readonly Piece[]): readonly (Piece | undefined)[] {
  const words: (Piece | undefined)[] = [];
  for (let index = pieces.length - 1; index >= 0; index--) {
    words[index] = pieces[index]!.isSpace ? words[index + 1] : pieces[index]!;
  }
  return words;
}
