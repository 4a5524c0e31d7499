import { edgeCharsMax, edgeWords, marksBefore, takeDirectives, takeEdgeWords } from "./directives.ts";
import { type FencedLine, fencedLines } from "./fence-lines.ts";

/**
 * What people may see of a reply that is still being written: no directive, and nothing at its end that could still
 * become one. What is held back this way appears with the next characters that rule it out.
 */
export function visibleText(partial: string): string {
  const lines = fencedLines(partial);
  const last = lines.pop();
  const shown = last && !last.isCode && !last.text.endsWith("\n") ? withoutHalfDirective(last) : last;
  const text = takeDirectives(shown ? [...lines, shown] : lines).text.trim();
  const edged = takeEdgeWords(last?.isCode === true ? text : withoutHalfWord(text));
  // At the start the word silences whatever follows; at the end the text may still go on.
  return edged.wordsAtStart.has(edgeWords.silent) ? "" : edged.text;
}

const mediaStart = "MEDIA:";

function withoutHalfDirective(line: FencedLine): FencedLine {
  const bare = line.text.replace(/^[ \t]*(?:[-*][ \t]+)?`?/, "");
  if (bare !== "" && (mediaStart.startsWith(bare) || bare.startsWith(mediaStart))) return { ...line, text: "" };
  return { ...line, text: line.text.slice(0, halfTagAt(line.text)) };
}

const tagCharsMax = 300;
const tagNames = ["reply_to_current", "audio_as_voice", "reply_to"];

/** Where a tag begins that is not closed yet; the end of the line if there is none. */
function halfTagAt(line: string): number {
  const start = line.lastIndexOf("[[");
  if (start !== -1 && line.length - start <= tagCharsMax && canBecomeTag(line.slice(start + 2))) return start;
  return line.endsWith("[") ? line.length - 1 : line.length;
}

function canBecomeTag(written: string): boolean {
  const inner = written.trimStart();
  // One closing bracket of two may be there already.
  const name = inner.replace(/\s*\]?$/, "");
  if (tagNames.some((known) => known.startsWith(name) && (name.length === inner.length || known === name))) return true;
  return /^reply_to\s*:\s*[^\]\s]*\s*\]?$/.test(inner);
}

/** Takes off the beginning of an edge word at the end of the text, with the marks before it. */
function withoutHalfWord(text: string): string {
  if (text.length <= edgeCharsMax && halfCodePattern.test(text)) return "";
  const tail = text.slice(-edgeCharsMax);
  const half = halfWordPattern.exec(tail);
  return half ? text.slice(0, text.length - tail.length + half.index).trimEnd() : text;
}

const words = Object.values(edgeWords);
/** All beginnings of the words, the longest first. */
const halves = words
  .flatMap((word) => Array.from(word.slice(1), (_, index) => word.slice(0, index + 1)))
  .toReversed()
  .join("|");
const halfWordPattern = new RegExp(`(?<![\\p{L}\\p{N}_])${marksBefore}(?:${halves})$`, "u");
const halfCodePattern = new RegExp(`^\`{1,3}(?:${words.join("|")}|${halves})?\`{0,3}$`);
