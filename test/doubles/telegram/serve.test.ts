import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Api } from "grammy";
import { readCallLog } from "./call-log.ts";
import { failure } from "./official-client.ts";
import { remoteControl, type ServedDouble } from "./remote-control.ts";
import { TelegramDouble } from "./telegram-double.ts";

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
  const logFile = join(tmpdir(), `telegram-double-${process.pid}.jsonl`);
  await using double = await serve(logFile);
  const { served, ask } = double;
  const api = new Api(served.token, { apiRoot: served.apiRoot });
  const person = await ask("person", { name: "Bob" });
  const { updateId } = await ask("says", { person, text: "hi" });
  await ask("sendsMedia", { person, file: { kind: "photo", bytes: new Uint8Array([1, 2, 3]) } });
  expect(await api.getUpdates()).toMatchObject([{ update_id: updateId, message: { text: "hi" } }, {}]);
  const fault = await ask("fault", { method: "sendMessage", does: { kind: "drop-answer" } });
  await failure(api.sendMessage(person, "lost"));
  await ask("struck", { fault });
  await ask("goDown");
  await failure(api.sendMessage(person, "down"));
  await ask("comeBack");
  await api.sendMessage(person, "back");
  const heard = await ask("hears", { person, count: 2 });
  expect(heard.map(({ text }) => text)).toEqual(["lost", "back"]);
  const [mine, photo] = await ask("messages", { chat: person });
  expect(mine!.text).toBe("hi");
  expect(photo!.media).toMatchObject([{ kind: "photo", bytes: new Uint8Array([1, 2, 3]) }]);
  const sends = readCallLog(logFile).filter(({ method }) => method === "sendMessage");
  expect(sends.map(({ params, applied, answered }) => [params["text"], applied, answered])).toEqual([
    ["lost", true, false],
    ["back", true, true],
  ]);
  await rm(logFile);
});

test("the control port wants its token", async () => {
  const logFile = join(tmpdir(), `telegram-double-${process.pid}-2.jsonl`);
  await using double = await serve(logFile);
  const stranger = remoteControl({ ...double.served, adminToken: "guess" });
  expect(await failure(stranger("about"))).toEqual(new Error("about: HTTP 401"));
  await rm(logFile, { force: true });
});

test("a later double goes on in the same log, after the calls that stand in it", async () => {
  const logFile = join(tmpdir(), `telegram-double-${process.pid}-3.jsonl`);
  for (const text of ["first", "second"]) {
    await using telegram = await TelegramDouble.start({ logFile });
    const { id } = telegram.person({ name: "Bob" });
    await new Api(telegram.token, { apiRoot: telegram.apiRoot }).sendMessage(id, text);
    expect(telegram.calls()).toHaveLength(1);
  }
  const calls = readCallLog(logFile);
  await rm(logFile);
  expect(calls.map(({ seq, params, applied }) => [seq, params["text"], applied])).toEqual([
    [1, "first", true],
    [2, "second", true],
  ]);
});
