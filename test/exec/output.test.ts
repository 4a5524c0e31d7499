import { expect, test } from "bun:test";
import { HeadAndTail } from "../../src/exec/output.ts";

const limits = { headCharsMax: 4, tailCharsMax: 6 };

const rows: readonly (readonly [name: string, pieces: readonly string[], text: string])[] = [
  ["nothing is nothing", [], ""],
  ["what fits is whole", ["0123", "456789"], "0123456789"],
  ["the middle gives way", ["0123456789abc"], "0123\n[… 3 characters left out …]\n789abc"],
  ["pieces do not matter", "0123456789abc".split(""), "0123\n[… 3 characters left out …]\n789abc"],
  ["colours go", ["\u001b[1;31mred\u001b[0m\u001b]0;t\u0007!"], "red!"],
  ["line ends are one kind", ["a\r\nb\rc"], "a\nb\nc"],
  ["controls are shown as such", ["a\u0000b\u0007"], "a\ufffdb\ufffd"],
];

for (const [name, pieces, text] of rows) {
  test(name, () => {
    const output = new HeadAndTail(name.includes("colours") ? undefined : limits);
    for (const piece of pieces) output.add(piece);
    expect(output.text).toBe(text);
  });
}

test("half of a surrogate pair at a cut is no broken text", () => {
  const output = new HeadAndTail(limits);
  output.add("abc😀".repeat(20));
  expect(output.text.isWellFormed()).toBe(true);
});
