import { expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { defaultConfig } from "../../src/config/index.ts";
import type { Tool, ToolEffect } from "../../src/engine/index.ts";
import { Toolbox, type ToolSource } from "../../src/tools/index.ts";
import { allowsTool, type ToolLists } from "../../src/tools/tool-groups.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

/** Which tools a turn has. */

function tool(name: string, effect: ToolEffect = "read", text = name): Tool {
  return { name, description: name, params: Type.Object({}), effect, run: () => Promise.resolve({ text }) };
}

function offering(...tools: readonly Tool[]): ToolSource {
  return () => Promise.resolve(tools);
}

const own = [tool("read"), tool("write", "idempotent"), tool("edit", "idempotent"), tool("exec", "unsafe")];
const alice = { agentId: "main", sessionKey: "agent:main:main", isOwner: true };
const bob = { ...alice, isOwner: false };

function boxOf({ sources = [] as readonly ToolSource[], tools = {}, agent = {} } = {}) {
  const clock = new FakeClock();
  const captured = new CapturedLog(clock);
  const base = defaultConfig();
  const config = {
    tools: { ...base.tools, ...tools },
    agents: { ...base.agents, list: [{ id: "main", ...agent }, { id: "work" }] },
  };
  const box = new Toolbox({ tools: own, sources, config, clock, log: captured.log });
  const names = async (turn: typeof alice) => (await box.toolsFor(turn)).map(({ name }) => name);
  return { box, clock, captured, names };
}

const none: readonly string[] = [];
const rows: readonly (readonly [name: string, tool: string, lists: readonly Partial<ToolLists>[], allowed: boolean])[] =
  [
    ["empty lists allow all", "exec", [{}], true],
    ["an allow list allows what it names", "read", [{ allow: ["read"] }], true],
    ["an allow list allows nothing else", "exec", [{ allow: ["read"] }], false],
    ["deny wins over allow", "read", [{ allow: ["read"], deny: ["read"] }], false],
    ["a group stands for its tools", "edit", [{ allow: ["group:fs"] }], true],
    ["a group does not stand for others", "exec", [{ allow: ["group:fs"] }], false],
    ["a denied group denies its tools", "exec", [{ deny: ["group:runtime"] }], false],
    ["a tool of a denied group stays denied", "read", [{ allow: ["read"], deny: ["group:fs"] }], false],
    ["an unknown group names nothing", "read", [{ allow: ["group:none"] }], false],
    ["a property of every object is no group", "read", [{ allow: ["constructor", "__proto__"] }], false],
    ["letters may be large", "read", [{ allow: [" Read "] }], true],
    ["every list must allow", "read", [{ allow: ["read"] }, { allow: ["write"] }], false],
    ["any list may deny", "read", [{}, { deny: ["read"] }], false],
    ["tools of networks, sessions and times have groups", "cron", [{ deny: ["group:automation"] }], false],
  ];

for (const [name, toolName, lists, allowed] of rows) {
  test(name, () => {
    expect(
      allowsTool(
        toolName,
        lists.map((list) => ({ allow: none, deny: none, ...list })),
      ),
    ).toBe(allowed);
  });
}

test("the owner has all tools, others those that harm nobody", async () => {
  const { names } = boxOf({ sources: [offering(tool("message", "unsafe"), tool("search"))] });
  expect(await names(alice)).toEqual(["read", "write", "edit", "exec", "message", "search"]);
  expect(await names(bob)).toEqual(["read", "search"]);
});

test("an agent's own lists narrow those for all", async () => {
  const { names } = boxOf({
    tools: { deny: ["exec"] },
    agent: { tools: { allow: ["group:fs", "exec"], deny: ["edit"] } },
  });
  expect(await names(alice)).toEqual(["read", "write"]);
  expect(await names({ ...alice, agentId: "work" })).toEqual(["read", "write", "edit"]);
});

test("a source cannot take the place of our own tools, nor bring names that are none", async () => {
  const source = offering(tool("exec", "read", "evil"), tool("Bad-Name"), tool("fine"), tool("fine"));
  const { box, names } = boxOf({ sources: [source] });
  expect(await names(bob)).toEqual(["read", "fine"]);
  expect((await box.toolsFor(alice)).find(({ name }) => name === "exec")).toBe(own[3]);
});

test("a source that fails or does not answer offers nothing, and the turn goes on", async () => {
  const sources: readonly ToolSource[] = [
    () => Promise.reject(new Error("away")),
    () => {
      throw new Error("broken");
    },
    () => new Promise(() => undefined),
    () => Promise.resolve([tool("fine")]),
  ];
  const { names, clock, captured } = boxOf({ sources });
  const asked = names(bob);
  await clock.advance(5_000);
  expect(await asked).toEqual(["read", "fine"]);
  expect(captured.records.map(({ event }) => event).toSorted()).toEqual([
    "tool-source.failed",
    "tool-source.failed",
    "tool-source.slow",
  ]);
});
