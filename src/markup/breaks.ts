import { type Flow, isInsideSpan } from "./flow.ts";
import { graphemesOf } from "./graphemes.ts";

/** Where a text that is too long is best cut. */

/** A part that is cut at a better place should still fill this share of a message. */
const fillShare = 3;

/**
 * The best place to cut in `(from, to]`: between blocks, at a line's end, after a sentence, at a space. Marked text is
 * kept whole where another place can be found at all. Without any, the cut is between two characters as people see
 * them.
 */
export function breakBefore(flow: Flow, from: number, to: number): number {
  const floor = from + Math.floor((to - from) / fillShare);
  return bestBreak(flow, floor, to) ?? lastBreak(flow, from, floor) ?? breakInSpan(flow, from, to);
}

const kinds = ["block", "line", "sentence", "space"] as const;
type BreakKind = (typeof kinds)[number];

function bestBreak(flow: Flow, from: number, to: number): number | undefined {
  const last = new Map<BreakKind, number>();
  for (let at = to; at > from; at--) {
    const kind = breakKind(flow, at);
    if (kind === undefined || last.has(kind) || isInsideSpan(flow, at)) continue;
    if (kind === "block") return at;
    last.set(kind, at);
  }
  for (const kind of kinds) if (last.has(kind)) return last.get(kind);
  return undefined;
}

function lastBreak(flow: Flow, from: number, to: number): number | undefined {
  for (let at = to; at > from; at--) {
    if (breakKind(flow, at) !== undefined && !isInsideSpan(flow, at)) return at;
  }
  return undefined;
}

/** Marked text that fills a whole part is cut at a space too; its marks are written again in the next part. */
function breakInSpan(flow: Flow, from: number, to: number): number {
  for (let at = to; at > from; at--) if (breakKind(flow, at) !== undefined) return at;
  return graphemeBefore(flow.text, from, to);
}

const sentenceEnds = ".!?…";
const closingMarks = `"'”’»)]`;
/** Scripts without spaces end sentences with these. */
const wideSentenceEnds = "。！？；";

/** What kind of place a cut before `at` would be. Spaces that indent a line or follow a bullet are none. */
function breakKind(flow: Flow, at: number): BreakKind | undefined {
  const { text } = flow;
  const [last, next] = [text[at - 1]!, text[at]!];
  if (next === "\n") return flow.lookAt(at).role === "gap" ? "block" : "line";
  const isSpace = next === " " || next === "\t";
  if (!isSpace && wideSentenceEnds.includes(last)) return isJoined(text, at) ? undefined : "sentence";
  if (!isSpace || /\s/.test(last) || isJoined(text, at + 1) || flow.lookAt(at).role === "marker") return undefined;
  return endsSentence(text, at) ? "sentence" : "space";
}

function endsSentence(text: string, at: number): boolean {
  let last = at - 1;
  if (last > 0 && closingMarks.includes(text[last]!)) last--;
  return last >= 0 && (sentenceEnds.includes(text[last]!) || wideSentenceEnds.includes(text[last]!));
}

/** Whether the character there belongs to the one before it: an accent, a joiner, a skin tone. */
function isJoined(text: string, at: number): boolean {
  const code = text.codePointAt(at);
  return (
    code !== undefined && code >= 0x300 && /^[\p{M}\p{Emoji_Modifier}\u200c\u200d]$/u.test(String.fromCodePoint(code))
  );
}

/** What is segmented behind the place, so that a character that goes on there is seen. */
const aheadChars = 64;

/** The end of the last whole character in `(from, to]`; where one fills it all, of the last code point. */
function graphemeBefore(text: string, from: number, to: number): number {
  const window = graphemesOf(text.slice(from, to + aheadChars));
  const index = to - from < text.length - from ? window.containing(to - from)?.index : undefined;
  if (index === undefined) return to;
  if (index > 0) return from + index;
  const isInsidePair = /[\udc00-\udfff]/.test(text[to]!);
  if (!isInsidePair) return to;
  return to - from > 1 ? to - 1 : to + 1;
}
