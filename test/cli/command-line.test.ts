import { expect, test } from "bun:test";
import type { ArgsDef } from "citty";
import { checkedWords } from "../../src/cli/command-line.ts";
import { GrowingText } from "../../src/cli/growing-text.ts";
import { agoWords, gist, shown, shownText } from "../../src/cli/words.ts";
import { spanWords } from "../../src/lib/index.ts";
import { parseFingerprint } from "../../src/cli/tls-pin.ts";

const args: ArgsDef = {
  key: { type: "positional", required: true },
  name: { type: "positional", required: false },
  message: { type: "string", valueHint: "TEXT" },
  level: { type: "enum", options: ["low", "high"] },
  follow: { type: "boolean", alias: "f" },
};

for (const [name, words, expected] of [
  ["a flag's value may stand apart", ["k", "--message", "hi"], ["--message=hi", "--", "k"]],
  ["a flag's value may be joined", ["--message=hi=there", "k"], ["--message=hi=there", "--", "k"]],
  ["a dash alone is a value", ["--message", "-", "k"], ["--message=-", "--", "k"]],
  ["a value that starts with a dash is joined", ["--message=-x", "k"], ["--message=-x", "--", "k"]],
  ["a flag's short form is the flag", ["-f", "k"], ["--follow", "--", "k"]],
  ["behind two dashes nothing is a flag", ["k", "--", "--follow"], ["--", "k", "--follow"]],
  ["an empty word is a word", ["k", ""], ["--", "k", ""]],
] as const) {
  test(name, () => expect(checkedWords(words, args)).toEqual(expected));
}

for (const [name, words, message] of [
  ["an unknown flag is refused", ["k", "--fast"], "unknown flag --fast"],
  ["a known flag's negation is unknown", ["k", "--no-follow"], "unknown flag --no-follow"],
  ["a missing value is named", ["k", "--message"], "--message needs a value: --message TEXT"],
  ["a flag is not another flag's value", ["k", "--message", "--follow"], "--message needs a value: --message TEXT"],
  ["a switch takes no value", ["k", "--follow=yes"], "--follow takes no value"],
  ["a value outside of the choice is refused", ["k", "--level", "x"], "--level x: choose one of low, high"],
  ["a missing word is named", [], "KEY is missing"],
  ["a word too many is named", ["k", "n", "more"], '"more" is one word too many'],
] as const) {
  test(name, () => expect(() => checkedWords(words, args)).toThrow(message));
}

test("a flag may mean something without its value where its command says so", () => {
  expect(checkedWords(["k", "--message"], args, ["message"])).toEqual(["--message=", "--", "k"]);
});

test("text of the network cannot drive the terminal", () => {
  expect(shown("a\u001b[2Jb\r\u202e")).toBe("a\\u001b[2Jb\\u000d\\u202e");
  expect(shownText("a\u001b[2J\tb\r\nc\rd\u009b")).toBe("a\\u001b[2J\tb\nc\\u000dd\\u009b");
  expect(shownText("👨‍👩‍👧 é עברית")).toBe("👨‍👩‍👧 é עברית");
  expect(gist(" two\n lines\u0007 ")).toBe("two lines\\u0007");
});

test("a growing text is written once, piece by piece, and ends its line", () => {
  const pieces: string[] = [];
  const text = new GrowingText((piece) => pieces.push(piece));
  for (const soFar of ["one", "one", "one two", "one two three"]) text.show(soFar);
  text.end();
  expect(pieces).toEqual(["one", " two", " three", "\n"]);
});

test("a text that was replaced is written anew", () => {
  const pieces: string[] = [];
  const text = new GrowingText((piece) => pieces.push(piece));
  text.show("one");
  text.show("two\n");
  text.end();
  expect(pieces).toEqual(["one", "\ntwo\n"]);
});

test("times are said in words", () => {
  expect([999, 59_000, 61_000, 3_720_000, 7_200_000, 400_000_000].map(spanWords)).toEqual([
    "1 s",
    "59 s",
    "1 min",
    "1 h 2 min",
    "2 h",
    "4 days",
  ]);
  expect([agoWords(undefined, 0), agoWords(1, 1), agoWords(0, 61_000)]).toEqual(["never", "just now", "1 min ago"]);
});

test("a fingerprint is read as people copy it", () => {
  const hex = "ab".repeat(32);
  const pairs = hex.toUpperCase().match(/../g)!.join(":");
  expect([hex, pairs, `sha256 Fingerprint=${pairs}`].map(parseFingerprint)).toEqual([hex, hex, hex]);
  expect(() => parseFingerprint("abcd")).toThrow("64 hex digits");
});
