/**
 * Text that somebody else wrote, in a form that hides nothing: characters that show as nothing, or change how others
 * show, are drawn as their escapes, and the text cannot turn what stands beside it around.
 */

/** Controls and what turns text around. Line ends and the joiners of emoji stay. */
const turningPattern = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** Everything that is not seen as itself, as the gateway has it for commands. */
const unseenPattern =
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}|(?<![\p{L}\p{M}])\p{M}|(?<=\p{M}{3})\p{M}/gu;

export interface Piece {
  readonly text: string;
  readonly isEscape: boolean;
}

/** `strict` is for what a person allows: then also joiners, odd spaces and line ends are shown. */
export function piecesOf(text: string, strict: boolean): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const { 0: character, index } of text.matchAll(strict ? unseenPattern : turningPattern)) {
    if (index > end) pieces.push({ text: text.slice(end, index), isEscape: false });
    pieces.push({ text: escapeOf(character.codePointAt(0)!), isEscape: true });
    end = index + character.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), isEscape: false });
  return pieces;
}

function escapeOf(codePoint: number): string {
  const hex = codePoint.toString(16);
  return codePoint > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
}

/** A name for titles and sentences, where no element can stand. */
export function lineOf(text: string): string {
  const pieces = piecesOf(text.replaceAll(/\s+/g, " "), false);
  return pieces.map((piece) => piece.text).join("");
}

interface WrittenProps {
  readonly text: string;
  /** A name or another short text: line ends are shown as spaces. */
  readonly isLine?: boolean;
}

export function Written({ text, isLine = false }: WrittenProps) {
  return <bdi>{drawn(piecesOf(isLine ? text.replaceAll(/\s+/g, " ") : text, false))}</bdi>;
}

/** A command or a path: from left to right in the order of its characters, whatever they are. */
export function Exact({ text }: { readonly text: string }) {
  return (
    <bdo dir="ltr" class="exact">
      {drawn(piecesOf(text, true))}
    </bdo>
  );
}

function drawn(pieces: readonly Piece[]) {
  return pieces.map(({ text, isEscape }, index) =>
    isEscape ? (
      <span key={index} class="escape" title="A character that would not be seen">
        {text}
      </span>
    ) : (
      text
    ),
  );
}
