import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rejectionOf } from "../rejection.ts";
import { remoteControl, type ServedDouble } from "./remote-control.ts";

const script = join(import.meta.dir, "serve.ts");

/** The double in a process of its own. */
async function serve(logFile: string) {
  const process = Bun.spawn([globalThis.process.execPath, script, "--log", logFile], { stdout: "pipe" });
  const { value } = await process.stdout.getReader().read();
  const served = JSON.parse(new TextDecoder().decode(value)) as ServedDouble;
  const stop = async () => {
    process.kill();
    expect(await process.exited).toBe(0);
  };
  return { served, ask: remoteControl(served), [Symbol.asyncDispose]: stop };
}

test("another process drives the double, and its log on disk tells what was delivered", async () => {
  const logFile = join(tmpdir(), `signal-double-${process.pid}.jsonl`);
  await using double = await serve(logFile);
  const { served, ask } = double;
  const person = await ask("person", { name: "Bob" });
  const group = await ask("group", { title: "house" });
  const { eventId } = await ask("says", { person, group, text: "@us hi" });
  const file = { bytes: new Uint8Array([1, 2, 3]), mimeType: "image/png" };
  await ask("sendsFile", { person, file });
  const events = await fetch(`${served.url}/api/v1/events`);
  expect(await ask("handedOver", { eventId })).toBe(true);
  await events.body!.cancel();
  const send = (message: string) =>
    fetch(`${served.url}/api/v1/rpc`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "send",
        params: { account: served.number, recipient: [person], message },
      }),
    });
  const fault = await ask("fault", { method: "send", does: { kind: "drop-answer" } });
  await rejectionOf(send("lost"));
  await ask("struck", { fault });
  await ask("goDown");
  await rejectionOf(send("down"));
  await ask("comeBack");
  await send("back");
  const heard = await ask("hears", { person, count: 2 });
  expect(heard.map(({ text }) => text)).toEqual(["lost", "back"]);
  const lines = (await Bun.file(logFile).text()).trim().split("\n");
  const last = new Map(lines.map((line) => [(JSON.parse(line) as { seq: number }).seq, JSON.parse(line) as object]));
  expect([...last.values()]).toMatchObject([
    { params: { message: "lost" }, isApplied: true, isAnswered: false },
    { params: { message: "back" }, isApplied: true, isAnswered: true },
  ]);
  await rm(logFile);
});

test("the control port wants its token", async () => {
  const logFile = join(tmpdir(), `signal-double-${process.pid}-2.jsonl`);
  await using double = await serve(logFile);
  const stranger = remoteControl({ ...double.served, adminToken: "guess" });
  expect(await rejectionOf(stranger("wake"))).toEqual(new Error("wake: HTTP 401"));
  await rm(logFile, { force: true });
});
