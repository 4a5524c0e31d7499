/** Web addresses that stand in a text without any marks. */

const startPattern = /(?<![\p{L}\p{N}_])(?:https?:\/\/|www\.)(?=[\p{L}\p{N}[])/giu;
/** Ends before marks that cannot be in an address, but that models put right behind one. */
const addressPattern = /(?:[^\s<>`|"\]\\*~\u3000-\u303f\uff00-\uff0f\uff1a-\uff20]|\*(?!\*)|~(?!~)){8,2048}/y;

/** Where addresses may begin, in order. */
export function findAddresses(source: string): readonly number[] {
  return source.includes("://") || /www\./i.test(source)
    ? Array.from(source.matchAll(startPattern), ({ index }) => index)
    : [];
}

/** The address there, without the punctuation that belongs to the sentence around it. */
export function addressAt(source: string, at: number): { readonly text: string; readonly href: string } | undefined {
  addressPattern.lastIndex = at;
  const found = addressPattern.exec(source);
  if (!found) return undefined;
  const text = withoutTrailing(found[0]);
  const href = /^www\./i.test(text) ? `http://${text}` : text;
  return URL.canParse(href) ? { text, href } : undefined;
}

function withoutTrailing(found: string): string {
  let end = found.length;
  let surplus = surplusOf(found);
  while (end > 0) {
    const last = found[end - 1]!;
    if (last === ")" && surplus > 0) surplus--;
    else if (!/[?!.,:;*_~']/.test(last)) break;
    end--;
  }
  return found.slice(0, end);
}

/** Closing parentheses that were not opened in the address. */
function surplusOf(text: string): number {
  let surplus = 0;
  for (const character of text) {
    if (character === ")") surplus++;
    else if (character === "(") surplus--;
  }
  return surplus;
}
