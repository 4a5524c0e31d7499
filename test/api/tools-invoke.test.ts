import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defaultConfig } from "../../src/config/index.ts";
import { type OpenHouse, openHouse, ownerToken, temporaryFolder } from "../open-house.ts";

/** Single calls of the agent's tools over HTTP. */

type Answer = { readonly ok: boolean; readonly result?: unknown; readonly error?: { type: string; message: string } };

async function invoke(
  { httpUrl }: OpenHouse,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<readonly [status: number, answer: Answer]> {
  const response = await fetch(`${httpUrl}/tools/invoke`, {
    method: "POST",
    headers: { authorization: `Bearer ${ownerToken}`, ...headers },
    body: JSON.stringify(body),
  });
  return [response.status, (await response.json()) as Answer];
}

test("a tool is called with its arguments, and what it says comes back", async () => {
  using folder = temporaryFolder();
  const stateDir = join(folder.path, "state");
  const workspace = join(folder.path, "work");
  mkdirSync(stateDir);
  mkdirSync(workspace);
  writeFileSync(join(workspace, "a.txt"), "plain words\n");
  await using house = await openHouse({ stateDir, agents: { list: [{ id: "main", workspace }] } });
  const [status, answer] = await invoke(house, { tool: "read", args: { path: "a.txt" } });
  expect(status).toBe(200);
  expect(JSON.stringify(answer)).toContain("plain words");
  const dry = await invoke(house, { tool: "write", args: { path: "b.txt", text: "x" }, dryRun: true });
  expect(dry[0] === 200 || dry[1].error?.type === "tool_error").toBe(true);
  const missing = await invoke(house, { tool: "read", args: { path: "no.txt" } });
  expect([missing[0], missing[1].error?.type]).toEqual([400, "tool_error"]);
});

const rows: readonly (readonly [name: string, body: unknown, status: number, type: string, words: string])[] = [
  ["no such tool", { tool: "nothing" }, 404, "not_found", "tool not available: nothing"],
  ["arguments that do not fit", { tool: "sessions_history", args: { key: 1 } }, 400, "tool_error", "do not fit"],
  ["no tool named", {}, 400, "invalid_request_error", "tool"],
  [
    "an unknown agent's session",
    { tool: "sessions_list", sessionKey: "agent:x:main" },
    400,
    "invalid_request_error",
    "x",
  ],
];

for (const [name, body, status, type, words] of rows) {
  test(`a call with ${name} is refused with ${status}`, async () => {
    await using house = await openHouse();
    const [given, { ok, error }] = await invoke(house, body);
    expect([given, ok, error?.type]).toEqual([status, false, type]);
    expect(error?.message).toContain(words);
  });
}

test("tools that are the owner's alone need the scope that manages the gateway", async () => {
  await using house = await openHouse();
  expect((await invoke(house, { tool: "sessions_list" }))[0]).toBe(200);
  for (const scopes of ["operator.write", "operator.read, operator.write"]) {
    const [status, { error }] = await invoke(house, { tool: "write", args: {} }, { "x-clawdia-scopes": scopes });
    expect([status, error?.type]).toEqual([404, "not_found"]);
  }
  expect((await invoke(house, { tool: "sessions_list" }, { "x-clawdia-scopes": "operator.read" }))[0]).toBe(403);
});

test("the policy of the agent holds here too", async () => {
  const { agents } = defaultConfig();
  const list = [{ id: "main", tools: { allow: [], deny: ["sessions_list"] } }];
  await using house = await openHouse({ agents: { ...agents, list } });
  expect((await invoke(house, { tool: "sessions_list" }))[0]).toBe(404);
});
