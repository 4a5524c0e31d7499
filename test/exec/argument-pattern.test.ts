import { expect, test } from "bun:test";
import { admitsArguments, isArgumentPattern, patternOfExactly } from "../../src/exec/argument-pattern.ts";

const rows: readonly (readonly [pattern: string | undefined, args: readonly string[], admitted: boolean])[] = [
  [undefined, [], true],
  [undefined, ["x"], false],
  ["[]", [], true],
  ["[]", ["x"], false],
  ['["status"]', ["status"], true],
  ['["status"]', ["status", "--short"], false],
  ['["status"]', [], false],
  ['["status"]', ["Status"], false],
  ['["log","*"]', ["log", "anything; at $(all)"], true],
  ['["log","*"]', ["log"], false],
  ['["log","*"]', ["log", "a", "b"], false],
  ['["log","**"]', ["log"], true],
  ['["log","**"]', ["log", "a", "b"], true],
  ['["**"]', [], true],
  ['["**","x"]', ["a", "x"], false],
  ['["a*"]', ["abc"], false],
  ['["a*"]', ["a*"], true],
  [String.raw`["\\*"]`, ["*"], true],
  [String.raw`["\\*"]`, ["x"], false],
  [String.raw`["\\**"]`, ["**"], true],
  [String.raw`["\\\\x"]`, [String.raw`\x`], true],
  ["^status$", ["status"], false],
  ["status", ["status"], false],
  ["{}", [], false],
  ["[1]", ["1"], false],
  ["", [], false],
];

for (const [pattern, args, admitted] of rows) {
  test(`${pattern ?? "no pattern"} ${admitted ? "admits" : "does not admit"} ${JSON.stringify(args)}`, () => {
    expect(admitsArguments(pattern, args)).toBe(admitted);
  });
}

test("the pattern of some arguments admits them and no others", () => {
  const all = [[], ["*"], ["**"], ["\\*"], ["\\"], ["a", "**"], ["a", "b"], ["\\\\*"], ["***"], ['"'], [""]];
  for (const args of all) {
    const pattern = patternOfExactly(args)!;
    expect(all.filter((others) => admitsArguments(pattern, others))).toEqual([args]);
  }
  expect(patternOfExactly(Array.from({ length: 257 }, () => "x"))).toBeUndefined();
});

test("a regular expression of another program is not understood", () => {
  expect(["^a$", '["a"]', "[]", "null"].map(isArgumentPattern)).toEqual([false, true, true, false]);
});
