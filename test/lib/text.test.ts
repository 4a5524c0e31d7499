import { expect, test } from "bun:test";
import { cutToBytes, oneLine, shorten } from "../../src/lib/index.ts";

const bytes: readonly (readonly [text: string, max: number, expected: string])[] = [
  ["hello", 10, "hello"],
  ["hello", 5, "hello"],
  ["hello", 4, "hell"],
  ["häh", 2, "h"],
  ["häh", 3, "hä"],
  ["a😀b", 4, "a"],
  ["a😀b", 5, "a😀"],
  ["😀", 0, ""],
];

for (const [text, max, expected] of bytes) {
  test(`${JSON.stringify(text)} cut to ${max} bytes is ${JSON.stringify(expected)}`, () => {
    expect(cutToBytes(text, max)).toBe(expected);
  });
}

const short: readonly (readonly [text: string, max: number, expected: string])[] = [
  ["hello", 5, "hello"],
  ["hello!", 5, "hell…"],
  ["abc😀def", 6, "abc😀…"],
  ["abc😀def", 5, "abc…"],
  ["", 5, ""],
];

for (const [text, max, expected] of short) {
  test(`${JSON.stringify(text)} shortened to ${max} characters is ${JSON.stringify(expected)}`, () => {
    expect(shorten(text, max)).toBe(expected);
  });
}

test("no cut leaves half of a surrogate pair", () => {
  const text = "😀".repeat(20);
  for (let max = 2; max <= 41; max++) {
    expect(shorten(text, max).isWellFormed()).toBe(true);
    expect(shorten(text, max).length).toBeLessThanOrEqual(max);
    expect(cutToBytes(text, max).isWellFormed()).toBe(true);
  }
});

const lines: readonly (readonly [name: string, text: string, expected: string])[] = [
  ["plain text stays", "hello world", "hello world"],
  ["a line break is shown", "a\r\nb", "a\\u000d\\u000ab"],
  ["an ANSI escape is shown", "\u001b[31mred\u001b[0m", "\\u001b[31mred\\u001b[0m"],
  ["a C1 control is shown", "a\u009bb", "a\\u009bb"],
  ["a bidi override is shown", "a\u202eb\u2066c\u061cd", "a\\u202eb\\u2066c\\u061cd"],
  ["line separators are shown", "a\u2028b\u2029c", "a\\u2028b\\u2029c"],
  ["letters of other scripts stay", "ärger 日本 😀", "ärger 日本 😀"],
];

for (const [name, text, expected] of lines) {
  test(`one line: ${name}`, () => {
    expect(oneLine(text, 256)).toBe(expected);
  });
}

test("one line is bounded, also when escapes make it longer, and ends at a whole escape", () => {
  for (const text of ["\n".repeat(65_536), `${"x".repeat(250)}${"\u001b".repeat(100)}`, "y".repeat(65_536)]) {
    for (let max = 20; max < 40; max++) expect(oneLine(text, max).length).toBeLessThanOrEqual(max);
    expect(oneLine(text, 256).length).toBeLessThanOrEqual(256);
    expect(oneLine(text, 256)).toMatch(/^([xy]|\\u[0-9a-f]{4})*…$/);
  }
});

test("a mebibyte of controls is cut in a moment", () => {
  const text = "\u001b[31m\r\n".repeat(131_072);
  const startedAt = performance.now();
  oneLine(text, 256);
  expect(performance.now() - startedAt).toBeLessThan(20);
});
