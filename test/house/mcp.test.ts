import { expect, test } from "bun:test";
import { serverScript } from "../tools/mcp/stage.ts";
import { GatewayProcess } from "../app/gateway-process.ts";
import { openHouse, temporaryFolder } from "../open-house.ts";

test("a house without MCP servers says so", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  expect(await alice.call("mcp.status", {})).toEqual({ servers: [] });
});

test("a gateway tells the servers of its config, and starts none of them by itself", async () => {
  using folder = temporaryFolder();
  const files = { command: process.execPath, args: [serverScript] };
  await using gateway = await GatewayProcess.start(folder.path, {
    config: { mcp: { servers: { files, web: { enabled: false, url: "https://example.org/mcp" } } } },
  });
  using alice = await gateway.operator();
  expect(await alice.call("mcp.status", {})).toEqual({
    servers: [
      { name: "files", state: "idle", toolCount: 0 },
      { name: "web", state: "off", toolCount: 0 },
    ],
  });
});
