import { breakBefore } from "./breaks.ts";
import { type Flow, makeFlow } from "./flow.ts";
import type { Run, Runs } from "./runs.ts";

/** What one message of a network holds. */
export interface ChunkLimits {
  readonly charsMax: number;
  readonly countedIn: "utf16" | "codepoints";
  readonly linesMax?: number | undefined;
}

/** The text that a network counts: what it shows, or what it is sent. */
export type Measure = (runs: Runs) => string;

/**
 * Cuts a text into parts that each fit, as they are counted. No part is empty; together they hold the whole text but
 * for the white space at the cuts. Since marks are written after the cut, a block or a mark that goes on is closed in
 * one part and opened again in the next. The work grows with the length of the text.
 */
export function chunk(runs: Runs, limits: ChunkLimits, measure: Measure): Run[][] {
  const flow = makeFlow(runs);
  const parts: Run[][] = [];
  let from = skipLines(flow, 0);
  while (from < flow.text.length) {
    const end = endOfPart(flow, from, (part) => fits(measure(part), limits), limits);
    const part = trimmed(flow, from, end);
    if (isSeen(part)) parts.push(part);
    from = nextStart(flow, end);
  }
  return parts;
}

export function fits(counted: string, { charsMax, countedIn, linesMax }: ChunkLimits): boolean {
  const chars = countedIn === "utf16" ? counted.length : codePointsOf(counted);
  return chars <= charsMax && (linesMax === undefined || counted.split("\n").length <= linesMax);
}

function endOfPart(flow: Flow, from: number, isFitting: (part: Runs) => boolean, limits: ChunkLimits): number {
  // A message reaches no further: a code point takes two units at most.
  const unitsMax = limits.countedIn === "utf16" ? limits.charsMax : 2 * limits.charsMax;
  const farthest = Math.min(flow.text.length, from + unitsMax);
  const isFittingTo = (end: number) => isFitting(trimmed(flow, from, end));
  const isWhole = isFittingTo(farthest);
  if (isWhole && farthest === flow.text.length) return farthest;
  const reach = isWhole ? farthest : lastFitting(from + 1, farthest - 1, isFittingTo);
  // Marks depend a little on what follows, so that the place of the cut is measured again.
  let end = breakBefore(flow, from, reach);
  while (end > from + 1 && !isFittingTo(end)) end = breakBefore(flow, from, end - 1);
  return end;
}

/** The exact end is not needed, as the cut is at a good place before it: each look writes a whole part. */
const slackShare = 64;

function lastFitting(from: number, to: number, isFittingTo: (end: number) => boolean): number {
  let low = from;
  let high = Math.max(from, to);
  while (high - low > (low - from) / slackShare) {
    const middle = Math.ceil((low + high) / 2);
    if (isFittingTo(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function trimmed(flow: Flow, from: number, end: number): Run[] {
  let last = end;
  while (last > from && isSpace(flow.text[last - 1])) last--;
  return flow.slice(from, last);
}

/** Behind the white space of the cut. A new line keeps its indentation. */
function nextStart(flow: Flow, end: number): number {
  let at = end;
  while (flow.text[at] === " " || flow.text[at] === "\t") at++;
  return flow.text[at] === "\n" ? skipLines(flow, at) : isLineStart(flow, end) ? end : at;
}

function isLineStart(flow: Flow, at: number): boolean {
  return at === 0 || flow.text[at - 1] === "\n";
}

/** Behind lines that hold nothing. */
function skipLines(flow: Flow, from: number): number {
  let start = from;
  for (let at = from; at < flow.text.length && isSpace(flow.text[at]); at++) {
    if (flow.text[at] === "\n") start = at + 1;
  }
  return start;
}

function isSpace(character: string | undefined): boolean {
  return character === " " || character === "\n" || character === "\t";
}

/** Networks refuse a message of which nothing can be seen. */
function isSeen(part: Runs): boolean {
  return part.some(({ text }) => /[^\s\p{Default_Ignorable_Code_Point}]/u.test(text));
}

function codePointsOf(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
