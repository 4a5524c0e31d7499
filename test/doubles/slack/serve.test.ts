import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { webApi } from "@slack/bolt";
import { rejectionOf } from "../rejection.ts";
import { readCallLog } from "./call-log.ts";
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
  const logFile = join(tmpdir(), `slack-double-${process.pid}.jsonl`);
  await using double = await serve(logFile);
  const { served, ask } = double;
  const client = new webApi.WebClient(served.botToken, {
    slackApiUrl: served.apiRoot,
    retryConfig: { retries: 0 },
    logLevel: webApi.LogLevel.ERROR,
  });
  const person = await ask("person", { name: "Bob" });
  const channel = await ask("direct", { person });
  const say = (text: string) => client.apiCall("chat.postMessage", { channel, text });
  await ask("says", { person, text: "hi" });
  await ask("sendsFile", { person, file: { bytes: new Uint8Array([1, 2, 3]), fileName: "a.bin" } });
  const fault = await ask("fault", { method: "chat.postMessage", does: { kind: "drop-answer" } });
  await rejectionOf(say("lost"));
  await ask("struck", { fault });
  await ask("goDown");
  await rejectionOf(say("down"));
  await ask("comeBack");
  await say("back");
  const heard = await ask("hears", { person, count: 2 });
  expect(heard.map(({ text }) => text)).toEqual(["lost", "back"]);
  const [mine, file] = await ask("messages", { chat: channel });
  expect([mine!.text, file!.files[0]!.name]).toEqual(["hi", "a.bin"]);
  const sends = readCallLog(logFile).filter(({ method }) => method === "chat.postMessage");
  expect(sends.map(({ params, applied, answered }) => [params["text"], applied, answered])).toEqual([
    ["lost", true, false],
    ["back", true, true],
  ]);
  expect(await Bun.file(logFile).text()).not.toContain(served.botToken);
  await rm(logFile);
});

test("the control port wants its token", async () => {
  const logFile = join(tmpdir(), `slack-double-${process.pid}-2.jsonl`);
  await using double = await serve(logFile);
  const stranger = remoteControl({ ...double.served, adminToken: "guess" });
  expect(await rejectionOf(stranger("sockets"))).toEqual(new Error("sockets: HTTP 401"));
  await rm(logFile, { force: true });
});
