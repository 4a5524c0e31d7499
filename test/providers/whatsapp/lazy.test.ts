import { expect, test } from "bun:test";
import { join } from "node:path";

test("starting the gateway does not load WhatsApp's library; opening an account does", async () => {
  const script = join(import.meta.dir, "../../doubles/whatsapp/loaded-library.ts");
  const child = Bun.spawn([process.execPath, script], { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
  const printed = (await new Response(child.stdout).text()).trim().split("\n").at(-1)!;
  expect(JSON.parse(printed)).toEqual([false, true]);
});
