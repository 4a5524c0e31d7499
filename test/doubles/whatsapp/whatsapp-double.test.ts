import { expect, test } from "bun:test";
import { join } from "node:path";
import { type ServedDouble, remoteControl } from "./control.ts";
import { WhatsAppDouble } from "./whatsapp-double.ts";

/** The double, tried by WhatsApp's real client alone: two people who are linked to phones of their own. */

async function cast() {
  const double = await WhatsAppDouble.start();
  // Our account's place is taken by a person, too.
  const owner = await double.person({ number: double.number, name: "Owner" });
  const bob = await double.person({ number: "15557654321", name: "Bob" });
  return { double, owner, bob, [Symbol.asyncDispose]: () => double[Symbol.asyncDispose]() };
}

test("two clients talk, quote, react and edit through the relay, which cannot read them", async () => {
  await using stage = await cast();
  const { double, owner, bob } = stage;
  const id = await bob.says("hello owner");
  const shown = await double.until(() => owner.sees().find((one) => one.id === id));
  await owner.says("hello bob", { to: bob.jid, quotes: shown });
  const answer = await bob.reads(/hello bob/);
  expect(answer.quotedId).toBe(id);
  await bob.reacts(answer, "🎉");
  await bob.edits(id, "hello, owner");
  await double.until(() => owner.sees().find(({ text }) => text === "hello, owner"));
  await double.until(() => owner.sees().find(({ edits }) => edits === 1));
  const wire = Buffer.concat(double.relay.heardNodes.map(({ node }) => Buffer.from(JSON.stringify(node)))).toString();
  expect([wire.includes("hello owner"), wire.includes("hello bob")]).toEqual([false, false]);
  expect(double.relay.trouble).toEqual([]);
});

test("a group reaches everybody in it, in either way of addressing", async () => {
  await using stage = await cast();
  const { double, owner, bob } = stage;
  for (const addressing of ["pn", "lid"] as const) {
    const { jid } = double.group(`by ${addressing}`, [bob], addressing);
    await bob.says(`to the group by ${addressing}`, { to: jid });
    await double.until(() => owner.sees().find((one) => one.chat === jid));
  }
});

test("what is sent to a client that is away waits for it, and one that forgot its sessions asks again", async () => {
  await using stage = await cast();
  const { double, owner, bob } = stage;
  await bob.says("first");
  await owner.says("answer", { to: bob.jid });
  await bob.reads(/answer/);
  await owner.leaves();
  await bob.says("while you were away");
  owner.forgetsSessions();
  await owner.returns();
  await double.until(() => owner.sees().find(({ text }) => text === "while you were away"));
  expect(owner.unreadable).toBe(1);
});

test("files lie at the double as they were encrypted, and open with the message's key", async () => {
  await using stage = await cast();
  const { double, owner, bob } = stage;
  const bytes = new Uint8Array(7000).map((_, index) => index % 250);
  const id = await bob.sendsFile({ bytes, mimeType: "text/plain", fileName: "a.txt" });
  const shown = await double.until(() => owner.sees().find((one) => one.id === id));
  expect(await double.openMedia(shown)).toEqual(bytes);
  double.spoilMedia();
  expect(await double.openMedia(shown).catch((error: unknown) => error)).toMatchObject({ name: "MediaError" });
});

test("another process drives the double", async () => {
  const script = join(import.meta.dir, "serve.ts");
  const child = Bun.spawn([process.execPath, script], { stdout: "pipe" });
  const { value } = await child.stdout.getReader().read();
  const served = JSON.parse(new TextDecoder().decode(value)) as ServedDouble;
  const ask = remoteControl(served);
  const person = await ask("person", { number: "15557654321", name: "Bob" });
  const other = await ask("person", { number: "15550001111", name: "Owner" });
  const group = await ask("group", { subject: "Kitchen", members: [person, other] });
  await ask("says", { person, text: "hello", to: group });
  await ask("says", { person: other, text: "back", to: `${person}@s.whatsapp.net` });
  expect(await ask("reads", { person, text: "back" })).toBe("back");
  expect(await ask("scan", { qr: "x#1,2,3,4" }).catch((error: unknown) => String(error))).toContain("too old");
  await ask("goDown");
  expect((await fetch(served.mediaUrl)).status).toBe(503);
  await ask("comeBack");
  child.kill();
  expect(await child.exited).toBe(0);
});
