import { expect, test } from "bun:test";
import { frontMatter } from "../../src/tools/front-matter.ts";

const rows: readonly (readonly [name: string, text: string, facts: object | undefined])[] = [
  ["names and values", "---\nname: x\ndescription: does things\n---\nbody", { name: "x", description: "does things" }],
  ["quotes", "---\na: \"say \\\"hi\\\"\"\nb: 'it''s'\n---\n", { a: 'say "hi"', b: "it's" }],
  ["folded lines", "---\na: >-\n  one\n  two\n\n  three\nb: x\n---\n", { a: "one two three", b: "x" }],
  ["kept lines", "---\na: |\n  one\n  two\n---\n", { a: "one\ntwo" }],
  ["a value that goes on", "---\na: one\n  two\n---\n", { a: "one two" }],
  ["comments", "---\n# c\na: x # why\nb: a#b\n---\n", { a: "x", b: "a#b" }],
  ["values in values are left out", "---\na: x\nmetadata:\n  b: y\nc: z\n---\n", { a: "x", metadata: "b: y", c: "z" }],
  ["colons in values", "---\na: b: c\n---\n", { a: "b: c" }],
  ["Windows line ends and a mark of order", "\ufeff---\r\nName: x\r\n---\r\n", { name: "x" }],
  ["no head", "name: x", undefined],
  ["a head without an end", "---\nname: x\n", undefined],
  ["nothing", "", undefined],
  ["an empty head", "---\n---\n", {}],
];

for (const [name, text, facts] of rows) {
  test(`${name}: read as ${JSON.stringify(facts)}`, () => {
    expect(frontMatter(text)).toEqual(facts === undefined ? undefined : Object.assign(Object.create(null), facts));
  });
}

test("a long head is read in a moment", () => {
  const startedAt = performance.now();
  frontMatter(`---\na: ${'"\\'.repeat(100_000)}\n---`);
  frontMatter(`---\n${" \n".repeat(100_000)}`);
  frontMatter(`---\na: ${"# ".repeat(100_000)}\n---`);
  expect(performance.now() - startedAt).toBeLessThan(500);
});
