import { expect, test } from "bun:test";
import { type Dialect, parse, render } from "../../src/markup/index.ts";

type Row = readonly [name: string, markdown: string, expected: string];

const zwsp = "\u200b";
const table = "| Name | Age |\n|---|--:|\n| Al | 3 |\n| 日本 | 12 |";
const aligned = "Name | Age\n-----|----\nAl   |   3\n日本 |  12";
const wideTable = `| Name | Text |\n|---|---|\n| Al | ${"long ".repeat(30)}|\n| Bo | |`;
const wideText = "long ".repeat(30).trim();
const linkTable = "| | Link |\n|---|---|\n| a | [b](https://e.com) |";

const telegram: readonly Row[] = [
  ["text is escaped", `a < b && "c" > d`, "a &lt; b &amp;&amp; &quot;c&quot; &gt; d"],
  [
    "marks",
    "**b** *i* ~~s~~ ||h|| <u>u</u> `c`",
    "<b>b</b> <i>i</i> <s>s</s> <tg-spoiler>h</tg-spoiler> <u>u</u> <code>c</code>",
  ],
  ["marks nest", "**a *b* c**", "<b>a <i>b</i> c</b>"],
  ["code takes no other mark", "**a `b` c**", "<b>a </b><code>b</code><b> c</b>"],
  ["a hidden code stays hidden", "||`b`||", "<tg-spoiler>b</tg-spoiler>"],
  ["headings are bold", "# A *b*\n\ntext", "<b>A <i>b</i></b>\n\ntext"],
  ["a code block has its language", "```ts\na < b\n```", '<pre><code class="language-ts">a &lt; b</code></pre>'],
  ["a code block without language", "a\n\n```\nb\n```\n\nc", "a\n<pre>b</pre>\nc"],
  ["two code blocks stay two", "```\na\n```\n```\nb\n```", "<pre>a</pre>\n<pre>b</pre>"],
  ["a quote", "> a\n> **b**\n\nc", "<blockquote>a\n<b>b</b></blockquote>\n\nc"],
  ["a quote in a quote goes on with it", "> a\n> > b", "<blockquote>a\n\nb</blockquote>"],
  ["code in a quote stands apart", "> a\n> ```\n> b\n> ```", "<blockquote>a</blockquote>\n<pre>b</pre>"],
  ["lists", "- a\n  - b\n    c\n1. d\n2. e", "• a\n  • b\n    c\n\n1. d\n2. e"],
  ["tasks", "- [x] a\n- [ ] b", "• ☑ a\n• ☐ b"],
  ["code in a list stands at the margin", "- a\n  ```\n  b\n  ```\n- c", "• a\n<pre>b</pre>\n• c"],
  ["a table is aligned", table, `<pre>${aligned}</pre>`],
  ["a wide table is a list", wideTable, `• Name: <b>Al</b>\n  Text: ${wideText}\n• Name: <b>Bo</b>`],
  ["a table with links is a list", linkTable, '• <b>a</b>\n  Link: <a href="https://e.com">b</a>'],
  ["a link", '[a & b](https://e.com/?a=1&b="2")', '<a href="https://e.com/?a=1&amp;b=%222%22">a &amp; b</a>'],
  ["a link with marks", "[**a** b](https://e.com)", '<a href="https://e.com"><b>a</b> b</a>'],
  ["a link with code", "[`a`](https://e.com)", '<a href="https://e.com">a</a>'],
  ["a bare address", "https://e.com", '<a href="https://e.com">https://e.com</a>'],
  ["an image is a link", "![alt](https://e.com/i.png)", '<a href="https://e.com/i.png">alt</a>'],
  ["Telegram's own links", "[a](tg://user?id=1)", '<a href="tg://user?id=1">a</a>'],
  ["a mail address is written out", "[write](mailto:a@e.com) [a@e.com](mailto:a@e.com)", "write (a@e.com) a@e.com"],
  [
    "a script is not linked",
    "[a](javascript:alert(1)) [b](JavaScript:x) [c](data:text/html,x) [d](vbscript:x)",
    "a b c d",
  ],
  ["a path is told", "[a](./docs/b.md)", "a (./docs/b.md)"],
  [
    "a label that looks like another address is told apart",
    "[https://bank.com](https://evil.com)",
    "https://bank.com (https://evil.com)",
  ],
  [
    "raw HTML is text",
    '<script>alert("x")</script> <b onclick=x>',
    "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &lt;b onclick=x&gt;",
  ],
  ["an attribute cannot be left", '[a](https://e.com/"onclick="x)', '<a href="https://e.com/%22onclick=%22x">a</a>'],
  ["a rule", "a\n\n***\n\nb", "a\n\n———\n\nb"],
];

const slack: readonly Row[] = [
  ["text is escaped", "a < b & c > d &lt;", "a &lt; b &amp; c &gt; d &lt;"],
  ["marks", "**b** *i* ~~s~~ `c`", "*b* _i_ ~s~ `c`"],
  ["marks that it lacks are left out", "||h|| <u>u</u>", "h u"],
  ["marks nest", "**a *b***", "*a _b_*"],
  ["a mark within a word gets an edge", "foo**bar**baz", `foo${zwsp}*bar*${zwsp}baz`],
  ["marks are closed at the end of a line", "**a\nb**", "*a*\n*b*"],
  ["white space is outside of marks", "<b>a </b>b", "*a* b"],
  ["headings are bold", "# A", "*A*"],
  ["links", "[a|b](https://e.com/?x=1&y=2) https://e.com", "<https://e.com/?x=1&amp;y=2|a|b> <https://e.com>"],
  ["mail", "[write](mailto:a@e.com)", "<mailto:a@e.com|write>"],
  ["a script is not linked", "[a](javascript:x)", "a"],
  [
    "people and channels can be named, everybody not",
    "<@U123ABC> <#C123ABC> <!channel> <!here>",
    "<@U123ABC> <#C123ABC> &lt;!channel&gt; &lt;!here&gt;",
  ],
  ["a code block", "a\n\n```ts\nx < `y`\n```", "a\n```\nx &lt; `y`\n```"],
  ["fences in code do not end it", "~~~\n```\n~~~", `\`\`\`\n\`\`${zwsp}\`\n\`\`\``],
  ["code with a backtick is text", "`` a`b ``", "a`b"],
  ["a quote", "> a\n>\n> b", "> a\n>\n> b"],
  ["a text that only looks like a quote", "\\> a", `${zwsp}&gt; a`],
  ["lists", "- a\n  1. b", "• a\n  1. b"],
  ["a table is aligned", table, `\`\`\`\n${aligned}\n\`\`\``],
];

const discord: readonly Row[] = [
  ["marks", "**b** *i* ~~s~~ ||h|| <u>u</u> `c`", "**b** _i_ ~~s~~ ||h|| __u__ `c`"],
  [
    "marks by chance are escaped",
    "\\*a\\* \\_b\\_ \\~\\~c\\~\\~ \\|\\|d\\|\\| \\`e\\`",
    "\\*a\\* \\_b\\_ \\~\\~c\\~\\~ \\|\\|d\\|\\| \\`e\\`",
  ],
  ["names of code stay", "snake_case_name a_b", "snake_case_name a_b"],
  ["an italic part of a word gets an edge", "a*b*c **d**e", `a${zwsp}_b_${zwsp}c **d**e`],
  ["code with a backtick", "`` a`b `` ``` `` ```", "``a`b`` `` `\u200b` ``"],
  ["headings", "# A\n\n### B\n\n#### C", "# A\n\n### B\n\n**C**"],
  ["a text that only looks like a heading or a list", "\\# a\n\\- b\n\\> c", "\\# a\n\\- b\n\\> c"],
  [
    "links",
    "[a](https://e.com/(b)) https://e.com/a_b_c <https://e.com>",
    "[a](https://e.com/%28b%29) https://e.com/a_b_c https://e.com",
  ],
  ["a label with brackets", "[a \\[b\\]](https://e.com)", "[a \\[b\\]](https://e.com)"],
  ["other schemes are written out", "[write](mailto:a@e.com) [x](tg://a)", "write (a@e.com) x (tg://a)"],
  ["a script is not linked", "[a](javascript:x)", "a"],
  ["a link by chance is escaped", "\\[a\\](https://e.com)", "[a\\](https://e.com)"],
  ["its own names stay", "<@123> <#456> <:x:1> <t:1:R>", "<@123> <#456> <:x:1> <t:1:R>"],
  ["a code block", "a\n\n```ts\nx\n```\n\nb", "a\n```ts\nx\n```\nb"],
  ["a quote", "> a\n> - b", "> a\n>\n> - b"],
  ["lists", "- a\n  - b\n    c\n3. d", "- a\n  - b\n    c\n\n3. d"],
  ["a table is a code block", table, `\`\`\`\n${aligned}\n\`\`\``],
];

const whatsapp: readonly Row[] = [
  ["marks", "**b** *i* ~~s~~ `c` ||h||", "*b* _i_ ~s~ `c` h"],
  ["nothing is escaped", "a < b & c", "a < b & c"],
  ["headings are bold", "## A", "*A*"],
  [
    "links are text",
    "[a](https://e.com) https://e.com [e.com](https://e.com/)",
    "a (https://e.com) https://e.com e.com",
  ],
  ["a code block has no language", "```ts\nx\n```", "```\nx\n```"],
  ["a quote", "> a\n> b", "> a\n> b"],
  ["lists", "- a\n- b\n\n1. c", "- a\n- b\n\n1. c"],
  ["a table is a list", table, "- Name: *Al*\n  Age: 3\n- Name: *日本*\n  Age: 12"],
];

const plain: readonly Row[] = [
  ["marks are left out", "**b** *i* ~~s~~ ||h|| `c`\n\n# H", "b i s h c\n\nH"],
  ["links are told", "[a](https://e.com) <https://e.com>", "a (https://e.com) https://e.com"],
  ["code is text", "a\n\n```ts\nx\n\n  y\n```", "a\n\nx\n\n  y"],
  ["quotes", "> a\n> b\n> > c", "> a\n> b\n\n> > c"],
  ["lists", "- a\n  > b\n2. c", "• a\n  > b\n\n2. c"],
  ["a table is a list", table, "• Name: Al\n  Age: 3\n• Name: 日本\n  Age: 12"],
  ["right-to-left and invisible characters stay", "שלום \u202eabc\u202c a\u200bb", "שלום \u202eabc\u202c a\u200bb"],
];

const tables: readonly (readonly [Dialect, readonly Row[]])[] = [
  ["telegram-html", telegram],
  ["slack-mrkdwn", slack],
  ["discord-markdown", discord],
  ["whatsapp", whatsapp],
  ["plain", plain],
  ["signal", plain],
];

for (const [dialect, rows] of tables) {
  for (const [name, markdown, expected] of rows) {
    test(`${dialect}: ${name}`, () => {
      expect(render(parse(markdown), dialect).markup).toBe(expected);
    });
  }
}

test("Signal's styles are ranges of UTF-16 units", () => {
  const { markup, plain: text, styles } = render(parse("😀 **b *i*** ~~s~~ ||h|| `c`\n\n# H"), "signal");
  expect(markup).toBe("😀 b i s h c\n\nH");
  expect(text).toBe(markup);
  expect(styles).toEqual([
    { start: 3, length: 3, style: "BOLD" },
    { start: 5, length: 1, style: "ITALIC" },
    { start: 7, length: 1, style: "STRIKETHROUGH" },
    { start: 9, length: 1, style: "SPOILER" },
    { start: 11, length: 1, style: "MONOSPACE" },
    { start: 14, length: 1, style: "BOLD" },
  ]);
});

test("the plain form tells the targets of links", () => {
  const markdown = "**See** [the page](https://e.com/a) and https://e.com";
  for (const dialect of ["telegram-html", "slack-mrkdwn", "discord-markdown"] as const) {
    expect(render(parse(markdown), dialect).plain).toBe("See the page (https://e.com/a) and https://e.com");
  }
});

test("nothing renders to nothing", () => {
  for (const [dialect] of tables) expect(render([], dialect).markup).toBe("");
});
