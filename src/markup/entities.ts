/** Character references that models write. Others stay as they are: a reader sees what was written. */

const named: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
  copy: "©",
  reg: "®",
  trade: "™",
  hellip: "…",
  mdash: "—",
  ndash: "–",
  lsquo: "‘",
  rsquo: "’",
  ldquo: "“",
  rdquo: "”",
  laquo: "«",
  raquo: "»",
  bull: "•",
  middot: "·",
  deg: "°",
  times: "×",
  divide: "÷",
  plusmn: "±",
  ne: "≠",
  le: "≤",
  ge: "≥",
  larr: "←",
  uarr: "↑",
  rarr: "→",
  darr: "↓",
  euro: "€",
  pound: "£",
  sect: "§",
  para: "¶",
};

const pattern = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/iy;

export function entityAt(source: string, at: number): { readonly text: string; readonly length: number } | undefined {
  pattern.lastIndex = at;
  const found = pattern.exec(source);
  if (!found) return undefined;
  const [written, decimal, hexadecimal, name] = found;
  const text = name === undefined ? characterOf(decimal, hexadecimal) : namedCharacter(name);
  return text === undefined ? undefined : { text, length: written.length };
}

export function decodeEntities(text: string): string {
  return text.replace(/&[#\da-z]{2,8};/gi, (written) => entityAt(written, 0)?.text ?? written);
}

function namedCharacter(name: string): string | undefined {
  return Object.hasOwn(named, name) ? named[name] : undefined;
}

/** Controls and halves of surrogate pairs have no place in a text. */
function characterOf(decimal: string | undefined, hexadecimal: string | undefined): string {
  const code = decimal === undefined ? Number.parseInt(hexadecimal!, 16) : Number.parseInt(decimal, 10);
  const isLine = code === 9 || code === 10;
  const isCharacter = (code >= 32 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)) || isLine;
  return isCharacter ? String.fromCodePoint(code) : "\ufffd";
}
