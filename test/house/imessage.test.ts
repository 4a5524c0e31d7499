import { expect, test } from "bun:test";
import { join } from "node:path";
import { accountDefaults, type AccountPolicy } from "../../src/config/index.ts";
import { imessage } from "../../src/providers/index.ts";
import { imessageAccount, macEnvironment, settingsFor } from "../contracts/imessage-stage.ts";
import { MessagesDouble } from "../doubles/imessage/messages-double.ts";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import { openHouse, type OpenHouseOptions, temporaryFolder } from "../open-house.ts";
import { withEnvironment } from "../doubles/with-environment.ts";

/** The whole house on a Mac that is not ours, with imsg as a program of its own. */

async function houseOn(double: MessagesDouble, policy: Partial<AccountPolicy> = {}, rest: OpenHouseOptions = {}) {
  const { settings } = imessageAccount(settingsFor(double));
  const main = { ...accountDefaults("imessage"), ...settings, ...policy };
  const networks = { imessage: { enabled: true, accounts: { main } } };
  const house = await openHouse({ providers: [withEnvironment(imessage, macEnvironment(double))], networks, ...rest });
  // What was there before an account is no news to it.
  await double.until(() => double.connections.length > 0 && double.watchedFrom.length > 0);
  return house;
}

test("a stranger on iMessage gets a code, is approved, and is answered once", async () => {
  await using double = new MessagesDouble();
  const bob = double.person({ name: "Bob", handle: "+15552223333" });
  await using house = await houseOn(double);
  using alice = await house.operator();
  bob.says("hello");
  const { text } = await bob.reads(/Your code is/);
  await alice.call("approvals.approve", { code: /code is (\S{8})\./.exec(text)![1]! });
  await bob.reads(/heard: .*hello/);
  bob.says("and again");
  await bob.reads(/heard: .*and again/);
  expect(bob.sees().filter(({ isFromMe }) => isFromMe)).toHaveLength(3);
  expect(house.log.records.filter(({ level }) => level === "error")).toEqual([]);
});

test("a file comes in and a file goes out", async () => {
  await using double = new MessagesDouble();
  using folder = temporaryFolder();
  const bob = double.person({ name: "Bob", handle: "+15552223333" });
  const engine = new ScriptedEngine();
  await using house = await houseOn(double, { allowFrom: [bob.handle] }, { engine, stateDir: folder.path });
  using alice = await house.operator();
  const bytes = new TextEncoder().encode("eggs, milk");
  bob.sendsFile({ bytes, fileName: "list.txt", mimeType: "text/plain" }, { text: "what is this?" });
  await bob.reads(/heard: /);
  expect(engine.turns[0]!.prompt).toMatch(/saved as inbound\/\S+list\.txt/);
  await Bun.write(join(folder.path, "workspace", "out.txt"), "bread");
  const outgoing = { channel: "imessage", to: bob.handle, message: "here", mediaUrl: "out.txt" };
  await alice.call("send", { ...outgoing, idempotencyKey: "once" });
  const sent = await double.until(() => double.rows.find(({ isFromMe, files }) => isFromMe && files.length > 0));
  expect([sent.files[0]!.fileName, await Bun.file(sent.files[0]!.path).text()]).toEqual(["out.txt", "bread"]);
  await bob.reads(/^here$/);
});

test("what comes while the gateway is down is answered once when it is back", async () => {
  await using double = new MessagesDouble();
  using folder = temporaryFolder();
  const bob = double.person({ name: "Bob", handle: "+15552223333" });
  const policy = { allowFrom: [bob.handle] };
  {
    await using house = await houseOn(double, policy, { stateDir: folder.path });
    bob.says("one");
    await bob.reads(/heard: .*one/);
    expect(house.log.records.filter(({ level }) => level === "error")).toEqual([]);
  }
  bob.says("two");
  await using house = await houseOn(double, policy, { stateDir: folder.path });
  await bob.reads(/heard: .*two/);
  bob.says("three");
  await bob.reads(/heard: .*three/);
  const answers = bob.sees().filter(({ isFromMe }) => isFromMe);
  expect(answers.map(({ text }) => /(one|two|three)$/.exec(text)![1])).toEqual(["one", "two", "three"]);
  expect(house.log.records.filter(({ level }) => level === "error")).toEqual([]);
});

test("a send that imsg did not tell the end of is looked for, and not sent again when it arrived", async () => {
  await using double = new MessagesDouble();
  const bob = double.person({ name: "Bob", handle: "+15552223333" });
  await using house = await houseOn(double, { allowFrom: [bob.handle] });
  double.fault({ method: "send", does: { kind: "crash", when: "after" } });
  bob.says("once");
  await bob.reads(/heard: .*once/);
  bob.says("twice");
  await bob.reads(/heard: .*twice/);
  using alice = await house.operator();
  const { deliveries } = await alice.call("deliveries.list", { troubled: true });
  expect(deliveries).toEqual([]);
  expect(bob.sees().filter(({ isFromMe, text }) => isFromMe && text.endsWith("once"))).toHaveLength(1);
});

test("a group is answered where it replies to us, and a note to oneself never ends in a loop", async () => {
  await using double = new MessagesDouble();
  const bob = double.person({ name: "Bob", handle: "+15552223333" });
  const kitchen = double.group("Kitchen", [bob]);
  const groups = { [kitchen.identifier]: { enabled: true, requireMention: true } };
  const allowFrom = [bob.handle, double.ownAddress];
  await using house = await houseOn(double, { allowFrom, groups, mentionPatterns: ["clawdia"] });
  bob.says("nobody asked", { chat: kitchen });
  bob.says("Clawdia, and you?", { chat: kitchen });
  const answer = await bob.reads(/heard: [^]*and you/, { chat: kitchen });
  bob.says("why?", { chat: kitchen, replyTo: answer });
  await bob.reads(/heard: [^]*why/, { chat: kitchen });
  double.writeOwn(double.chatWith(double.ownAddress), { text: "note to self" });
  await bob.reads(/heard: .*note to self/, { chat: double.chatWith(double.ownAddress) });
  bob.says("still there?");
  await bob.reads(/heard: .*still there/);
  const own = double.rows.filter(({ chat, isFromMe }) => chat.identifier === double.ownAddress && isFromMe);
  expect(own).toHaveLength(2);
  expect(house.log.records.filter(({ level }) => level === "error")).toEqual([]);
});
