import { expect, test } from "bun:test";
import { Models } from "../../src/engine/index.ts";

const found = { provider: "builtin", model: "echo", isDefault: true };

const rows: readonly (readonly [reference: string, expected: object | undefined])[] = [
  ["builtin/echo", found],
  ["echo", found],
  ["  Builtin/ECHO ", found],
  ["builtin", undefined],
  ["", undefined],
  ["other/echo", undefined],
  ["builtin/echo/x", undefined],
  ["__proto__", undefined],
];

for (const [reference, expected] of rows) {
  test(`the model ${JSON.stringify(reference)} is ${expected ? "the built-in one" : "none"}`, () => {
    expect<object | undefined>(new Models().resolve(reference)).toEqual(expected);
  });
}

test("the built-in model is always there, and the default", () => {
  const models = new Models();
  expect(models.all).toEqual([
    {
      provider: "builtin",
      model: "echo",
      name: "Echo (built in, no language model)",
      contextTokens: null,
      available: true,
    },
  ]);
  expect(models.default).toBe(models.all[0]!);
});
