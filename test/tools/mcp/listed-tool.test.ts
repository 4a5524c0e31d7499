import { expect, test } from "bun:test";
import { effectOf, isAllowed, listedTool, listLimits } from "../../../src/tools/mcp/listed-tool.ts";

const inputSchema = { type: "object" as const, properties: { path: { type: "string" } }, required: ["path"] };

test("a tool is taken with its schema as it is", () => {
  expect(listedTool({ name: "read", description: "Reads.", inputSchema })).toEqual({
    tool: "read",
    description: "Reads.",
    params: inputSchema as never,
    effect: "unsafe",
  });
  expect(listedTool({ name: "read", inputSchema, annotations: { title: "Read" } })?.description).toBe("Read");
  expect(listedTool({ name: "read", inputSchema })?.description).toBe("");
});

test("a description is cut, and a tool that is too large or has no name is not taken", () => {
  const long = listedTool({ name: "read", description: "x".repeat(1_000_000), inputSchema });
  expect(long?.description).toHaveLength(listLimits.descriptionCharsMax);
  expect(listedTool({ name: "", inputSchema })).toBeUndefined();
  expect(listedTool({ name: "x".repeat(257), inputSchema })).toBeUndefined();
  const properties = { x: { description: "x".repeat(listLimits.schemaCharsMax) } };
  expect(listedTool({ name: "read", inputSchema: { ...inputSchema, properties } })).toBeUndefined();
});

test("what a server says of a tool decides about a second run, and silence means no", () => {
  expect(effectOf(undefined)).toBe("unsafe");
  expect(effectOf({})).toBe("unsafe");
  expect(effectOf({ readOnlyHint: true })).toBe("read");
  expect(effectOf({ readOnlyHint: false, idempotentHint: true })).toBe("idempotent");
  expect(effectOf({ readOnlyHint: false, destructiveHint: false })).toBe("unsafe");
});

const rules: readonly (readonly [allow: string[], deny: string[], expected: string[]])[] = [
  [[], [], ["read", "write"]],
  [["read"], [], ["read"]],
  [[], ["write"], ["read"]],
  [["read", "write"], ["write"], ["read"]],
  [["other"], [], []],
];

for (const [allow, deny, expected] of rules) {
  test(`of read and write, allow ${JSON.stringify(allow)} and deny ${JSON.stringify(deny)} let through`, () => {
    expect(["read", "write"].filter((tool) => isAllowed(tool, { allow, deny }))).toEqual(expected);
  });
}
