import { expect, test } from "bun:test";
import { draftText, type MessageLimits } from "../../src/markup/index.ts";

const telegram: MessageLimits = { dialect: "telegram-html", textCharsMax: 40, countedIn: "utf16" };
const discord: MessageLimits = { dialect: "discord-markdown", textCharsMax: 64, countedIn: "codepoints", linesMax: 6 };

const rows: readonly (readonly [name: string, partial: string, expected: string])[] = [
  ["nothing yet", "", ""],
  ["a text", "hello wor", "hello wor"],
  ["an open code block is closed", "a\n```ts\nlet b", 'a\n<pre><code class="language-ts">let b</code></pre>'],
  ["a fence that is being written is not shown", "a\n``", "a"],
  ["a fence without code yet is not shown", "a\n```ts", "a"],
  ["half a link is text", "see [label](https://e", 'see [label](<a href="https://e">https://e</a>'],
  ["half a label is text", "see [lab", "see [lab"],
  ["a mark that was just begun is not shown", "see **", "see"],
  ["an open mark is text", "see **bo", "see **bo"],
  ["a closed mark counts", "see **bo**", "see <b>bo</b>"],
  ["a dash below a text does not make it a heading", "Title\n-", "Title"],
  ["a bullet without text is not shown", "a\n- b\n-", "a\n\n• b"],
  ["what is too long ends with an ellipsis", "word ".repeat(20), "word word word word word word word word…"],
];

for (const [name, partial, expected] of rows) {
  test(`a draft: ${name}`, () => {
    expect(draftText(partial, telegram).markup).toBe(expected);
  });
}

test("a draft that is cut within code shows it in the code, and stays within its limits", () => {
  const { markup } = draftText(`\`\`\`ts\n${"let a = 1;\n".repeat(20)}`, discord);
  expect(markup).toBe(`\`\`\`ts\n${"let a = 1;\n".repeat(4).trimEnd()}…\n\`\`\``);
});

test("a draft reads no more of a long text than a message can hold", () => {
  const long = draftText("word ".repeat(1_000_000), telegram);
  expect(long).toEqual(draftText("word ".repeat(100), telegram));
});

test("a draft has Signal's styles and a plain form", () => {
  const limits: MessageLimits = { dialect: "signal", textCharsMax: 100, countedIn: "utf16" };
  expect(draftText("**a** b", limits)).toEqual({
    markup: "a b",
    plain: "a b",
    styles: [{ start: 0, length: 1, style: "BOLD" }],
  });
});
