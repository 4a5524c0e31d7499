import { expect, test } from "bun:test";
import { mkdirSync, realpathSync } from "node:fs";
import { parseConfig } from "../../../src/config/index.ts";
import { stderrLinesPerMinute } from "../../../src/programs/index.ts";
import { LifeLine } from "../../doubles/life-line.ts";
import { temporaryFolder } from "../../open-house.ts";
import { double, mcpStage } from "./stage.ts";

/** Servers that are real programs, made with the official SDK's server side. Each start takes its time. */

const names = (tools: readonly { readonly name: string }[]) => tools.map(({ name }) => name);

test("nothing is started before the first need", async () => {
  await using stage = mcpStage({ files: double(), off: double([], { enabled: false }) });
  expect(stage.servers.status()).toEqual([
    { name: "files", state: "idle", toolCount: 0 },
    { name: "off", state: "off", toolCount: 0 },
  ]);
  expect(stage.log.records).toEqual([]);
});

test("tools of all pages are offered under names of ours, with their schema and effect", async () => {
  await using stage = mcpStage({ "my-files": double(), off: double([], { enabled: false }) });
  const tools = await stage.servers.tools();
  expect(names(tools).slice(0, 4)).toEqual(["my_files_echo", "my_files_picture", "my_files_fail", "my_files_refuse"]);
  expect(tools.length).toBeGreaterThan(10);
  expect(tools.slice(0, 3).map(({ effect }) => effect)).toEqual(["read", "idempotent", "unsafe"]);
  expect<object>(tools[0]!.params).toEqual({
    type: "object",
    properties: { text: { type: "string" } },
    required: ["text"],
  });
  expect(tools[0]!.description).toBe("Does echo.");
  expect(stage.servers.status()).toEqual([
    { name: "my-files", state: "ready", toolCount: tools.length },
    { name: "off", state: "off", toolCount: 0 },
  ]);
});

test("of servers one that changed is started anew, one that went is ended, and the others stay", async () => {
  await using stage = mcpStage({ kept: double(), moved: double(), gone: double() });
  await stage.servers.tools();
  const before = stage.servers.status();
  expect(before.map(({ state }) => state)).toEqual(["ready", "ready", "ready"]);
  const { mcp } = parseConfig(
    JSON.stringify({ mcp: { servers: { kept: double(), moved: double([], { toolPrefix: "m" }), fresh: double() } } }),
  ).config;
  await stage.servers.follow(mcp, ["moved", "gone", "fresh"]);
  expect(stage.servers.status().map(({ name, state }) => [name, state])).toEqual([
    ["kept", "ready"],
    ["moved", "idle"],
    ["fresh", "idle"],
  ]);
  expect(names(await stage.servers.tools())).toEqual(expect.arrayContaining(["kept_echo", "m_echo", "fresh_echo"]));
});

test("settings choose a server's tools and their names", async () => {
  const settings = { allow: ["echo", "fail", "none"], deny: ["fail"], toolPrefix: "x" };
  await using stage = mcpStage({ files: double([], settings) });
  expect(names(await stage.servers.tools())).toEqual(["x_echo"]);
});

test("turns at the same time share one connection", async () => {
  await using stage = mcpStage({ files: double() });
  const pids = await Promise.all([1, 2, 3].map(async () => (await stage.call("files_pid")).text));
  expect(new Set(pids).size).toBe(1);
});

test("a call comes back with text, images or an error, as the server says", async () => {
  await using stage = mcpStage({ files: double() });
  expect(await stage.call("files_echo", { text: "a\n€" })).toEqual({ text: 'heard {"text":"a\\n€"}' });
  expect(await stage.call("files_echo", null)).toEqual({ text: "heard {}" });
  const picture = await stage.call("files_picture");
  expect([picture.text, picture.images?.[0]?.mimeType, picture.images?.[0]?.bytes.length]).toEqual([
    "",
    "image/png",
    70,
  ]);
  expect(await stage.call("files_fail")).toEqual({ text: "it did not go", isError: true });
  expect(await stage.call("files_refuse")).toEqual({ text: "MCP server files: no such thing", isError: true });
  expect((await stage.call("files_malformed")).text).toStartWith("MCP server files: ");
  expect(stage.servers.status()[0]).toMatchObject({ state: "ready" });
});

test("an aborted call ends at once and is cancelled on the server, and so is one whose time is up", async () => {
  await using stage = mcpStage({ files: double([], { timeoutMs: 60_000 }), hasty: double([], { timeoutMs: 100 }) });
  const abort = new AbortController();
  const tool = await stage.tool("files_slow");
  const called = stage.call("files_slow", {}, abort.signal);
  await stage.call("files_echo");
  abort.abort("rpc");
  expect(await called).toEqual({
    text: "the call to MCP server files was cancelled; it may have been done",
    isError: true,
  });
  expect(await stage.call("files_cancelled")).toEqual({ text: "1" });
  expect(tool.effect).toBe("unsafe");
  expect(await stage.call("hasty_slow")).toEqual({
    text: "MCP server hasty: it did not answer within 0.1 seconds; it may have been done",
    isError: true,
  });
  expect((await stage.call("hasty_slow", {}, AbortSignal.abort("rpc"))).isError).toBe(true);
});

test("R-31 a server that crashes in a call gives an error result and is there again after a while", async () => {
  await using stage = mcpStage({ files: double() });
  const pid = await stage.call("files_pid");
  const [crash, pidAgain] = [await stage.tool("files_crash"), await stage.tool("files_pid")];
  const crashed = await stage.call(crash.name);
  expect(crashed).toEqual({
    text:
      "MCP server files: the connection was lost in the call, which may have been done: " +
      "the program ended with exit code 3",
    isError: true,
  });
  // A tool that a turn holds already waits for the server to come back.
  const again = await pidAgain.run({}, { ...(await holder()), signal: new AbortController().signal });
  expect(again.isError).toBeUndefined();
  expect(again.text).not.toBe(pid.text);
  expect(stage.servers.status()[0]).toMatchObject({ state: "ready" });
  expect(stage.log.of("mcp.lost").map(({ fields }) => fields)).toEqual([
    { server: "files", reason: "the program ended with exit code 3", failures: 1, retryMs: 1000 },
  ]);
});

async function holder() {
  return { runId: "r", callId: "c", agentId: "main", sessionKey: "main", origin: undefined, isOwner: true };
}

const away: readonly (readonly [name: string, server: object, error: RegExp])[] = [
  ["that is not installed", { command: "no-such-server" }, /^cannot start no-such-server: it is not in PATH; install/],
  ["that ends before it greets", double(["stillborn"]), /^the program ended with exit code 9$/],
  ["with neither program nor address", {}, /^set either mcp\.servers\.files\.command or mcp\.servers\.files\.url$/],
  ["with both", { ...double(), url: "http://127.0.0.1:1/" }, /^set either/],
  ["at an address where nobody is", { url: "http://127.0.0.1:1/" }, /connect/i],
  ["in a folder that is not there", double([], { cwd: "/no/such/folder" }), /^cannot start .* in \/no\/such\/folder/],
  ["whose environment would be hijacked", double([], { env: { LD_PRELOAD: "/x" } }), /^LD_PRELOAD would change which/],
];

for (const [name, server, error] of away) {
  test(`a server ${name} offers nothing, and the reason is shown`, async () => {
    await using stage = mcpStage({ files: server, good: double() });
    expect(names(await stage.servers.tools())).toContain("good_echo");
    const [files] = stage.servers.status();
    expect<object>(files!).toEqual({
      name: "files",
      state: expect.stringMatching(/^(waiting|connecting)$/),
      toolCount: 0,
      error: expect.stringMatching(error),
    });
    expect(stage.log.of("mcp.lost")[0]!.fields["reason"]).toBe(files?.error);
  });
}

test("a server that is away again and again is logged ever more rarely", async () => {
  await using stage = mcpStage({ files: { command: "no-such-server" } });
  await stage.servers.tools();
  // The first four delays are 1, 2, 4 and 8 seconds, the last of which is not hurried.
  while (stage.servers.status()[0]!.state === "connecting" || stage.log.of("mcp.lost").length < 3) {
    await stage.servers.tools();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(stage.log.of("mcp.lost").map(({ fields }) => [fields["failures"], fields["retryMs"]])).toEqual([
    [1, 1000],
    [2, 2000],
    [4, 8000],
  ]);
});

test("a list that changed is read anew, and a server that nags about it is not obeyed each time", async () => {
  await using stage = mcpStage({ files: double() });
  expect(names(await stage.servers.tools())).not.toContain("files_grown");
  expect(await stage.call("files_grow")).toEqual({ text: "grown" });
  expect(names(await stage.servers.tools())).toContain("files_grown");
  await stage.call("files_nag");
  const grown = await stage.tool("files_grown");
  expect(Number(/\d+/.exec(grown.description)![0])).toBeLessThan(20);
});

test("hostile lists are cut to what can be offered", async () => {
  await using stage = mcpStage({ evil: double(["hostile"]), files: double() });
  const tools = await stage.servers.tools();
  const evil = tools.filter(({ name }) => name.startsWith("evil"));
  expect(evil.length).toBeLessThanOrEqual(128);
  expect(evil.length).toBeGreaterThan(50);
  expect(names(evil).filter((name) => !/^[a-z][a-z0-9_]{0,63}$/.test(name))).toEqual([]);
  expect(new Set(names(tools)).size).toBe(tools.length);
  expect(Math.max(...evil.map(({ description }) => description.length))).toBe(4096);
  expect(names(evil).filter((name) => /fat|schemaless|yyyy/.test(name))).toEqual([]);
  expect(await stage.call(evil.find(({ name }) => name.includes("passwd"))!.name)).toEqual({
    text: "asked for ../../etc/passwd\u00000",
  });
});

test("a huge answer is cut, and a message that is larger than any may be ends the server", async () => {
  await using stage = mcpStage({ files: double() });
  const huge = await stage.call("files_huge");
  expect(huge.text).toEndWith("[4934464 more bytes are left out]");
  const refused = await stage.call("files_toohuge");
  expect(refused.isError).toBe(true);
  expect(await stage.call("files_echo", { text: "again" })).toEqual({ text: 'heard {"text":"again"}' });
});

test("what is no message on a server's output is passed over", async () => {
  await using stage = mcpStage({ files: double(["chatty"]) });
  expect(await stage.call("files_echo", { text: "hi" })).toEqual({ text: 'heard {"text":"hi"}' });
  expect(stage.log.of("mcp.garbage")).toHaveLength(4);
});

test("S-108 a server gets its own part of our environment, and what it says of it is not told on", async () => {
  const env = { KEY: "hush-hush-key", MODE: "test" };
  await using stage = mcpStage({ files: double(["blabbing"], { env, passEnv: ["USER"] }) });
  const { text } = await stage.call("files_environment");
  const seen = JSON.parse(text) as Record<string, string>;
  expect([seen["KEY"], seen["MODE"], seen["PATH"]]).toEqual([env.KEY, env.MODE, process.env["PATH"]!]);
  expect(Object.keys(seen).filter((name) => /CLAWDIA|TOKEN|SECRET/i.test(name))).toEqual([]);
  const lines = stage.log.of("child.stderr").map(({ fields }) => fields["line"]);
  expect(lines[0]).toBe("my key is [secret]");
  expect(lines).toHaveLength(stderrLinesPerMinute);
  expect(stage.log.text).not.toContain(env.KEY);
});

test("a server starts in the folder of its settings", async () => {
  using folder = temporaryFolder();
  const inner = `${folder.path}/inner`;
  mkdirSync(inner);
  await using stage = mcpStage({ files: double([], { cwd: inner }) });
  expect(await stage.call("files_where")).toEqual({ text: realpathSync(inner) });
});

test("R-31 closing ends servers that ignore it, and those that did not greet yet", async () => {
  using folder = temporaryFolder();
  await using line = new LifeLine(folder.path);
  const held = (traits: readonly ("stubborn" | "mute")[]) => {
    const { command, args } = double(traits) as { command: string; args: string[] };
    return { command: "sh", args: ["-c", line.held("held", `exec '${[command, ...args].join("' '")}'`)], cwd: "/" };
  };
  const stage = mcpStage({ files: held(["stubborn"]), late: held(["mute"]) });
  const asked = stage.servers.tools();
  while (stage.servers.status()[0]!.state !== "ready") await new Promise((resolve) => setImmediate(resolve));
  await stage[Symbol.asyncDispose]();
  await stage[Symbol.asyncDispose]();
  expect(await asked).toBeArray();
  expect(await line.letGo()).toBe("held\nheld\n");
  expect(await stage.servers.tools()).toEqual([]);
  expect(stage.servers.status().map(({ state }) => state)).toEqual(["idle", "idle"]);
});
