import { expect, test } from "bun:test";
import { direct, linked, never, outbound, texts } from "./linked.ts";

/** What we sent, and Messages shows again, is not answered. */

const self = direct("+15550001111");

test("in a chat with oneself our message comes back as somebody else's and is left out", async () => {
  await using scene = await linked();
  const { double, link, ports, bob } = scene;
  await link.send(outbound(self, "echo?"), never);
  await ports.heard(bob.says("done").guid);
  expect(double.rows.map(({ isFromMe, text }) => [isFromMe, text])).toEqual([
    [true, "echo?"],
    [false, "echo?"],
    [false, "done"],
  ]);
  expect(texts(ports)).toEqual(["done"]);
});

test("what a person writes to themself comes, once, and so does our own text in their words later", async () => {
  await using scene = await linked();
  const { double, link, ports } = scene;
  const chat = double.chatWith(double.ownAddress);
  await link.send(outbound(self, "ok"), never);
  double.writeOwn(chat, { text: "a note" });
  double.writeOwn(chat, { text: "ok" });
  await ports.until(() => ports.received.length === 2);
  expect(texts(ports)).toEqual(["a note", "ok"]);
  expect(ports.received.map(({ sender }) => sender.id)).toEqual([double.ownAddress, double.ownAddress]);
});

test("a copy that comes after a restart is known", async () => {
  await using scene = await linked();
  const { double, link, bob } = scene;
  const chat = double.chatWith(double.ownAddress);
  double.hasTwins = false;
  await link.send(outbound(self, "late echo"), never);
  await link[Symbol.asyncDispose]();
  double.write(chat, { sender: double.ownAddress, text: "late echo" });
  await using again = await scene.reopen();
  await again.ports.heard(bob.says("done").guid);
  expect(texts(again.ports)).toEqual(["done"]);
});

test("a copy that was left out stays left out when its row is told again", async () => {
  await using scene = await linked();
  const { double, link, ports, bob } = scene;
  await link.send(outbound(self, "twice told"), never);
  await ports.heard(bob.says("done").guid);
  await link[Symbol.asyncDispose]();
  await scene.records.write([{ kind: "cursor", id: "rows", value: undefined }]);
  await using again = await scene.reopen();
  double.connections[0]!.repeats(double.rows[1]!);
  await again.ports.heard(bob.says("and on").guid);
  expect(texts(again.ports)).toEqual(["and on"]);
});

test("a person who says what we said is heard", async () => {
  await using scene = await linked();
  const { link, ports, bob } = scene;
  await link.send(outbound(direct(bob.handle), "ok"), never);
  await ports.heard(bob.says("ok").guid);
});

test("a copy with our guid under another sender is left out", async () => {
  await using scene = await linked();
  const { double, link, ports, bob } = scene;
  const { messageId } = await link.send(outbound(direct(bob.handle), "ours"), never);
  double.write(bob.chat, { sender: bob.handle, text: "ours", guid: messageId });
  await ports.heard(bob.says("done").guid);
  expect(texts(ports)).toEqual(["done"]);
});

test("the same words long after are no copy", async () => {
  await using scene = await linked();
  const { double, link, ports, clock } = scene;
  double.hasTwins = false;
  await link.send(outbound(self, "daily"), never);
  clock.jump(86_400_000);
  const later = double.write(double.chatWith(double.ownAddress), { sender: double.ownAddress, text: "daily" });
  await ports.heard(later.guid);
});

test("a reaction to what we said means us, in a group too", async () => {
  await using scene = await linked();
  const { double, link, ports, bob } = scene;
  const kitchen = double.group("Kitchen", [bob]);
  const { messageId } = await link.send(outbound({ kind: "group", id: kitchen.identifier }, "soup?"), never);
  const ours = double.rows.find(({ guid }) => guid === messageId)!;
  const others = bob.says("bread?", { chat: kitchen });
  bob.reacts(ours, "love");
  bob.reacts(others, "laugh");
  bob.reacts(ours, "love", false);
  bob.says("end", { chat: kitchen });
  await ports.until(() => texts(ports).includes("end"));
  expect(ports.received.map(({ event, text, mentionsSelf }) => [event.kind, text, mentionsSelf])).toEqual([
    ["message", "bread?", false],
    ["reaction", "❤️", true],
    ["reaction", "😂", false],
    ["message", "end", false],
  ]);
});
