/** Markdown as nobody would write it on purpose, the same for the same seed. */

export type Chance = () => number;

/** Numbers in [0, 1), by mulberry32. */
export function makeChance(seed: number): Chance {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function pick<T>(chance: Chance, values: readonly T[]): T {
  return values[Math.floor(chance() * values.length)]!;
}

const words = [
  "a",
  "word",
  "Sentence.",
  "really?",
  "naïve",
  "日本語。",
  "שלום",
  "مرحبا",
  "👩‍👩‍👧‍👦",
  "👍🏽",
  "e\u0301\u0327",
  "🇩🇪",
  "x_y_z",
];
const marks = [
  "*",
  "**",
  "***",
  "_",
  "__",
  "~~",
  "~",
  "||",
  "`",
  "``",
  "```",
  "[",
  "]",
  "](",
  "(",
  ")",
  "!",
  "![",
  "\\",
  "<",
  ">",
  "&",
  "|",
];
const pieces = [
  "**bold**",
  "*it*",
  "`code`",
  "`` a`b ``",
  "~~gone~~",
  "||hidden||",
  "**b *bi* b**",
  "<u>u</u>",
  "<b>",
  "</b>",
  "&amp;",
  "&lt;script&gt;",
  "<script>alert(1)</script>",
  "[label](https://example.com/a_(b)?c=1&d=2)",
  "[**bold** label](http://example.com)",
  "![alt](https://example.com/i.png)",
  "[bad](javascript:alert(1))",
  "[mail](mailto:a@example.com)",
  "https://example.com/some_path_here",
  "<https://example.com>",
  "\u200b",
  "\u202e",
  "\u0000",
  "\ud83d",
  "\ufeff",
  "<@U12345>",
  "<!channel>",
  "@everyone",
];
const lineStarts = [
  "",
  "",
  "",
  "# ",
  "### ",
  "###### ",
  "- ",
  "* ",
  "  - ",
  "    - ",
  "1. ",
  "7) ",
  "- [x] ",
  "> ",
  "> > ",
  "> - ",
  "    ",
  "\t",
];
const blocks = [
  "```ts\nconst a = 1 < 2;\n\n  b();\n```",
  "~~~\n```\ninner\n```\n~~~",
  "```python\nopen",
  "| a | b |\n|---|:-:|\n| 1 | **2** |\n| 日本 | 3 |",
  "| a | b | c |\n|---|---|---|\n| a long cell that goes on | and another cell | [l](https://e.com) |",
  "---",
  "Title\n=====",
  "[ref]: https://example.com/ref",
  "- a\n  ```js\n  in list\n  ```\n- b",
  "> ```\n> quoted code\n> ```",
];

export function randomMarkdown(chance: Chance): string {
  const count = 1 + Math.floor(chance() * 14);
  const ends = ["\n", "\n", "\n\n", "\r\n", "\n\n\n"];
  return Array.from({ length: count }, () => randomBlock(chance) + pick(chance, ends)).join("");
}

function randomBlock(chance: Chance): string {
  const kind = chance();
  if (kind < 0.15) return pick(chance, blocks);
  if (kind < 0.18) return pick(chance, [...words, ...marks]).repeat(1 + Math.floor(chance() * 60));
  return pick(chance, lineStarts) + randomText(chance);
}

function randomText(chance: Chance): string {
  const count = Math.floor(chance() * 12);
  const kinds = [words, words, words, pieces, marks];
  const parts = Array.from({ length: count }, () => pick(chance, pick(chance, kinds)) + (chance() < 0.7 ? " " : ""));
  return parts.join("");
}
