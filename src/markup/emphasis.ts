import { type Delimiter, type MarkName, type Scan, write } from "./scan.ts";

/** Runs of `*`, `_`, `~` and `|`: CommonMark's rules for which of them pair, extended to strikes and spoilers. */

const openerCharsMax = 2;

export function readDelimiters(scan: Scan): void {
  const { source, at } = scan;
  const mark = source[at]!;
  let end = at;
  while (source[end] === mark) end++;
  const count = end - at;
  const sides = sidesOf(mark, characterBefore(source, at), characterAt(source, end));
  const isMark = mark === "|" ? count === 2 : mark !== "~" || count <= openerCharsMax;
  if (isMark && (sides.canOpen || sides.canClose)) {
    const node = scan.nodes.length;
    const previous = scan.lastDelimiter;
    const delimiter: Delimiter = { node, mark, count, written: count, ...sides, previous, next: undefined };
    if (previous) previous.next = delimiter;
    scan.lastDelimiter = delimiter;
  }
  write(scan, mark.repeat(count), count);
}

type Sides = Pick<Delimiter, "canOpen" | "canClose">;

function sidesOf(mark: string, before: string, after: string): Sides {
  const touchesBefore = before !== "" && !/\s/.test(before);
  const touchesAfter = after !== "" && !/\s/.test(after);
  // Scripts without spaces put marks next to letters, where others have a space.
  const endsBefore = !touchesBefore || isPunctuation(before) || isUnspaced(before);
  const endsAfter = !touchesAfter || isPunctuation(after) || isUnspaced(after);
  const isLeft = touchesAfter && (!isPunctuation(after) || endsBefore);
  const isRight = touchesBefore && (!isPunctuation(before) || endsAfter);
  // Within words `_` and `|` are parts of names and of code.
  if (mark === "_") return { canOpen: isLeft && (!isRight || endsBefore), canClose: isRight && (!isLeft || endsAfter) };
  if (mark === "|") return { canOpen: touchesAfter && endsBefore, canClose: touchesBefore && endsAfter };
  return { canOpen: isLeft, canClose: isRight };
}

/**
 * Pairs the delimiters after `bottom`, from the inside out, and takes them out of the chain. What did not pair stays as
 * text. Looking back is bounded: where a kind of opener was missed once, it is not looked for again.
 */
export function matchDelimiters(scan: Scan, bottom: Delimiter | undefined): void {
  const missed = new Map<string, Delimiter | undefined>();
  let closer = firstAfter(scan, bottom);
  while (closer) {
    if (!closer.canClose) {
      closer = closer.next;
      continue;
    }
    const kind = kindOf(closer);
    const opener = openerOf(closer, bottom, missed, kind);
    if (opener) {
      closer = pair(scan, opener, closer);
      continue;
    }
    missed.set(kind, closer.previous);
    const next: Delimiter | undefined = closer.next;
    if (!closer.canOpen) remove(scan, closer);
    closer = next;
  }
  if (bottom) bottom.next = undefined;
  scan.lastDelimiter = bottom;
}

function firstAfter(scan: Scan, bottom: Delimiter | undefined): Delimiter | undefined {
  if (bottom) return bottom.next;
  let first = scan.lastDelimiter;
  while (first?.previous) first = first.previous;
  return first;
}

function openerOf(
  closer: Delimiter,
  bottom: Delimiter | undefined,
  missed: ReadonlyMap<string, Delimiter | undefined>,
  kind: string,
): Delimiter | undefined {
  const end = missed.has(kind) ? missed.get(kind) : bottom;
  for (let opener = closer.previous; opener && opener !== bottom && opener !== end; opener = opener.previous) {
    if (opener.canOpen && canPair(opener, closer)) return opener;
  }
  return undefined;
}

function canPair(opener: Delimiter, closer: Delimiter): boolean {
  if (opener.mark !== closer.mark) return false;
  if (closer.mark === "~" || closer.mark === "|") return opener.count === closer.count;
  const isAmbiguous = closer.canOpen || opener.canClose;
  return !isAmbiguous || closer.written % 3 === 0 || (opener.written + closer.written) % 3 !== 0;
}

function kindOf({ mark, canOpen, written }: Delimiter): string {
  return mark === "~" || mark === "|" ? `${mark}${written}` : `${mark}${canOpen}${written % 3}`;
}

/** Gives the delimiter to go on with. */
function pair(scan: Scan, opener: Delimiter, closer: Delimiter): Delimiter | undefined {
  const used = closer.mark === "~" ? closer.count : Math.min(2, opener.count, closer.count);
  scan.ranges.push({ from: opener.node + 1, to: closer.node, mark: meaningOf(closer.mark, used) });
  for (const delimiter of [opener, closer]) {
    delimiter.count -= used;
    scan.nodes[delimiter.node]!.text = delimiter.mark.repeat(delimiter.count);
  }
  opener.next = closer;
  closer.previous = opener;
  if (opener.count === 0) remove(scan, opener);
  if (closer.count > 0) return closer;
  const { next } = closer;
  remove(scan, closer);
  return next;
}

function meaningOf(mark: string, used: number): MarkName {
  if (mark === "~") return "strike";
  if (mark === "|") return "spoiler";
  return used === 2 ? "bold" : "italic";
}

function remove(scan: Scan, delimiter: Delimiter): void {
  const { previous, next } = delimiter;
  if (previous) previous.next = next;
  if (next) next.previous = previous;
  else scan.lastDelimiter = previous;
}

function characterAt(source: string, at: number): string {
  const code = source.codePointAt(at);
  return code === undefined ? "" : String.fromCodePoint(code);
}

function characterBefore(source: string, at: number): string {
  const isPair = at >= 2 && /[\udc00-\udfff]/.test(source[at - 1]!);
  return isPair ? source.slice(at - 2, at) : source.slice(Math.max(0, at - 1), at);
}

function isPunctuation(character: string): boolean {
  return /^[\p{P}\p{S}]$/u.test(character);
}

function isUnspaced(character: string): boolean {
  return /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]$/u.test(character);
}
