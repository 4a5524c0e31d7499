import { expect, test } from "bun:test";
import { join } from "node:path";

test("starting the gateway loads neither protocol's client; the first need does", async () => {
  const script = join(import.meta.dir, "../doubles/loaded-modules.ts");
  const child = Bun.spawn([process.execPath, script], { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
  const printed = (await new Response(child.stdout).text()).trim().split("\n").at(-1)!;
  expect(JSON.parse(printed)).toEqual([[], ["agentclientprotocol"], ["agentclientprotocol", "modelcontextprotocol"]]);
});
