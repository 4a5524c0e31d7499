import { Type } from "@sinclair/typebox";
import { expect, test } from "bun:test";
import { problemsMax } from "../../src/protocol/explain.ts";
import { problemsOf } from "../../src/protocol/index.ts";

const closed = { additionalProperties: false };
const schema = Type.Object(
  {
    text: Type.Optional(Type.String({ minLength: 2, maxLength: 3 })),
    whole: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 })),
    number: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    flag: Type.Optional(Type.Boolean()),
    list: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: 2 })),
    word: Type.Optional(Type.Union([Type.Literal("a"), Type.Literal("b")])),
    either: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    only: Type.Optional(Type.Literal(1)),
    inner: Type.Optional(Type.Object({ deep: Type.String() }, closed)),
  },
  closed,
);

const rows: readonly (readonly [value: unknown, problems: string])[] = [
  [{}, ""],
  [null, "must be object"],
  [{ text: 1 }, "at /text: must be string"],
  [{ text: "a" }, "at /text: must NOT have fewer than 2 characters"],
  [{ text: "aaaa" }, "at /text: must NOT have more than 3 characters"],
  [{ whole: 1.5 }, "at /whole: must be integer"],
  [{ whole: 0 }, "at /whole: must be >= 1"],
  [{ whole: 6 }, "at /whole: must be <= 5"],
  [{ number: "1" }, "at /number: must be number"],
  [{ number: -1 }, "at /number: must be >= 0"],
  [{ number: 2 }, "at /number: must be <= 1"],
  [{ flag: 0 }, "at /flag: must be boolean"],
  [{ list: {} }, "at /list: must be array"],
  [{ list: [] }, "at /list: must NOT have fewer than 1 items"],
  [{ list: ["a", "b", "c"] }, "at /list: must NOT have more than 2 items"],
  [{ list: [1] }, "at /list/0: must be string"],
  [{ word: "c" }, "at /word: must be equal to one of the allowed values"],
  [{ either: 1 }, "at /either: must match a schema in anyOf"],
  [{ only: 2 }, "at /only: must be equal to constant"],
  [{ inner: 1 }, "at /inner: must be object"],
  [{ inner: { deep: "x", more: 1 } }, "at /inner: unexpected property 'more'"],
  [{ extra: 1 }, "at root: unexpected property 'extra'"],
  [{ text: 1, flag: 2 }, "at /text: must be string; at /flag: must be boolean"],
];
for (const [value, problems] of rows) {
  test(`${JSON.stringify(value)}: ${problems || "fits"}`, () => expect(problemsOf(schema, value)).toBe(problems));
}

test("a value with many faults gets a short answer, and long names are cut", () => {
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`${"x".repeat(500)}${index}`, 1]));
  const said = problemsOf(schema, many);
  expect(said.split("; ").length).toBeLessThanOrEqual(problemsMax);
  expect(said.length).toBeLessThan(1024);
  expect(said).toContain("…");
});
