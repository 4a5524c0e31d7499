import { expect, test } from "bun:test";
import { parseHtml } from "./html.ts";

/** Telegram's HTML, as its documentation and its refusals describe it. */

const texts: readonly (readonly [source: string, text: string, ...entities: unknown[]])[] = [
  ["plain > text", "plain > text"],
  ["<b>bold</b>", "bold", { type: "bold", offset: 0, length: 4 }],
  ["<STRONG>x</strong>", "x", { type: "bold", offset: 0, length: 1 }],
  ["😀<i>x</i>", "😀x", { type: "italic", offset: 2, length: 1 }],
  ["<b>a<i>b</i></b>", "ab", { type: "bold", offset: 0, length: 2 }, { type: "italic", offset: 1, length: 1 }],
  ["&lt;b&gt; &amp;amp; &quot; &#65;&#x42; &nbsp;", '<b> &amp; " AB &nbsp;'],
  [
    '<a href="https://x.org/?a=1&amp;b=2">x</a>',
    "x",
    { type: "text_link", offset: 0, length: 1, url: "https://x.org/?a=1&b=2" },
  ],
  ["<a href='#'>x</a>", "x"],
  ["<a>https://x.org</a>", "https://x.org", { type: "text_link", offset: 0, length: 13, url: "https://x.org" }],
  ['<pre><code class="language-ts">x</code></pre>', "x", { type: "pre", offset: 0, length: 1, language: "ts" }],
  ['<code class="language-ts">x</code>', "x", { type: "code", offset: 0, length: 1 }],
  ["<blockquote expandable>x</blockquote>", "x", { type: "expandable_blockquote", offset: 0, length: 1 }],
  ['<span class="tg-spoiler">x</span>', "x", { type: "spoiler", offset: 0, length: 1 }],
  ['<tg-emoji emoji-id="5">👍</tg-emoji>', "👍", { type: "custom_emoji", offset: 0, length: 2, custom_emoji_id: "5" }],
  ["<b></b>x", "x"],
];

for (const [source, text, ...entities] of texts) {
  test(`${source} is read`, () => {
    expect(parseHtml(source)).toEqual({ text, entities: entities as never });
  });
}

const refusals: readonly (readonly [source: string, description: string])[] = [
  ["<b>x", `Can't find end tag corresponding to start tag "b"`],
  ["x</b>", "Unexpected end tag at byte offset 1"],
  ["<b>é<i>x</b></i>", 'Unmatched end tag at byte offset 9, expected "</i>", found "</b>"'],
  ["a <div>x</div>", 'Unsupported start tag "div" at byte offset 2'],
  ["1 < 2", 'Unsupported start tag "" at byte offset 2'],
  ["<b", "Unclosed start tag at byte offset 0"],
  ["<b>x</b", "Unclosed end tag at byte offset 4"],
  ["<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
  ["<br/>", 'Unsupported start tag "br" at byte offset 0'],
];

for (const [source, description] of refusals) {
  test(`${source} is refused`, () => {
    expect(() => parseHtml(source)).toThrow(`Bad Request: can't parse entities: ${description}`);
  });
}
