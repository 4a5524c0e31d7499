import { expect, test } from "bun:test";
import { linked, outbound, never, said } from "./linked.ts";

/** What comes in, and that it is stored once it was handed over. */

test("a message that cannot be stored is tried until it is, and what came after it waits", async () => {
  await using scene = await linked();
  const { ports, bob, clock } = scene;
  ports.store = () => Promise.reject(new Error("the disk is full"));
  const first = bob.says("first");
  const second = bob.says("second");
  await ports.heard(first.messageId);
  await clock.advance(2000);
  await ports.until(() => ports.received.length >= 2);
  ports.store = () => Promise.resolve();
  await clock.advance(2000);
  await ports.heard(second.messageId);
  const heard = ports.received.map(({ text }) => text);
  expect(heard.slice(0, -1)).toEqual(heard.slice(0, -1).map(() => "first"));
  expect(heard.at(-1)).toBe("second");
  expect(ports.captured.text).not.toContain("first");
});

test("what is in our hands when the link closes comes at the next opening, in order", async () => {
  await using scene = await linked();
  const { ports, bob, link, records, double } = scene;
  ports.store = () => Promise.reject(new Error("the disk is full"));
  const spoken = ["one", "two", "three"].map((text) => bob.says(text));
  await ports.heard(spoken[0]!.messageId);
  await double.until(() => double.isHandedOver(spoken[2]!.eventId));
  await ports.until(() => ports.received.length > 0);
  await link[Symbol.asyncDispose]();
  const kept = records.list("handed-over");
  await using again = await scene.reopen();
  await again.ports.told("connected");
  expect(again.ports.received.map(({ text }) => text)).toEqual(["one", "two", "three"].slice(0, kept.length));
  expect(kept.length).toBeGreaterThan(0);
  expect(records.list("handed-over")).toEqual([]);
});

test("what waits at Signal while nobody listens comes when somebody does", async () => {
  await using scene = await linked();
  const { link, bob, double } = scene;
  await link[Symbol.asyncDispose]();
  await double.until(() => double.listeners === 0);
  const waiting = bob.says("while you were away");
  await using again = await scene.reopen();
  await again.ports.heard(waiting.messageId);
});

test("edits, answers and reactions name the message by its first time, also after a restart", async () => {
  await using scene = await linked();
  const { ports, bob, link } = scene;
  const { messageId, sentAtMs } = bob.says("tpyo");
  const edit = bob.edits({ sentAtMs }, "typo");
  await ports.heard(messageId);
  await ports.until(() => ports.received.find(({ event }) => event.kind === "edit"));
  await link[Symbol.asyncDispose]();
  await using again = await scene.reopen();
  await again.ports.told("connected");
  bob.edits({ sentAtMs: edit.sentAtMs }, "typo, twice");
  bob.reacts({ sentAtMs: edit.sentAtMs, author: bob.aci }, "👍");
  bob.says("that one", { quote: { sentAtMs: edit.sentAtMs, author: bob.aci, text: "typo" } });
  const answer = await again.ports.until(() => again.ports.received.find(({ text }) => text === "that one"));
  const second = again.ports.received.find(({ text }) => text === "typo, twice");
  const reaction = again.ports.received.find(({ event }) => event.kind === "reaction");
  expect([second?.event.kind, second?.ref.messageId]).toEqual(["edit", messageId]);
  expect([reaction?.event.kind, reaction?.text, reaction?.ref.messageId]).toEqual(["reaction", "👍", messageId]);
  expect(answer.replyTo).toMatchObject({ messageId, text: "typo", isOwn: false });
});

test("a person keeps the chat when they change their number", async () => {
  await using scene = await linked();
  const { ports, bob, link } = scene;
  bob.changesNumber("+15550100111");
  const one = await ports.heard(bob.says("one").messageId);
  bob.changesNumber("+15550100222");
  const two = await ports.heard(bob.says("two").messageId);
  expect([one.ref.peer, one.sender.id]).toEqual([two.ref.peer, two.sender.id]);
  expect([one.sender.handle, two.sender.handle]).toEqual(["+15550100111", "+15550100222"]);
  await link.send(outbound(bob, { text: said("still you") }), never);
  await bob.hearsOf("still you");
});

test("what is taken back, typed or receipted is none of the house's business", async () => {
  await using scene = await linked();
  const { ports, bob } = scene;
  const { sentAtMs, messageId } = bob.says("oops");
  await ports.heard(messageId);
  bob.takesBack({ sentAtMs });
  bob.types();
  bob.reads({ sentAtMs });
  await ports.heard(bob.says("next").messageId);
  expect(ports.received.map(({ text }) => text)).toEqual(["oops", "next"]);
});

test("a new safety number is told, by whom and without what they wrote", async () => {
  await using scene = await linked();
  const { ports, bob } = scene;
  bob.writesUnderNewKeys();
  await ports.heard(bob.says("after").messageId);
  const told = ports.captured.records.find(({ event }) => event === "identity.changed");
  expect(told).toMatchObject({ level: "warn", fields: { account: "main", sender: bob.aci } });
});

test("a daemon that hangs shows no sign of life, and is given up", async () => {
  await using scene = await linked();
  const { ports, clock, double } = scene;
  double.hang();
  await clock.advance(50_000);
  expect((await ports.told("lost")).reason).toBe("signal-cli: it said nothing for 50 s");
});

test("a daemon that has no such account ends the link", async () => {
  await using scene = await linked({ before: (double) => double.unlink(), until: "connecting" });
  expect((await scene.ports.told("logged-out")).cure).toBe("clawdia providers add signal");
});

test("what is no signal-cli is said to be none", async () => {
  using server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("hello", { status: 404 }) });
  const settings = { httpUrl: `http://127.0.0.1:${server.port}/` };
  await using scene = await linked({ settings, until: "connecting" });
  const { reason } = await scene.ports.told("lost");
  expect(reason).toBe("signal-cli: it answered 404: no signal-cli daemon is there");
});
