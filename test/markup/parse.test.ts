import { expect, test } from "bun:test";
import { unreachable } from "../../src/lib/index.ts";
import { type Block, parse, type Span } from "../../src/markup/index.ts";

/** Blocks as short text: `paragraph: a {b|bold}`, one line a block, inner blocks indented. */
function outline(blocks: readonly Block[], indent = ""): string[] {
  return blocks.flatMap((block): string[] => {
    switch (block.kind) {
      case "paragraph":
        return [`${indent}paragraph: ${spansOf(block.spans)}`];
      case "heading":
        return [`${indent}heading ${block.level}: ${spansOf(block.spans)}`];
      case "code":
        return [`${indent}code ${block.language}: ${JSON.stringify(block.text)}`];
      case "quote":
        return [`${indent}quote`, ...outline(block.blocks, `${indent}  `)];
      case "rule":
        return [`${indent}rule`];
      case "table":
        return [block.header, ...block.rows].map((row) => `${indent}row: ${row.map(spansOf).join(" ; ")}`);
      case "list": {
        const kind = `${block.start ?? "bullets"}${block.isLoose ? " loose" : ""}`;
        const items = block.items.flatMap(({ isDone, blocks: inner }) => {
          const task = isDone === undefined ? "" : isDone ? " done" : " open";
          return [`${indent}- item${task}`, ...outline(inner, `${indent}  `)];
        });
        return [`${indent}list ${kind}`, ...items];
      }
      default:
        return unreachable(block);
    }
  });
}

function spansOf(spans: readonly Span[]): string {
  return spans
    .map(({ text, style: { href, ...marks } }) => {
      const names = [...Object.keys(marks), ...(href === undefined ? [] : [href])];
      return names.length === 0 ? text : `{${text}|${names.join(",")}}`;
    })
    .join("")
    .replaceAll("\n", "⏎");
}

const blocks: readonly (readonly [name: string, markdown: string, expected: readonly string[]])[] = [
  ["nothing", "", []],
  ["white space alone", " \n\t\n", []],
  ["a paragraph keeps its line breaks", "a\n b  \nc\\\nd", ["paragraph: a⏎b⏎c⏎d"]],
  ["CRLF is a line break", "a\r\nb\r\n\r\nc", ["paragraph: a⏎b", "paragraph: c"]],
  ["a heading", "## Title ##\ntext", ["heading 2: Title", "paragraph: text"]],
  ["a hash without a space is text", "#tag", ["paragraph: #tag"]],
  ["seven hashes are text", "####### a", ["paragraph: ####### a"]],
  ["a heading by underline", "Title\n===\n\nSecond\n---", ["heading 1: Title", "heading 2: Second"]],
  ["one dash below a text is no underline", "Title\n-", ["paragraph: Title⏎-"]],
  ["rules", "---\n\n* * *\n___", ["rule", "rule", "rule"]],
  ["fenced code", "```ts title\na\n\n  b\n```\nend", ['code ts: "a\\n\\n  b"', "paragraph: end"]],
  ["a fence ends with the same marks only", "~~~\n```\n~~\n~~~~", ['code : "```\\n~~"']],
  ["a longer fence holds a shorter one", "````\n```\nx\n```\n````", ['code : "```\\nx\\n```"']],
  ["an open fence ends with the text", "```py\nx = 1", ['code py: "x = 1"']],
  ["a language with other characters is none", '```"><b>\nx\n```', ['code : "x"']],
  ["indented code", "a\n\n    x\n\n    y\n\nb", ["paragraph: a", 'code : "x\\n\\ny"', "paragraph: b"]],
  ["a quote", "> a\n>\n> b", ["quote", "  paragraph: a", "  paragraph: b"]],
  ["a line without the mark is not quoted", "> a\nb", ["quote", "  paragraph: a", "paragraph: b"]],
  ["quotes nest", "> a\n> > b", ["quote", "  paragraph: a", "  quote", "    paragraph: b"]],
  ["a list", "- a\n- b", ["list bullets", "- item", "  paragraph: a", "- item", "  paragraph: b"]],
  ["a list apart", "- a\n\n- b", ["list bullets loose", "- item", "  paragraph: a", "- item", "  paragraph: b"]],
  [
    "a numbered list starts where it says",
    "3. a\n4. b",
    ["list 3", "- item", "  paragraph: a", "- item", "  paragraph: b"],
  ],
  [
    "another mark begins another list",
    "- a\n+ b",
    ["list bullets", "- item", "  paragraph: a", "list bullets", "- item", "  paragraph: b"],
  ],
  [
    "two columns nest",
    "1. a\n  - b",
    ["list 1", "- item", "  paragraph: a", "  list bullets", "  - item", "    paragraph: b"],
  ],
  ["an item goes on", "- a\nb\n  c", ["list bullets", "- item", "  paragraph: a⏎b⏎c"]],
  [
    "an item has blocks",
    "- a\n\n  b\n  ```\n  c\n  ```",
    ["list bullets loose", "- item", "  paragraph: a", "  paragraph: b", '  code : "c"'],
  ],
  ["tasks", "- [x] a\n- [ ] b", ["list bullets", "- item done", "  paragraph: a", "- item open", "  paragraph: b"]],
  ["a number within a paragraph is text", "In\n2024. It", ["paragraph: In⏎2024. It"]],
  ["a table", "a|b\n-|:-:\n1|2\n3", ["row: a ; b", "row: 1 ; 2", "paragraph: 3"]],
  ["an escaped bar stays in its cell", "| a |\n|---|\n| `x\\|y` |", ["row: a", "row: {x|y|code}"]],
  ["surplus cells stay in the last one", "|a|b|\n|-|-|\n|1|2|3|", ["row: a ; b", "row: 1 ; 2 | 3"]],
  ["dashes that do not match are no table", "a|b\n-|-|-", ["paragraph: a|b⏎-|-|-"]],
  [
    "definitions are found and hidden",
    "[x][Ref] [ref] [no]\n\n[ref]: https://e.com",
    ["paragraph: {x|https://e.com} {ref|https://e.com} [no]"],
  ],
  [
    "a definition in code defines nothing",
    "[ref]\n```\n[ref]: https://e.com\n```",
    ["paragraph: [ref]", 'code : "[ref]: https://e.com"'],
  ],
  ["raw HTML is text", "<div>\n<p onclick='x'>a</p>\n</div>", ["paragraph: <div>⏎<p onclick='x'>a</p>⏎</div>"]],
];

for (const [name, markdown, expected] of blocks) {
  test(`blocks: ${name}`, () => {
    expect(outline(parse(markdown))).toEqual([...expected]);
  });
}

const spans: readonly (readonly [markdown: string, expected: string])[] = [
  ["**b** *i* __b__ _i_", "{b|bold} {i|italic} {b|bold} {i|italic}"],
  ["***both***", "{both|bold,italic}"],
  ["**a *b* c**", "{a |bold}{b|bold,italic}{ c|bold}"],
  ["*a **b***", "{a |italic}{b|bold,italic}"],
  ["snake_case_name 2*3*4 a * b * c", "snake_case_name 2{3|italic}4 a * b * c"],
  ["__init__.py", "{init|bold}.py"],
  ["**open *half", "**open *half"],
  ["a** b**", "a** b**"],
  ["**“粗体”**文字", "{“粗体”|bold}文字"],
  ["~~a~~ ~b~ ~~~c~~~ ~5 and ~6", "{a|strike} {b|strike} ~~~c~~~ ~5 and ~6"],
  ["||a|| x||y||z a || b", "{a|spoiler} x||y||z a || b"],
  ["`a` `` b`c `` ` d` ```e```", "{a|code} {b`c|code} { d|code} {e|code}"],
  ["`open **b**", "`open {b|bold}"],
  ["`**a**` \\*b\\* \\q", "{**a**|code} *b* \\q"],
  ["&amp; &lt;b&gt; &#65; &#x1F600; &bogus; &#0;", "& <b> A 😀 &bogus; \ufffd"],
  ["<u>a</u> <B>b</B> <i>open </s> <br>c", "{a|underline} {b|bold} <i>open </s> ⏎c"],
  ["[a](https://e.com)", "{a|https://e.com}"],
  ['[a](<https://e.com/x y> "title")', "{a|https://e.com/x y}"],
  ["[a](https://e.com/(b)) [c](d e)", "{a|https://e.com/(b)} [c](d e)"],
  ["[**a** b](https://e.com)", "{a|bold,https://e.com}{ b|https://e.com}"],
  ["[a [b](x) c](y)", "[a {b|x} c](y)"],
  ["[](https://e.com) ![](i.png) ![alt](i.png)", "{https://e.com|https://e.com} {image|i.png} {alt|i.png}"],
  ["[![alt](i.png)](https://e.com)", "{alt|https://e.com}"],
  ["[half](https://e.com", "[half]({https://e.com|https://e.com}"],
  ["*[a*](b)", "*{a*|b}"],
  [
    "https://e.com/a_b_c, (www.example.com/x)",
    "{https://e.com/a_b_c|https://e.com/a_b_c}, ({www.example.com/x|http://www.example.com/x})",
  ],
  [
    "https://e.com/a_(b) **https://e.com**",
    "{https://e.com/a_(b)|https://e.com/a_(b)} {https://e.com|bold,https://e.com}",
  ],
  ["xhttps://e.com https:// http://[::1]:80/", "xhttps://e.com https:// http://[::1]:80/"],
  [
    "<https://e.com/*a*> <a@e.com> <@U1> <x>",
    "{https://e.com/*a*|https://e.com/*a*} {a@e.com|mailto:a@e.com} <@U1> <x>",
  ],
  ["日本https://e.com。次", "日本https://e.com。次"],
  ["見て https://e.com/x。次", "見て {https://e.com/x|https://e.com/x}。次"],
];

for (const [markdown, expected] of spans) {
  test(`spans: ${markdown}`, () => {
    expect(outline(parse(markdown))).toEqual([`paragraph: ${expected}`]);
  });
}

test("half a surrogate pair and a zero character are replaced", () => {
  expect(outline(parse("a\ud83d b\u0000"))).toEqual(["paragraph: a\ufffd b\ufffd"]);
});

test("containers deeper than eight are text", () => {
  const lines = outline(parse(`${"> ".repeat(20)}a`));
  expect(lines.length).toBe(9);
  expect(lines.at(-1)!.trim()).toBe(`paragraph: ${"> ".repeat(12)}a`);
});
