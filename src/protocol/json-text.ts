/** JSON as text: what must be known of a frame before it is parsed, and payloads that were written in advance. */

/** A payload whose JSON was written once and is sent many times. */
export class PreparedJson<T> {
  readonly value: T;
  readonly text: string;

  /** `text` where somebody has it already, for instance from its parts. */
  constructor(value: T, text: string = JSON.stringify(value)) {
    this.value = value;
    this.text = text;
  }
}

export interface JsonShape {
  readonly depth: number;
  /** Colons outside of strings, which is the number of keys as written. */
  readonly keys: number;
  /** True when a `\uD8xx`–`\uDFxx` escape occurs, so that strings may hold lone surrogates. */
  readonly surrogateEscapes: boolean;
}

const quote = 34;
const backslash = 92;
const colon = 58;

/** One pass over the text, without judging whether it is JSON. */
export function scanJson(text: string): JsonShape {
  const { length } = text;
  let depth = 0;
  let deepest = 0;
  let keys = 0;
  let surrogateEscapes = false;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code === quote) {
      // To the end of the string; this inner loop sees most of the text.
      for (index++; index < length; index++) {
        const inside = text.charCodeAt(index);
        if (inside === quote) break;
        if (inside === backslash && isSurrogateEscape(text, ++index)) surrogateEscapes = true;
      }
    } else if (code === colon) keys++;
    // Braces and brackets differ in one bit each: { [ and } ].
    else if ((code & 0xdf) === 0x5b) deepest = ++depth > deepest ? depth : deepest;
    else if ((code & 0xdf) === 0x5d) depth--;
  }
  return { depth: deepest, keys, surrogateEscapes };
}

function isSurrogateEscape(text: string, atU: number): boolean {
  if (text.charCodeAt(atU) !== 117) return false;
  const d = text.charCodeAt(atU + 1) | 32;
  const next = text.charCodeAt(atU + 2) | 32;
  return d === 100 && (next === 56 || next === 57 || next >= 97);
}

/** Keys of all objects inside, own ones only. Fewer than were written means that a key was given twice. */
export function countKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countKeys(item);
    return count;
  }
  // Parsed JSON inherits nothing that is enumerable.
  // oxlint-disable-next-line eslint/guard-for-in
  for (const key in value) count += 1 + countKeys((value as Readonly<Record<string, unknown>>)[key]);
  return count;
}

/** True when every string and key inside is well-formed UTF-16, so that it survives UTF-8. */
export function isWellFormed(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(isWellFormed);
  return Object.entries(value).every(([key, item]) => key.isWellFormed() && isWellFormed(item));
}
