import { expect, test } from "bun:test";
import { readablePage } from "../../src/tools/readable-page.ts";

/** What a person would read of a page. */

const rows: readonly (readonly [name: string, html: string, text: string])[] = [
  ["plain words are words", "hello <b>bold</b> world", "hello bold world"],
  ["white space is one space", "a\n\n  b\t<i> c</i>", "a b c"],
  ["paragraphs stand apart", "<p>one<p>two</p>three", "one\n\ntwo\n\nthree"],
  ["headings are marked", "<h1>Big</h1>text<h3>Small</h3>", "# Big\n\ntext\n\n### Small"],
  ["lists are lists", "<ul><li>one<li>two<ol><li>three</ol></ul>", "- one\n- two\n- three"],
  ["links say where they lead", '<a href="/x?a=1&amp;b=2">here</a>', "here (https://example.org/x?a=1&b=2)"],
  ["a link that is its own text is said once", '<a href="https://a.b/">https://a.b/</a>', "https://a.b/"],
  ["links that lead nowhere are words", '<a href="javascript:x()">a</a> <a href="#t">b</a> <a>c</a>', "a b c"],
  [
    "a link without an end is a link",
    '<a href="/a">one<a href="/b">two</a>',
    "one (https://example.org/a)two (https://example.org/b)",
  ],
  ["tables have rows", "<table><tr><th>a<th>b<tr><td>1<td>2</table>", "a | b\n1 | 2"],
  ["pictures say what they show", '<img alt="a cat" src=x><img src=y>', "[image: a cat]"],
  ["code keeps its lines", "<pre>a\n  b &lt;c&gt;</pre>after", "```\na\n  b <c>\n```\n\nafter"],
  ["breaks break", "a<br>b<br/>c<hr>d", "a\nb\nc\n---\nd"],
  ["entities are characters", "&amp;&lt;&#65;&#x42;&euro;&nbsp;&unknown;&#0;&#xD800;&auml", "&<AB€ &unknown;ä"],
  ["scripts and styles are not read", "a<script>if (a<b) '</p>'</script><style>p{}</style>b", "ab"],
  ["comments are not read", "a<!-- b > <p> -->c<!doctype html><?php x ?>d", "acd"],
  ["a comment without an end takes the rest", "a<!-- b", "a"],
  ["a script without an end takes the rest", "a<script>b", "a"],
  ["what is hidden is not read", 'a<p hidden>b</p><i style="display: none">c</i><b aria-hidden=TRUE>d</b>e', "ae"],
  [
    "text without size or colour of its own is not read",
    '<p style="font-size:0">x</p><p style="opacity: 0">y</p>z',
    "z",
  ],
  ["what is hidden holds others like it", "a<div hidden>b<div>c</div>d</div>e", "ae"],
  ["a sign in quotes ends no tag", "<p title=\"a > b\" data-x='<i>'>c</p>", "c"],
  ["a lonely sign is a sign", "1 < 2 and 3<4 a<", "1 < 2 and 3<4 a<"],
  ["a tag without an end takes the rest", "a <b class='x", "a"],
  ["the head is not read", "<html><head><title>T</title><meta><style>x</style></head><body>b", "b"],
  ["a head without an end ends at the body", "<head><title>T</title><body>b", "b"],
  ["nothing is nothing", "", ""],
];

for (const [name, html, text] of rows) {
  test(name, () => {
    expect(readablePage(html, "https://example.org/page").text).toBe(text);
  });
}

test("the title is the first one", () => {
  const html = "<title> A &amp;\n B </title><body><svg><title>C</title></svg>x<title>D</title>";
  expect(readablePage(html, "https://example.org/")).toEqual({ title: "A & B", text: "xD" });
});

test("a page with a main part of its own is that part", () => {
  const main = "word ".repeat(60).trim();
  const html = `<nav>menu</nav><main><p>${main}</p></main><footer>imprint</footer>`;
  expect(readablePage(html, "https://example.org/").text).toBe(main);
  expect(readablePage("<nav>menu</nav><main>loading</main>", "https://example.org/").text).toBe("menu\n\nloading");
});

const monsters: readonly (readonly [name: string, html: string])[] = [
  ["open tags", "<".repeat(500_000)],
  ["tags that never close", "<div>".repeat(200_000)],
  ["links in links", `${"<a href=/x>".repeat(100_000)}text${"</a>".repeat(100_000)}`],
  ["attributes", `<p ${"a=1 ".repeat(250_000)}>x`],
  ["quotes that never close", `<p a="${"x=' ".repeat(250_000)}`],
  ["comments in comments", "<!--".repeat(250_000)],
  ["scripts in scripts", "<script>".repeat(125_000)],
  ["entities", "&".repeat(500_000) + "&#1".repeat(100_000)],
  ["spaces", `a${" ".repeat(1_000_000)}b`],
  ["small pieces", "<i>a</i> ".repeat(120_000)],
  ["line breaks", "<br>".repeat(250_000)],
  ["hidden boxes", "<div hidden>".repeat(80_000)],
];

for (const [name, html] of monsters) {
  test(`a page of ${name} is read in a moment`, () => {
    const startedAt = performance.now();
    readablePage(html, "https://example.org/");
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });
}
