import { expect, test } from "bun:test";
import {
  draftText,
  parse,
  readDirectives,
  render,
  renderParts,
  type Span,
  visibleText,
} from "../../src/markup/index.ts";
import { dialects, partBreaches, seen } from "./laws.ts";
import { visibleOfTelegram } from "./telegram-checker.ts";

/**
 * Texts that bring naive readers to their knees: nested, unclosed, repeated. What is made of them is bounded by their
 * size; a reader that took a step for each pair of characters would not end within the time of a test.
 */
const size = 10_000;
const replyChars = 20_000;
const texts: Readonly<Record<string, string>> = {
  "open brackets": "[".repeat(size),
  "nested brackets": "[".repeat(size) + "]".repeat(size),
  "nested images": `${"![".repeat(size)}a${"](b)".repeat(size)}`,
  "half links": "[a](".repeat(size),
  "half targets": "[a](<b".repeat(size),
  "half titles": '[a](b "'.repeat(size),
  "nested emphasis": `${"*a ".repeat(size)}b${" c*".repeat(size)}`,
  "mixed emphasis": `${"*a **b ~~".repeat(size)}c${"~~ d** e*".repeat(size)}`,
  "openers only": "*a _b ~c ".repeat(size),
  "runs of stars": "a***b**c*".repeat(size),
  "one long run of stars": `${"*".repeat(size)}a${"*".repeat(size)}`,
  "nested quotes": ">".repeat(size),
  "nested list on a line": "- ".repeat(size),
  "nested list on lines": Array.from({ length: 1000 }, (_, depth) => `${"  ".repeat(depth)}- a`).join("\n"),
  "one long item": `- a\n${"  b\n".repeat(size)}`,
  "backticks of all lengths": Array.from({ length: 200 }, (_, length) => "`".repeat(length + 1)).join(" "),
  "backticks that never pair": "`a``".repeat(size),
  tags: "<b>".repeat(size) + "</b>".repeat(size),
  "half tags": "<a ".repeat(size),
  comments: "<!--".repeat(size),
  entities: "&#".repeat(size),
  addresses: "http://a**".repeat(size),
  "address and brackets": "http://a]".repeat(size),
  parentheses: `http://a.b${"(".repeat(size)}${")".repeat(size)}`,
  definitions: `${"[a]: b\n".repeat(size)}${"[".repeat(size)}`,
  "a table row": `${"|".repeat(size)}\n${"|-".repeat(size)}|`,
  "a long table": `|a|b|\n|-|-|\n${"|\n".repeat(size)}`,
  fences: "```\na\n".repeat(size),
  spaces: `a${" ".repeat(size)}b`,
  "empty lines": `a${"\n".repeat(size)}b`,
  "one long word": "a".repeat(size * 5),
  "one character": `e${"\u0301".repeat(size)}`,
  "only emoji": "👩‍👩‍👧‍👦".repeat(1000),
  "right to left": "\u202e\u2066שלום ".repeat(1000),
  "nothing that is seen": "\u200b\u2060\ufeff".repeat(size),
};

function spansOf(text: string): readonly Span[] {
  return parse(text).flatMap((block) => (block.kind === "paragraph" ? block.spans : []));
}

for (const [name, text] of Object.entries(texts)) {
  test(`${name}: the spans are no more and no longer than the text`, () => {
    const spans = spansOf(text);
    expect(spans.length).toBeLessThanOrEqual(text.length);
    expect(spans.reduce((sum, span) => sum + span.text.length, 0)).toBeLessThanOrEqual(text.length);
  });

  test(`${name}: every part is within its limit in every dialect`, () => {
    const reply = text.slice(0, replyChars);
    for (const dialect of dialects) {
      const limits = { dialect, textCharsMax: 500, countedIn: "utf16" } as const;
      const parts = renderParts(reply, limits);
      expect(parts.flatMap((part) => partBreaches(part, limits)).slice(0, 1)).toEqual([]);
      expect(draftText(reply, limits).markup.length).toBeLessThanOrEqual(reply.length * 8);
    }
  });

  test(`${name}: reading directives loses nothing`, () => {
    expect(seen(readDirectives(text).text)).toBe(seen(text));
    expect(seen(text)).toStartWith(seen(visibleText(text)));
  });
}

const attacks: readonly (readonly [name: string, markdown: string, forbidden: RegExp])[] = [
  ["a script", "<script>alert(1)</script>", /<script/i],
  ["a script in a link", "[a](javascript:alert(1)) <javascript:alert(1)>", /href="?javascript/i],
  [
    "a script with a control character",
    "[a](java\u0001script:alert(1)) [b](\u0001javascript:x)",
    /href="?[^"]*javascript/i,
  ],
  ["a script in entities", "[a](&#106;avascript:alert(1))", /href="?javascript/i],
  ["a way out of an attribute", '[a](https://e.com/"><b>) ![x](https://e.com/" onerror=")', /"><b>/],
  ["a way out of a language", '```"><script>\na\n```', /<script/],
  ["everybody", "<!channel> <!everyone>", /<!/],
];

for (const [name, markdown, forbidden] of attacks) {
  test(`no dialect with tags lets through ${name}`, () => {
    for (const dialect of ["telegram-html", "slack-mrkdwn"] as const) {
      const { markup } = render(parse(markdown), dialect);
      expect(markup).not.toMatch(forbidden);
    }
    expect(() => visibleOfTelegram(render(parse(markdown), "telegram-html").markup)).not.toThrow();
  });
}

test("marks that do not pair are shown as they are", () => {
  const text = "**a *b __c ~~d ||e `f [g](h <i>j";
  expect(visibleOfTelegram(render(parse(text), "telegram-html").markup)).toBe(text);
});
