/**
 * What a person reads before a command runs. The text says everything and nothing else: a shell that read it would run
 * exactly these arguments, and no character of it is unseen. What cannot be shown so cannot be approved.
 */

/** Characters that a person can be asked to read. */
export const shownCharsMax = 8_192;

export type ShownCommand =
  { readonly kind: "shown"; readonly text: string } | { readonly kind: "unshowable"; readonly reason: string };

/** Letters, digits and signs that mean nothing to a shell. */
const plainPattern = /^[A-Za-z0-9_@%+=:,./-]+$/;

/**
 * Characters that show as nothing, or change how others show: controls, formats (bidirectional marks, joiners, tags),
 * unassigned and private ones, separators but the space, fillers that look like one, marks that stand on no letter and
 * piles of them.
 */
const unseenPattern =
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}|(?<![\p{L}\p{M}])\p{M}|(?<=\p{M}{3})\p{M}/gu;

/** Arguments as a shell would be given them. */
export function showArguments(argv: readonly string[]): ShownCommand {
  const odd = argv.find((word) => word.includes("\0") || !word.isWellFormed());
  if (odd !== undefined) return unshowable("an argument holds a character that no program can be given");
  return judged(argv.map(quoted).join(" "));
}

/** Text of a command as another client wrote it; it is shown as it is unless something in it would not be seen. */
export function showText(text: string): ShownCommand {
  if (!text.isWellFormed()) return unshowable("it is no well-formed text");
  return judged(isSeen(text) && !text.startsWith("$'") ? text : escaped(text));
}

/** A path or another short text beside the command. */
export function showPlace(text: string): string {
  return isSeen(text) ? text : escaped(text);
}

function judged(text: string): ShownCommand {
  if (text.length <= shownCharsMax) return { kind: "shown", text };
  return unshowable(`it is ${text.length} characters long and at most ${shownCharsMax} can be shown in full`);
}

function unshowable(reason: string): ShownCommand {
  return { kind: "unshowable", reason };
}

function quoted(word: string): string {
  if (plainPattern.test(word)) return word;
  if (!isSeen(word)) return escaped(word);
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function isSeen(text: string): boolean {
  return text.search(unseenPattern) === -1;
}

/** The shells' own notation for what cannot be seen: `$'a\u202eb'`. */
function escaped(text: string): string {
  const inside = text
    .replaceAll(/['\\]/g, (character) => `\\${character}`)
    .replaceAll(unseenPattern, (character) => escapeOf(character.codePointAt(0)!));
  return `$'${inside}'`;
}

function escapeOf(codePoint: number): string {
  const short = { 9: String.raw`\t`, 10: String.raw`\n`, 13: String.raw`\r`, 27: String.raw`\E` }[codePoint];
  if (short !== undefined) return short;
  // Below 0x80 a code point is one byte. A number has its full length, so that a digit behind it stays one.
  if (codePoint < 0x80) return `\\x${codePoint.toString(16).padStart(2, "0")}`;
  return codePoint > 0xffff
    ? `\\U${codePoint.toString(16).padStart(8, "0")}`
    : `\\u${codePoint.toString(16).padStart(4, "0")}`;
}
