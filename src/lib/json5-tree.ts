/** Where the parts of a JSON5 text stand, so that one of them can be changed and the rest stays as it was written. */

export type Json5Node =
  | { readonly kind: "object"; readonly start: number; readonly end: number; readonly members: readonly Member[] }
  | { readonly kind: "array"; readonly start: number; readonly end: number; readonly members: readonly Member[] }
  | { readonly kind: "value"; readonly start: number; readonly end: number };

/** A property of an object or an item of an array. */
export interface Member {
  /** The name, or the place as a decimal number. */
  readonly name: string;
  /** Where the name starts; for an item, where its value does. */
  readonly start: number;
  readonly isQuoted: boolean;
  readonly value: Json5Node;
  /** Where the comma behind it stands; undefined without one. */
  readonly comma: number | undefined;
}

const closers = { object: "}", array: "]" } as const;
/** Deeper than a config can be; what is nested further is not edited. */
const depthMax = 64;

/** The text's tree. Throws a SyntaxError for a text that is no JSON5, as far as it looks, or is nested too deep. */
export function json5Tree(source: string): Json5Node {
  const reader = new Reader(source);
  reader.skip();
  return reader.node(0);
}

/** Line and column, from 1, where the text stops being JSON5, as far as its signs and names tell. */
export function json5FaultAt(source: string): { readonly line: number; readonly column: number } | undefined {
  const reader = new Reader(source);
  try {
    reader.skip();
    reader.node(0);
    reader.skip();
    if (reader.at >= source.length) return undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const before = source.slice(0, reader.at).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

class Reader {
  readonly #source: string;
  #at = 0;

  get at(): number {
    return this.#at;
  }

  constructor(source: string) {
    this.#source = source;
  }

  /** Over spaces and comments. */
  skip(): void {
    this.#at = endOfTrivia(this.#source, this.#at);
  }

  node(depth: number): Json5Node {
    if (depth > depthMax) throw new SyntaxError("nested too deep");
    const opener = this.#source[this.#at];
    if (opener === "{") return this.#container("object", depth);
    if (opener === "[") return this.#container("array", depth);
    const start = this.#at;
    this.#at = endOfScalar(this.#source, start);
    if (this.#at === start) throw new SyntaxError(`a value is missing at ${start}`);
    return { kind: "value", start, end: this.#at };
  }

  #container(kind: "object" | "array", depth: number): Json5Node {
    const start = this.#at++;
    const members: Member[] = [];
    for (;;) {
      this.skip();
      const next = this.#source[this.#at];
      if (next === undefined) throw new SyntaxError(`what starts at ${start} does not end`);
      if (next === closers[kind]) return { kind, start, end: ++this.#at, members };
      members.push(this.#member(kind, depth, members.length));
    }
  }

  #member(kind: "object" | "array", depth: number, place: number): Member {
    const start = this.#at;
    const isQuoted = /["']/.test(this.#source[start]!);
    const name = kind === "array" ? String(place) : this.#name(start);
    const value = this.node(depth + 1);
    this.skip();
    const hasComma = this.#source[this.#at] === ",";
    const comma = hasComma ? this.#at++ : undefined;
    if (!hasComma && this.#source[this.#at] !== closers[kind])
      throw new SyntaxError(`a comma is missing at ${this.#at}`);
    return { name, start, isQuoted, value, comma };
  }

  #name(start: number): string {
    this.#at = endOfScalar(this.#source, start);
    const written = this.#source.slice(start, this.#at);
    this.skip();
    if (this.#source[this.#at] !== ":") throw new SyntaxError(`a colon is missing at ${this.#at}`);
    this.#at++;
    this.skip();
    return nameOf(written);
  }
}

/** The first place from there on that is neither space nor comment. */
export function endOfTrivia(source: string, from: number): number {
  const trivia = /(?:[\s\uFEFF]|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/)*/y;
  trivia.lastIndex = from;
  trivia.exec(source);
  return Math.max(from, trivia.lastIndex);
}

function endOfScalar(source: string, from: number): number {
  const scalar = /"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|(?:(?!\/[/*])[^\s\uFEFF,:[\]{}"'])+/y;
  scalar.lastIndex = from;
  return scalar.test(source) ? scalar.lastIndex : from;
}

function nameOf(written: string): string {
  if (/^[\w$]+$/.test(written)) return written;
  const isText = /^["']/.test(written);
  if (isText) return Bun.JSON5.parse(written) as string;
  return Object.keys(Bun.JSON5.parse(`{${written}: 0}`) as object)[0] ?? written;
}
