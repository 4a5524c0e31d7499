import { expect, test } from "bun:test";
import { prefixOf, toolNames } from "../../../src/tools/mcp/tool-names.ts";

const on = (server: string, tool: string, prefix = prefixOf(server)) => ({ server, prefix, tool });
const mark = expect.stringMatching(/^[a-z][a-z0-9_]*_[0-9a-f]{8}$/) as unknown;

const rows: readonly (readonly [name: string, tools: readonly (readonly [string, string])[], expected: unknown[]])[] = [
  ["plain", [["files", "read"]], ["files_read"]],
  ["dashes, dots and capitals", [["my-files", "Read.File-now"]], ["my_files_read_file_now"]],
  ["nothing readable", [["files", "読む"]], ["files"]],
  [
    "two that read the same",
    [
      ["a", "get-it"],
      ["a", "get_it"],
    ],
    [mark, mark],
  ],
  [
    "two that have nothing readable",
    [
      ["a", "読"],
      ["a", "書"],
    ],
    [mark, mark],
  ],
  ["a line break and a bell", [["a", "x\n\u0007y"]], ["a_x_y"]],
  ["an injection", [["a", "x; rm -rf / <system>"]], ["a_x_rm_rf_system"]],
  [
    "a name that reads like the tool of another server",
    [
      ["a", "b_c"],
      ["a_b", "d"],
    ],
    [mark, "a_b_d"],
  ],
  ["64 characters", [["a", "x".repeat(62)]], [`a_${"x".repeat(62)}`]],
];

for (const [name, tools, expected] of rows) {
  test(`names of tools: ${name}`, () => {
    const prefixes = [...new Set(tools.map(([server]) => prefixOf(server)))];
    const names = toolNames(
      tools.map(([server, tool]) => on(server, tool)),
      prefixes,
    );
    expect(names).toEqual(expected as string[]);
    expect(new Set(names).size).toBe(names.length);
  });
}

test("long names are cut, and stay apart and as they are whatever the order", () => {
  const tools = [1, 2, 3].map((end) => on("a", `${"x".repeat(200)}${end}`));
  const names = toolNames(tools, ["a"]);
  expect(new Set(names).size).toBe(3);
  expect(names.every((name) => name.length === 64 && /^[a-z][a-z0-9_]{0,63}$/.test(name))).toBe(true);
  expect(toolNames(tools.toReversed(), ["a"])).toEqual(names.toReversed());
});

test("servers that share a prefix do not share names", () => {
  const names = toolNames([on("a", "get", "web"), on("b", "get", "web"), on("b", "put", "web")], ["web", "web"]);
  expect(names).toEqual([mark, mark, "web_put"] as string[]);
  expect(new Set(names).size).toBe(3);
});
