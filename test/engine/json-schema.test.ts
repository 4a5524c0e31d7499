import { expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { jsonSchemaProblem, judgeInput, type Tool } from "../../src/engine/index.ts";

const recursive = {
  $ref: "#/$defs/node",
  $defs: {
    node: {
      type: "object",
      properties: { name: { type: "string" }, children: { type: "array", items: { $ref: "#/$defs/node" } } },
      required: ["name"],
    },
  },
};

const rows: readonly (readonly [name: string, schema: unknown, value: unknown, problem: string | undefined])[] = [
  ["no schema", undefined, 1, undefined],
  ["everything", {}, { a: 1 }, undefined],
  ["an object", { type: "object" }, {}, undefined],
  ["a list for an object", { type: "object" }, [], "at root: must be object"],
  ["null for an object", { type: "object" }, null, "at root: must be object"],
  ["one of two types", { type: ["string", "null"] }, null, undefined],
  ["none of two types", { type: ["string", "null"] }, 1, "at root: must be string or null"],
  ["a nullable text", { type: "string", nullable: true }, null, undefined],
  ["a whole number", { type: "integer" }, 3, undefined],
  ["half a number", { type: "integer" }, 3.5, "at root: must be integer"],
  ["one of a set", { enum: ["a", "b"] }, "b", undefined],
  ["none of a set", { enum: ["a", "b"] }, "c", 'at root: must be one of "a", "b"'],
  ["a constant", { const: { a: 1 } }, { a: 1 }, undefined],
  ["not the constant", { const: 1 }, 2, "at root: must be 1"],
  ["a short text", { minLength: 2 }, "a", "at root: must have at least 2 characters"],
  ["a long text", { maxLength: 2 }, "abc", "at root: must have at most 2 characters"],
  ["a pattern", { pattern: "^a" }, "ab", undefined],
  ["a missed pattern", { pattern: "^a" }, "b", "at root: must match ^a"],
  ["a pattern that cannot be read", { pattern: "(" }, "b", undefined],
  ["a small number", { minimum: 1 }, 0, "at root: is too small"],
  ["a number at the open end", { exclusiveMaximum: 5 }, 5, "at root: is too large"],
  ["a missing property", { required: ["a"] }, {}, "at root: must have required property 'a'"],
  ["a wrong property", { properties: { a: { type: "string" } } }, { a: 1 }, "at /a: must be string"],
  ["one property too many", { additionalProperties: false }, { b: 1 }, "at root: unexpected property 'b'"],
  ["others of one type", { additionalProperties: { type: "number" } }, { b: "x" }, "at /b: must be number"],
  [
    "a name of the prototype",
    { additionalProperties: false },
    { toString: 1 },
    "at root: unexpected property 'toString'",
  ],
  ["items", { items: { type: "number" } }, [1, "x"], "at /1: must be number"],
  ["too few items", { minItems: 1 }, [], "at root: must have 1 items"],
  ["one of several", { anyOf: [{ type: "string" }, { type: "number" }] }, 1, undefined],
  ["none of several", { oneOf: [{ type: "string" }, { type: "number" }] }, true, "at root: must be string"],
  [
    "all of several",
    { allOf: [{ type: "string" }, { minLength: 3 }] },
    "ab",
    "at root: must have at least 3 characters",
  ],
  ["nothing allowed", { properties: { a: false } }, { a: 1 }, "at /a: nothing is allowed here"],
  ["a tree", recursive, { name: "a", children: [{ name: "b" }] }, undefined],
  ["a broken tree", recursive, { name: "a", children: [{}] }, "at /children/0: must have required property 'name'"],
  ["a schema that is itself", { $ref: "#" }, 1, undefined],
  ["a schema elsewhere", { $ref: "https://example.org/x" }, 1, undefined],
];

for (const [name, schema, value, problem] of rows) {
  test(`${name}: ${problem ?? "fits"}`, () => {
    expect(jsonSchemaProblem(schema, value)).toBe(problem);
  });
}

const params = Type.Object({ to: Type.String() }, { additionalProperties: false });
const plain = JSON.parse(JSON.stringify(params)) as Tool["params"];

for (const [name, schema] of [["our own schema", params] as const, ["plain JSON Schema", plain] as const]) {
  test(`input for ${name} is read, and judged before a tool sees it`, () => {
    expect(judgeInput(schema, '{"to":"bob"}')).toEqual({ kind: "good", value: { to: "bob" } });
    expect(judgeInput(schema, '{"to":1}')).toMatchObject({ kind: "bad", problem: expect.stringContaining("/to") });
    expect(judgeInput(schema, "{")).toEqual({ kind: "bad", problem: "it is not JSON" });
    expect(judgeInput(schema, "")).toMatchObject({ kind: "bad" });
  });
}

test("no input at all is an empty object", () => {
  expect(judgeInput(Type.Object({}), "")).toEqual({ kind: "good", value: {} });
});
