import { expect, test } from "bun:test";
import { linked } from "./linked.ts";

/** What people do in Slack, and what the house hears of it. */

test("a message has its sender's name, and its channel's", async () => {
  await using scene = await linked();
  const { double, ports, bob } = scene;
  const kitchen = await double.channel("kitchen", [bob]);
  const { ts } = await bob.says(`<@${double.bot.userId}> ask <@${bob.id}>`, { chat: kitchen });
  expect(await ports.heard(ts)).toMatchObject({
    sender: { id: bob.id, name: "Bob" },
    chatTitle: "kitchen",
    text: "ask @Bob",
    mentionsSelf: true,
  });
});

test("names that Slack does not tell in time do not hold a message up, and are known later", async () => {
  await using scene = await linked();
  const { double, ports, bob, clock } = scene;
  const slow = double.fault({ method: "users.info", does: { kind: "hang" } });
  const { ts } = await bob.says("quick");
  await slow.struck();
  await clock.advance(1000);
  expect((await ports.heard(ts)).sender).toEqual({ id: bob.id, name: undefined });
  slow.release();
  await double.until(() => double.calls("users.info").some(({ answered }) => answered));
  await double.until(() => double.acknowledged.includes(ts));
  const again = await bob.says("and again");
  expect((await ports.heard(again.ts)).sender.id).toBe(bob.id);
});

test("without the right to names a message comes without them", async () => {
  await using scene = await linked();
  const { double, ports, bob } = scene;
  double.fault({ method: "users.info", does: { kind: "refuse", error: "missing_scope", needed: "users:read" } });
  const { ts } = await bob.says("nameless");
  expect((await ports.heard(ts)).sender).toEqual({ id: bob.id, name: undefined });
  expect(ports.kinds).toEqual(["connecting", "connected"]);
});

test("a mention is two events and one message, and both are acknowledged", async () => {
  await using scene = await linked();
  const { double, ports, bob } = scene;
  const kitchen = await double.channel("kitchen", [bob]);
  const { ts, deliveries } = await bob.says(`<@${double.bot.userId}> twice`, { chat: kitchen });
  await double.until(() => deliveries.every(({ isTaken }) => isTaken));
  expect(deliveries).toHaveLength(2);
  expect(ports.received.map(({ ref }) => ref.messageId)).toEqual([ts]);
});

test("a chat of several people is a group", async () => {
  await using scene = await linked();
  const { double, ports, bob } = scene;
  const several = await double.several([bob, await double.person("Alice")]);
  const { ts } = await bob.says("all of you", { chat: several });
  expect(await ports.heard(ts)).toMatchObject({
    ref: { peer: { kind: "group", id: several.id } },
    mentionsSelf: false,
  });
});

test("an answer in a thread of ours means us", async () => {
  await using scene = await linked();
  const { double, ports, bob, link } = scene;
  const kitchen = await double.channel("kitchen", [bob]);
  const peer = { kind: "group", id: kitchen.id } as const;
  const text = { markup: "well?", plain: "well?" };
  const { messageId } = await link.send({ sendId: "a".repeat(24), peer, text }, new AbortController().signal);
  const { ts } = await bob.says("yes", { chat: kitchen, thread: messageId });
  expect(await ports.heard(ts)).toMatchObject({ ref: { peer: { threadId: messageId } }, mentionsSelf: true });
});

test("edits, reactions, buttons and commands come in, and are acknowledged once they are stored", async () => {
  await using scene = await linked();
  const { double, ports, bob, link } = scene;
  const peer = { kind: "direct", id: bob.directId } as const;
  const text = { markup: "allow it?", plain: "allow it?" };
  const buttons = [[{ label: "Yes", value: "approve 1" }]];
  const asked = await link.send({ sendId: "a".repeat(24), peer, text, buttons }, new AbortController().signal);
  const { ts } = await bob.says("helo");
  await ports.heard(ts);
  const stored = Promise.withResolvers<void>();
  ports.store = () => stored.promise;
  const told = [
    await bob.edits(ts, "hello"),
    await bob.reacts(asked.messageId, "tada"),
    bob.presses(asked.messageId, "Yes"),
    bob.commands("/clawdia", "what now?"),
    bob.commands("/stop", ""),
  ];
  await ports.until(() => ports.received.length === 2);
  expect(told.map(({ isTaken }) => isTaken)).toEqual([false, false, false, false, false]);
  stored.resolve();
  await double.until(() => told.every(({ isTaken }) => isTaken));
  expect(ports.received.slice(1).map(({ event, text: words }) => [event.kind, words])).toEqual([
    ["edit", "hello"],
    ["reaction", "🎉"],
    ["button", "approve 1"],
    ["message", "what now?"],
    ["message", "/stop"],
  ]);
});

test("what is deleted, changed by nobody or unknown is acknowledged and not told", async () => {
  await using scene = await linked();
  const { double, ports, bob } = scene;
  const { ts } = await bob.says("soon gone");
  await ports.heard(ts);
  const told = [
    await bob.deletes(ts),
    double.inject({ type: "weather_changed", event_ts: "1800000001.000200" }),
    double.inject({
      type: "message",
      subtype: "channel_join",
      user: bob.id,
      channel: "C0KITCHEN",
      ts: "1800000001.000200",
    }),
  ];
  await double.until(() => told.every(({ isTaken }) => isTaken));
  expect(ports.received.map(({ ref }) => ref.messageId)).toEqual([ts]);
});

test("messages of one chat are stored in the order in which they came, whatever their names take", async () => {
  await using scene = await linked();
  const { double, ports, bob } = scene;
  const slow = double.fault({ method: "users.info", does: { kind: "hold-answer" } });
  const said = [(await bob.says("one")).ts, (await bob.says("two")).ts, (await bob.says("three")).ts];
  await slow.struck();
  slow.release();
  for (const ts of said) await ports.heard(ts);
  expect(ports.received.map(({ ref }) => ref.messageId)).toEqual(said);
});
