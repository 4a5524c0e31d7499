import { expect, test } from "bun:test";
import { McpHttpServer } from "../../doubles/mcp-http-server.ts";
import { mcpStage } from "./stage.ts";

/** Servers behind an address, made with the official SDK's server side on a real socket. */

const key = "open-sesame";
const at = (server: McpHttpServer) => ({ url: server.url, headers: { "X-Key": key } });

test("a server behind an address lists its tools and answers calls", async () => {
  await using server = new McpHttpServer(key);
  await using stage = mcpStage({ web: at(server) });
  expect(await stage.call("web_echo", { text: "hi" })).toEqual({ text: 'heard {"text":"hi"}' });
  expect((await stage.call("web_picture")).images).toHaveLength(1);
  expect(await stage.call("web_fail")).toEqual({ text: "it did not go", isError: true });
  expect((await stage.call("web_huge")).text).toEndWith("[4934464 more bytes are left out]");
  expect(stage.servers.status()).toEqual([{ name: "web", state: "ready", toolCount: 15 }]);
});

test("a server is told when its session is over", async () => {
  await using server = new McpHttpServer(key);
  {
    await using stage = mcpStage({ web: at(server) });
    await stage.servers.tools();
    expect([server.sessionCount, server.farewells]).toEqual([1, 0]);
  }
  expect([server.sessionCount, server.farewells]).toEqual([0, 1]);
});

test("a server that went away without a farewell does not keep the gateway from stopping", async () => {
  const server = new McpHttpServer(key);
  const stage = mcpStage({ web: at(server) });
  await stage.servers.tools();
  await server[Symbol.asyncDispose]();
  await stage[Symbol.asyncDispose]();
});

test("an aborted call ends at once and is cancelled on the server", async () => {
  await using server = new McpHttpServer(key);
  await using stage = mcpStage({ web: at(server) });
  const abort = new AbortController();
  const called = stage.call("web_slow", {}, abort.signal);
  await stage.call("web_echo");
  abort.abort("rpc");
  expect((await called).text).toBe("the call to MCP server web was cancelled; it may have been done");
  while ((await stage.call("web_cancelled")).text !== "1");
});

test("a list that changed is read anew", async () => {
  await using server = new McpHttpServer(key);
  await using stage = mcpStage({ web: at(server) });
  await stage.call("web_grow");
  while (!(await stage.servers.tools()).some(({ name }) => name === "web_grown")) await stage.call("web_echo");
});

test("a wrong header is refused with the cure, and no secret is told", async () => {
  await using server = new McpHttpServer(key);
  await using stage = mcpStage({ web: { url: server.url, headers: { "X-Key": "wrong-sesame" } } });
  expect(await stage.servers.tools()).toEqual([]);
  expect(stage.servers.status()[0]!.error).toBe("it refuses our credentials (401): set mcp.servers.web.headers");
  expect(stage.log.text).not.toContain("wrong-sesame");
});

test("a redirect to another host is not followed, so that headers stay here", async () => {
  await using server = new McpHttpServer(key);
  await using stage = mcpStage({ web: { ...at(server), url: server.url.replace("/mcp", "/moved") } });
  expect(await stage.servers.tools()).toEqual([]);
  expect(stage.servers.status()[0]!.error).toContain("Redirect to http://example.invalid/mcp not followed");
});

test("R-31 a server that was started anew gets a new session after one failed call", async () => {
  await using server = new McpHttpServer(key);
  await using stage = mcpStage({ web: at(server) });
  const echo = await stage.tool("web_echo");
  server.forgetSessions();
  const lost = await stage.call(echo.name);
  expect(lost.isError).toBe(true);
  while ((await stage.servers.tools()).length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(await stage.call("web_echo", { text: "again" })).toEqual({ text: 'heard {"text":"again"}' });
  expect(server.sessionCount).toBe(1);
});

test("a server that is gone fails the call at once and is found again at its address", async () => {
  const first = new McpHttpServer(key);
  await using stage = mcpStage({ web: at(first) });
  const called = stage.call("web_slow");
  await stage.call("web_echo");
  await first[Symbol.asyncDispose]();
  expect((await called).text).toStartWith(
    "MCP server web: the connection was lost in the call, which may have been done: ",
  );
  await using second = new McpHttpServer(key, first.port);
  while ((await stage.servers.tools()).length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect((await stage.call("web_echo")).isError).toBeUndefined();
  expect(second.sessionCount).toBe(1);
});

const spoiled = [
  ["ends early", "the answer ended before it was given"],
  ["is endless", "the answer broke off: a message of more than 33554432 bytes"],
] as const;

for (const [spoils, reason] of spoiled) {
  test(`an answer that ${spoils} fails its call at once, and the connection goes on`, async () => {
    await using server = new McpHttpServer(key);
    await using stage = mcpStage({ web: at(server) });
    const echo = await stage.tool("web_echo");
    server.spoils = spoils;
    const called = await stage.call(echo.name);
    expect(called.isError).toBe(true);
    expect(called.text).toStartWith(
      `MCP server web: the connection was lost in the call, which may have been done: ${reason}`,
    );
    server.spoils = "nothing";
    expect((await stage.call(echo.name)).isError).toBeUndefined();
    expect(stage.log.of("mcp.lost")).toEqual([]);
  });
}
