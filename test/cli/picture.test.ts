import { expect, test } from "bun:test";
import { box } from "../../src/cli/picture.ts";

test("a box holds its lines, also coloured and wide ones", () => {
  expect(box("up", ["a", "\u001b[32mgreen\u001b[0m", "漢字"], 80)).toEqual([
    "╭─ up ──╮",
    "│ a     │",
    "│ \u001b[32mgreen\u001b[0m │",
    "│ 漢字  │",
    "╰───────╯",
  ]);
});

test("what does not fit the terminal stays as it is", () => {
  expect(box("up", ["a long line"], 10)).toEqual(["a long line"]);
});
