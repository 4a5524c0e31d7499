import type { WireEntity } from "./wire.ts";

const patterns: readonly (readonly [type: string, pattern: RegExp])[] = [
  ["bot_command", /(?<![\w/])\/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{4,32})?/g],
  ["mention", /(?<![\w@/])@[A-Za-z][A-Za-z0-9_]{3,31}\b/g],
  ["url", /\bhttps?:\/\/[^\s<>"]+[^\s<>".,!?)]/g],
  ["hashtag", /(?<![\w#])#[\p{L}_][\p{L}\d_]*/gu],
];

/** The entities that Telegram finds by itself in what a person types. */
export function spokenEntities(text: string): WireEntity[] {
  const found = patterns.flatMap(([type, pattern]) =>
    [...text.matchAll(pattern)].map((match) => ({ type, offset: match.index, length: match[0].length })),
  );
  return found.sort((left, right) => left.offset - right.offset);
}
