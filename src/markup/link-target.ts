import { decodeEntities } from "./entities.ts";

/** Bounds on what is looked at for one target, so that many half-written links cost no more than their length. */
const targetCharsMax = 2000;
const titleCharsMax = 300;
const parenthesesMax = 32;

/** Reads `target "title")` behind the opening parenthesis. The title is for hovering, and chats have none. */
export function targetAt(source: string, start: number): { readonly href: string; readonly end: number } | undefined {
  const from = skipSpace(source, start);
  const to = source[from] === "<" ? endOfAngled(source, from) : endOfBare(source, from);
  if (to === undefined) return undefined;
  const isAngled = source[from] === "<";
  const written = isAngled ? source.slice(from + 1, to - 1) : source.slice(from, to);
  const end = endOfTitle(source, to);
  if (end === undefined || written === "") return undefined;
  return { href: decodeEntities(written.replace(/\\([!-/:-@[-`{-~])/g, "$1")), end };
}

function endOfAngled(source: string, from: number): number | undefined {
  for (let at = from + 1; at < source.length && at - from <= targetCharsMax; at++) {
    const character = source[at]!;
    if (character === ">") return at + 1;
    if (character === "<" || character === "\n") return undefined;
    if (character === "\\") at++;
  }
  return undefined;
}

function endOfBare(source: string, from: number): number | undefined {
  let open = 0;
  for (let at = from; at < source.length && at - from <= targetCharsMax; at++) {
    const character = source[at]!;
    if (character === "\\") at++;
    else if (character <= " ") return open === 0 ? at : undefined;
    else if (character === "(" && ++open > parenthesesMax) return undefined;
    else if (character === ")" && open-- === 0) return at;
  }
  return undefined;
}

/** Where the text goes on behind the closing parenthesis. */
function endOfTitle(source: string, from: number): number | undefined {
  let at = skipSpace(source, from);
  const quote = source[at];
  if (at > from && (quote === '"' || quote === "'")) {
    const start = at + 1;
    const end = source.slice(start, start + titleCharsMax).indexOf(quote);
    if (end === -1) return undefined;
    at = skipSpace(source, start + end + 1);
  }
  return source[at] === ")" ? at + 1 : undefined;
}

function skipSpace(source: string, from: number): number {
  let at = from;
  while (at - from <= titleCharsMax && (source[at] === " " || source[at] === "\n" || source[at] === "\t")) at++;
  return at;
}
