import { traitsOf } from "./dialects.ts";
import { chunk } from "./chunk.ts";
import { layOut } from "./lay-out.ts";
import { parse } from "./parse.ts";
import { chunkLimits, measureOf, type MessageLimits, renderPart, type RenderedText } from "./render.ts";
import { plainLook, type Run } from "./runs.ts";

/** More of the source than this, for each character that a message holds, is not read: a draft costs little. */
const sourceFactor = 4;
const ellipsis = "…";

/**
 * One message for a text that is still being written: an open code block is closed, half a link is text, and marks
 * that are not yet told apart from text are left out. What does not fit is cut, and the cut shows as an ellipsis.
 * Nothing to be seen gives two empty texts.
 */
export function draftText(partialMarkdown: string, limits: MessageLimits): RenderedText {
  const sourceMax = limits.textCharsMax * sourceFactor;
  const isCut = partialMarkdown.length > sourceMax;
  const source = isCut ? partialMarkdown.slice(0, sourceMax) : withoutHalfMarks(partialMarkdown);
  const runs = layOut(parse(source), traitsOf(limits.dialect, limits.textCharsMax));
  const measure = measureOf(limits.dialect);
  const [whole, ...others] = chunk(runs, chunkLimits(limits), measure);
  if (!whole) return { markup: "", plain: "" };
  if (!isCut && others.length === 0) return renderPart(whole, limits);
  const shorter = { ...chunkLimits(limits), charsMax: limits.textCharsMax - ellipsis.length };
  const [first] = chunk(runs, shorter, measure);
  return renderPart(withEllipsis(first ?? whole), limits);
}

function withEllipsis(part: readonly Run[]): Run[] {
  const last = part.at(-1)!.look;
  return [...part, { text: ellipsis, look: last.pre ? last : plainLook }];
}

/** A last line of marks alone, or marks that just began a word: the next characters tell what they are. */
function withoutHalfMarks(text: string): string {
  const start = text.lastIndexOf("\n") + 1;
  const line = text.slice(start);
  if (/^[ \t]*[-=*_#>+~`|]+[ \t]*$/.test(line)) return text.slice(0, start);
  let end = text.length;
  while (end > start && "*_~`|[".includes(text[end - 1]!)) end--;
  const isBegun = end < text.length && (end === start || /\s/.test(text[end - 1]!));
  return isBegun ? text.slice(0, end) : text;
}
