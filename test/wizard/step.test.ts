import { expect, test } from "bun:test";
import { answerCharsMax, type Asked, back, judgeAnswer, skip, stepOnWire } from "../../src/wizard/step.ts";

/** What answers a step, and what does not. */

const ways = [
  { value: "a", label: "A" },
  { value: "b", label: "B" },
  { value: "@back", label: "Back" },
];
const taken = (answer: unknown) => ({ kind: "taken", answer });
const refused = (why: string) => ({ kind: "refused", why: `wizard: ${why}` });
const choose = refused("choose one of the options");
const list = refused("answer with a list of options");

const rows: readonly (readonly [type: Asked["type"], value: unknown, judged: unknown])[] = [
  ["note", undefined, taken(true)],
  ["note", { x: 1 }, taken(true)],
  ["note", "@back", taken("@back")],
  ["select", "a", taken("a")],
  ["select", "@back", taken("@back")],
  ["select", "c", choose],
  ["select", undefined, choose],
  ["select", ["a"], choose],
  ["select", "__proto__", choose],
  ["text", " words ", taken("words")],
  ["text", "", taken("@back")],
  ["text", "  ", taken("@back")],
  ["text", null, taken("@back")],
  ["text", undefined, taken("@back")],
  ["text", 7, refused("answer with a text")],
  ["text", "x".repeat(answerCharsMax + 1), refused(`a text has at most ${answerCharsMax} characters`)],
  ["confirm", true, taken(true)],
  ["confirm", false, taken(false)],
  ["confirm", "true", refused("answer true or false")],
  ["confirm", undefined, refused("answer true or false")],
  ["multiselect", [], taken([])],
  ["multiselect", ["b", "a", "b"], taken(["b", "a"])],
  ["multiselect", ["c"], list],
  ["multiselect", "a", list],
  ["multiselect", [["a"]], list],
  ["progress", undefined, { kind: "wait" }],
  ["progress", "nothing of it", { kind: "wait" }],
  ["progress", "@back", taken("@back")],
  ["action", true, taken(true)],
  ["action", "@back", taken("@back")],
];

for (const [type, value, judged] of rows) {
  test(`a ${type} answered with ${JSON.stringify(value)?.slice(0, 30)}`, () => {
    expect(judgeAnswer({ type, options: ways }, value) as unknown).toEqual(judged);
  });
}

test("a step leaves out what it has not, and is cut to what the wire allows", () => {
  expect(stepOnWire("1", { type: "note", message: "" })).toEqual({ id: "1", type: "note" });
  const long = "x".repeat(10_000);
  const step = stepOnWire("2", { type: "select", title: long, message: long, options: [skip(long), back] });
  expect([step.title?.length, step.message?.length, step.options?.[0]?.hint?.length]).toEqual([256, 4096, 512]);
  expect(step.options?.[1]).toEqual({ value: "@back", label: "Back" });
});
