import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accountDefaults, type AccountPolicy } from "../../src/config/index.ts";
import { realClock } from "../../src/lib/index.ts";
import type { SignalSettings } from "../../src/providers/signal/settings.ts";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import { SignalDouble } from "../doubles/signal/signal-double.ts";
import { openHouse, type OpenHouseOptions, temporaryFolder } from "../open-house.ts";

/** The whole house on a Signal that is not ours. */

type Settings = Partial<AccountPolicy & SignalSettings>;

async function houseOn(double: SignalDouble, settings: Settings = {}, rest: OpenHouseOptions = {}) {
  const defaults = accountDefaults("signal") as AccountPolicy & SignalSettings;
  const main = { ...defaults, httpUrl: double.url, number: double.number, ...settings };
  return openHouse({ networks: { signal: { enabled: true, accounts: { main } } }, ...rest });
}

test("a stranger on Signal gets a code, is approved, and is answered and marked as read", async () => {
  await using double = await SignalDouble.start();
  const bob = double.person({ name: "Bob", number: "+15550100111" });
  await using house = await houseOn(double);
  using alice = await house.operator();
  bob.says("hello");
  const { text } = await bob.hearsOf(/Your code is/);
  await alice.call("approvals.approve", { code: /code is (\S{8})\./.exec(text)![1]! });
  await bob.hearsOf(/heard: .*hello/);
  const second = bob.says("again");
  await bob.hearsOf(/heard: .*again/);
  await double.until(() =>
    bob.sees().some(({ sentAtMs, readBy }) => sentAtMs === second.sentAtMs && readBy.length > 0),
  );
  expect(house.log.text).not.toContain(double.number);
  expect(house.log.text).not.toContain("+15550100111");
  expect(house.log.records.filter(({ level }) => level === "error")).toEqual([]);
});

test("styles arrive as Signal shows them, and a group is answered where it mentions or quotes us", async () => {
  await using double = await SignalDouble.start();
  const bob = double.person({ name: "Bob" });
  const engine = new ScriptedEngine();
  engine.answer = () => "**bold** and `code`";
  const group = double.group("house");
  const groups = { [group.id]: { enabled: true, requireMention: true } };
  await using house = await houseOn(double, { allowFrom: [bob.aci], groups }, { engine });
  bob.says("hi");
  expect((await bob.hears())[0]).toMatchObject({
    text: "bold and code",
    styles: [
      { start: 0, length: 4, style: "BOLD" },
      { start: 9, length: 4, style: "MONOSPACE" },
    ],
  });
  bob.says("nobody asked", { group });
  const asked = bob.says("@us and now?", { group });
  const [answer] = await bob.hears(1, { group });
  expect(answer!.quote).toMatchObject({ sentAtMs: asked.sentAtMs, author: bob.aci, text: "and now?" });
  expect(engine.turns[1]!.prompt).toContain("Bob: nobody asked");
  bob.says("and then?", { group, quote: answer! });
  await bob.hears(1, { group });
  await double.until(() => double.messages(group).some(({ reactions }) => Object.keys(reactions).length > 0));
  expect(house.log.records.filter(({ level }) => level === "error")).toEqual([]);
});

test("a file that comes is kept, and one that is sent arrives", async () => {
  await using double = await SignalDouble.start();
  const bob = double.person({ name: "Bob" });
  using folder = temporaryFolder();
  const engine = new ScriptedEngine();
  await using house = await houseOn(double, { allowFrom: [bob.aci] }, { engine, stateDir: folder.path });
  using alice = await house.operator();
  const bytes = new TextEncoder().encode("notes that bob wrote\n".repeat(50));
  bob.sendsFile({ bytes, mimeType: "text/plain", fileName: "notes.txt", text: "read this" });
  await bob.hears();
  expect(engine.turns[0]!.prompt).toContain("notes.txt");
  expect(double.calls("getAttachment").map(({ isAnswered }) => isAnswered)).toEqual([true]);
  mkdirSync(join(folder.path, "workspace"), { recursive: true });
  writeFileSync(join(folder.path, "workspace", "yours.txt"), bytes);
  const file = { to: bob.aci, channel: "signal", message: "", mediaUrl: "yours.txt", idempotencyKey: "k1" };
  await alice.call("send", file);
  const [seen] = await bob.hears();
  expect(seen!.files).toEqual([{ mimeType: "text/plain", fileName: "yours.txt", bytes }]);
});

test("a restart in the middle answers once, and what came meanwhile too", async () => {
  await using double = await SignalDouble.start();
  const bob = double.person({ name: "Bob" });
  using folder = temporaryFolder();
  const settings = { allowFrom: [bob.aci], streaming: "off" as const };
  {
    await using house = await houseOn(double, settings, { stateDir: folder.path, clock: realClock });
    bob.says("one");
    await bob.hearsOf(/heard: .*one/);
    await double.until(() => double.calls("send").every(({ isAnswered }) => isAnswered));
    expect(house.log.records.filter(({ level }) => level === "error")).toEqual([]);
  }
  await double.until(() => double.listeners === 0);
  bob.says("two");
  await using house = await houseOn(double, settings, { stateDir: folder.path, clock: realClock });
  await bob.hearsOf(/two$/);
  expect(bob.sees().filter(({ isOurs, text }) => isOurs && text.includes("one"))).toHaveLength(1);
  expect(house.log.records.filter(({ level }) => level === "error")).toEqual([]);
});

test("a send whose answer is lost is held, and not sent again", async () => {
  await using double = await SignalDouble.start();
  const bob = double.person({ name: "Bob" });
  await using house = await houseOn(double, { allowFrom: [bob.aci], streaming: "off" });
  using alice = await house.operator();
  double.fault({ method: "send", does: { kind: "drop-answer" } });
  bob.says("once");
  await bob.hearsOf(/once/);
  bob.says("twice");
  await bob.hearsOf(/twice/);
  const { deliveries } = await alice.call("deliveries.list", { troubled: true });
  expect(deliveries).toMatchObject([{ state: "unknown", mayBeDouble: true }]);
  expect(bob.sees().filter(({ isOurs, text }) => isOurs && text.endsWith("] once"))).toHaveLength(1);
});
