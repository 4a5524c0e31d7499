import { expect, test } from "bun:test";
import { type Dialect, type MessageLimits, renderParts } from "../../src/markup/index.ts";
import { dialects } from "./laws.ts";

function partsOf(markdown: string, dialect: Dialect, textCharsMax: number, linesMax?: number): string[] {
  const limits: MessageLimits = { dialect, textCharsMax, countedIn: "utf16", linesMax };
  return renderParts(markdown, limits).map(({ markup }) => markup);
}

type Row = readonly [name: string, markdown: string, charsMax: number, expected: readonly string[]];

const plain: readonly Row[] = [
  ["a text that fits is one part", "a b c", 20, ["a b c"]],
  ["nothing to be seen gives no part", " \n\u200b\n", 20, []],
  ["blocks are kept whole", "first block\n\nsecond one\n\nthird", 26, ["first block\n\nsecond one", "third"]],
  ["lines are kept whole", "first line a\nsecond line b\nc", 24, ["first line a", "second line b\nc"]],
  ["sentences are kept whole", "One two three. Four five six.", 24, ["One two three.", "Four five six."]],
  [
    "a quoted sentence ends behind its quote",
    'He said "one two." Then on and on',
    24,
    ['He said "one two."', "Then on and on"],
  ],
  [
    "scripts without spaces end sentences too",
    "日本語の文です。次の文はここに長くあります。",
    20,
    ["日本語の文です。", "次の文はここに長くあります。"],
  ],
  ["words are kept whole", "alpha beta gamma delta", 20, ["alpha beta gamma", "delta"]],
  ["a word that is too long is cut", "abcdefghijklmnopqrstuvwxyz", 20, ["abcdefghijklmnopqrst", "uvwxyz"]],
  ["a place far too early is passed over", "a\n\nbcd efg hij klm nop qrs", 20, ["a\n\nbcd efg hij klm", "nop qrs"]],
  ["emoji are kept whole", "👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 24, ["👩‍👩‍👧‍👦👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"]],
  ["an accent stays with its letter", `${"a".repeat(19)}e\u0301b`, 20, ["a".repeat(19), "e\u0301b"]],
  [
    "one character longer than a part is cut between code points",
    `e${"\u0301".repeat(30)}`,
    20,
    [`e${"\u0301".repeat(19)}`, "\u0301".repeat(11)],
  ],
  ["a surrogate pair is kept whole", "😀".repeat(13), 21, ["😀".repeat(10), "😀".repeat(3)]],
  ["a bullet stays with its text", "- abcdefgh ijklmnop qrstu", 20, ["• abcdefgh ijklmnop", "qrstu"]],
  ["a line keeps its indentation", "- abcdefgh\n  - ijklmnop\n  - q", 20, ["• abcdefgh", "  • ijklmnop\n  • q"]],
  ["white space at the cut is dropped", `a\n\n\n\n\n${"b".repeat(19)}`, 20, ["a", "b".repeat(19)]],
];

for (const [name, markdown, charsMax, expected] of plain) {
  test(`plain: ${name}`, () => {
    expect(partsOf(markdown, "plain", charsMax)).toEqual([...expected]);
  });
}

const code = "```ts\nconst a = 1;\nconst b = 2;\nconst c = 3;\n```";

test("a code block that goes on is closed and opened again with its language", () => {
  expect(partsOf(code, "telegram-html", 30)).toEqual([
    '<pre><code class="language-ts">const a = 1;\nconst b = 2;</code></pre>',
    '<pre><code class="language-ts">const c = 3;</code></pre>',
  ]);
  const long = "```ts\n" + "let value = 1;\n".repeat(8) + "```";
  expect(partsOf(long, "discord-markdown", 64)).toEqual(
    Array.from({ length: 3 }, (_, index) => `\`\`\`ts\n${"let value = 1;\n".repeat(index < 2 ? 3 : 2)}\`\`\``),
  );
});

test("a code block goes on with the indentation of its lines", () => {
  expect(partsOf("```\nif (a) {\n    b();\n    c();\n}\n```", "slack-mrkdwn", 28)).toEqual([
    "```\nif (a) {\n    b();\n```",
    "```\n    c();\n}\n```",
  ]);
});

test("marked text is kept whole where it can be", () => {
  expect(partsOf("some text **bold words here** end", "telegram-html", 20)).toEqual([
    "some text",
    "<b>bold words here</b> end",
  ]);
  expect(partsOf("some text [link words here](https://e.com) end", "telegram-html", 20)).toEqual([
    "some text",
    '<a href="https://e.com">link words here</a> end',
  ]);
  expect(partsOf("some text `code words here` end", "telegram-html", 20)).toEqual([
    "some text",
    "<code>code words here</code> end",
  ]);
});

test("marked text that is longer than a part is closed and opened again", () => {
  expect(partsOf("**one two three four five six**", "telegram-html", 20)).toEqual([
    "<b>one two three four</b>",
    "<b>five six</b>",
  ]);
  expect(partsOf("[one two three four five six](https://e.com)", "telegram-html", 20)).toEqual([
    '<a href="https://e.com">one two three four</a>',
    '<a href="https://e.com">five six</a>',
  ]);
});

test("Telegram counts what is seen", () => {
  const [first, ...others] = partsOf("&".repeat(4096), "telegram-html", 4096);
  expect(first).toBe("&amp;".repeat(4096));
  expect(others).toEqual([]);
  expect(partsOf("&".repeat(4097), "telegram-html", 4096).length).toBe(2);
});

test("Slack, Discord and WhatsApp count what is sent", () => {
  expect(partsOf("& ".repeat(30).trim(), "slack-mrkdwn", 64).map((part) => part.length)).toEqual([59, 59, 59]);
  expect(partsOf("**bold** ".repeat(10), "discord-markdown", 64).every((part) => part.length <= 64)).toBe(true);
  expect(partsOf("**bold** ".repeat(20), "whatsapp", 64).every((part) => part.length <= 64)).toBe(true);
});

test("code points are counted where the network counts them", () => {
  const limits = { dialect: "plain", textCharsMax: 20, countedIn: "codepoints" } as const;
  expect(renderParts("😀".repeat(30), limits).map(({ plain: text }) => text)).toEqual([
    "😀".repeat(20),
    "😀".repeat(10),
  ]);
});

test("lines are counted with those of the fences", () => {
  const lines = "```\n" + "a\n".repeat(20) + "```";
  const parts = partsOf(lines, "discord-markdown", 2000, 17);
  expect(parts.map((part) => part.split("\n").length)).toEqual([17, 7]);
  expect(partsOf("a\n".repeat(40), "discord-markdown", 2000, 17).map((part) => part.split("\n").length)).toEqual([
    17, 17, 6,
  ]);
});

test("a quote goes on as a quote, a heading as a heading", () => {
  const words = "word ".repeat(20).trim();
  for (const part of partsOf(`> ${words}`, "discord-markdown", 64)) expect(part).toStartWith("> word");
  for (const part of partsOf(`# ${words}`, "discord-markdown", 64)) expect(part).toStartWith("# word");
  for (const part of partsOf(`> ${words}`, "telegram-html", 64)) expect(part).toMatch(/^<blockquote>.*<\/blockquote>$/);
});

test("a target that would fill a message is written out", () => {
  const target = `https://e.com/${"a".repeat(40)}`;
  expect(partsOf(`[label](${target})`, "discord-markdown", 100)).toEqual([`label (${target})`]);
  expect(partsOf(`[label](${target})`, "discord-markdown", 200)).toEqual([`[label](${target})`]);
});

test("messages too small for marks have none but those of code", () => {
  expect(partsOf("# **bold** [a](https://e.com)\n\n```ts\nx\n```", "discord-markdown", 63)).toEqual([
    "bold a (https://e.com)\n```\nx\n```",
  ]);
});

test("a message that cannot hold a code block is a bug of the caller", () => {
  for (const dialect of dialects) {
    expect(() => partsOf("a", dialect, 19)).toThrow("at least 20");
    expect(() => partsOf("a", dialect, 20, 3)).toThrow("at least 4");
  }
});
