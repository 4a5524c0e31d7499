import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { remoteControl, type ServedDouble } from "./remote-control.ts";

/** The double in a process of its own, as people drive it by hand and harnesses from elsewhere. */

async function served(...options: readonly string[]) {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "serve.ts"), "--until-eof", ...options], {
    stdin: "pipe",
    stdout: "pipe",
  });
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  const about = JSON.parse(Buffer.from(value!).toString()) as ServedDouble;
  return {
    about,
    ask: remoteControl(about),
    async [Symbol.asyncDispose]() {
      await child.stdin.end();
      await child.exited;
      expect(existsSync(about.binFolder)).toBe(false);
    },
  };
}

test("a program and a person meet over it", async () => {
  await using double = await served();
  const { about, ask } = double;
  const imsg = Bun.spawn([...about.command], { stdin: "pipe", stdout: "pipe" });
  const person = await ask("person", { name: "Bob", handle: "+15552223333" });
  await imsg.stdin.write('{"jsonrpc":"2.0","id":1,"method":"watch.subscribe","params":{"since_rowid":-1}}\n');
  await ask("watched");
  await ask("says", { person, text: "grün" });
  const send = { jsonrpc: "2.0", id: 2, method: "send", params: { to: person, text: "answer" } };
  await imsg.stdin.write(`${JSON.stringify(send)}\n`);
  expect(await ask("reads", { person, text: "answer" })).toMatchObject({ is_from_me: true });
  await imsg.stdin.end();
  const output = await new Response(imsg.stdout).text();
  const [subscribed, told] = output.split("\n").map((line) => JSON.parse(line || "null") as unknown);
  expect(subscribed).toEqual({ jsonrpc: "2.0", id: 1, result: { subscription: 1 } });
  expect(told).toMatchObject({ method: "message", params: { subscription: 1, message: { text: "grün" } } });
  expect(await ask("calls", { method: "send" })).toHaveLength(1);
});

test("faults are set from outside, and a wrong token sets none", async () => {
  await using double = await served("--old", "--no-bridge");
  const { about, ask } = double;
  await ask("fault", { method: "chats.list", does: { kind: "crash", when: "mid-line" } });
  const imsg = Bun.spawn([...about.command], { stdin: "pipe", stdout: "pipe" });
  await imsg.stdin.write('{"jsonrpc":"2.0","id":1,"method":"chats.list"}\n');
  expect(await new Response(imsg.stdout).text()).toBe('{"jsonrpc":"2.0","id":1,"resu');
  expect(await imsg.exited).toBe(134);
  const stranger = remoteControl({ ...about, adminToken: "wrong" });
  expect(await stranger("goDown").catch(String)).toContain("HTTP 401");
});
