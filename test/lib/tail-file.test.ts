import { expect, test } from "bun:test";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tailFile } from "../../src/lib/index.ts";
import { temporaryFolder } from "../open-house.ts";

const wide = { cursor: undefined, limit: 500, maxBytes: 250_000 };
const none = { truncated: false, reset: false };

test("a file that is not there is empty", () => {
  using folder = temporaryFolder();
  expect(tailFile(join(folder.path, "x.log"), wide)).toEqual({ cursor: 0, size: 0, lines: [], ...none });
});

test("without a cursor come the newest lines; with it what was added since", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "x.log");
  writeFileSync(path, "one\ntwo\n");
  const first = tailFile(path, wide);
  expect(first).toEqual({ cursor: 8, size: 8, lines: ["one", "two"], ...none });
  expect(tailFile(path, { ...wide, cursor: first.cursor })).toEqual({ cursor: 8, size: 8, lines: [], ...none });
  appendFileSync(path, "drei ä\n");
  expect(tailFile(path, { ...wide, cursor: first.cursor })).toEqual({
    cursor: 16,
    size: 16,
    lines: ["drei ä"],
    ...none,
  });
});

const text = "aaaa\nbbbb\ncccc\ndddd\n";
const rows: readonly (readonly [name: string, request: object, expected: object])[] = [
  ["the limit keeps the newest and says that it cut", { limit: 2 }, { lines: ["cccc", "dddd"], truncated: true }],
  ["a limit that fits cuts nothing", { limit: 4 }, { lines: ["aaaa", "bbbb", "cccc", "dddd"] }],
  ["a jump drops the first, partial line", { maxBytes: 12 }, { lines: ["cccc", "dddd"], truncated: true }],
  ["a single line longer than allowed gives none", { maxBytes: 3 }, { lines: [], truncated: true }],
  ["a cursor beyond the file resets", { cursor: 21 }, { lines: ["aaaa", "bbbb", "cccc", "dddd"], reset: true }],
  [
    "a gap larger than allowed resets to the tail",
    { cursor: 5, maxBytes: 12 },
    { lines: ["cccc", "dddd"], truncated: true, reset: true },
  ],
  ["a gap that just fits does not", { cursor: 10, maxBytes: 10 }, { lines: ["cccc", "dddd"] }],
  ["cursor and limit together cut at the front", { cursor: 5, limit: 1 }, { lines: ["dddd"], truncated: true }],
];

for (const [name, request, expected] of rows) {
  test(`tail: ${name}`, () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "x.log");
    writeFileSync(path, text);
    expect<object>(tailFile(path, { ...wide, ...request })).toEqual({ cursor: 20, size: 20, ...none, ...expected });
  });
}
