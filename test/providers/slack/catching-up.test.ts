import { expect, test } from "bun:test";
import { catchUpLimits } from "../../../src/providers/slack/catching-up.ts";
import { Progress } from "../../../src/providers/slack/progress.ts";
import { memoryRecords } from "../../doubles/memory-records.ts";
import { linked, type Linked, never, outbound, said } from "./linked.ts";

/** What was said while no link was there. Slack forgets its deliveries here at once, as it does after minutes. */

const forgetful = { pausesMs: [] };

async function away(scene: Linked): Promise<void> {
  await scene.link[Symbol.asyncDispose]();
  await scene.double.until(() => scene.double.sockets.count === 0);
}

test("direct messages, channels and threads are read from where the last link stopped, once and in order", async () => {
  await using scene = await linked({ double: forgetful });
  const { double, bob, ports, clock } = scene;
  const kitchen = await double.channel("kitchen", [bob]);
  const first = await bob.says("before", { chat: kitchen });
  await ports.heard(first.ts);
  await clock.advance(120_000);
  await ports.heard((await bob.says("still there")).ts);
  await away(scene);
  await clock.advance(3_600_000);
  const direct = [(await bob.says("one")).ts, (await bob.says("two")).ts];
  const inChannel = (await bob.says(`<@${double.bot.userId}> three`, { chat: kitchen })).ts;
  const inThread = (await bob.says("four", { chat: kitchen, thread: inChannel })).ts;
  await using again = await scene.reopen();
  for (const ts of [...direct, inChannel, inThread]) await again.ports.heard(ts);
  const missed = again.ports.received.map(({ ref, text, mentionsSelf }) => [ref.peer.threadId, text, mentionsSelf]);
  const known = ["before", "still there"];
  expect(missed.filter(([, text]) => !known.includes(String(text)))).toEqual([
    [undefined, "one", true],
    [undefined, "two", true],
    [undefined, "three", true],
    [inChannel, "four", false],
  ]);
});

test("a thread in which we spoke is read, though its channel's history does not show it", async () => {
  await using scene = await linked({ double: forgetful });
  const { double, bob, ports, link, clock } = scene;
  const kitchen = await double.channel("kitchen", [bob]);
  const { ts: root } = await bob.says("long ago", { chat: kitchen });
  await ports.heard(root);
  const peer = { kind: "group", id: kitchen.id, threadId: root } as const;
  await link.send(outbound(kitchen.id, { peer, text: said("and now?") }), never);
  await clock.advance(600_000);
  await ports.heard((await bob.says("later")).ts);
  await away(scene);
  await clock.advance(600_000);
  const { ts } = await bob.says("an answer", { chat: kitchen, thread: root });
  await using again = await scene.reopen();
  expect(await again.ports.heard(ts)).toMatchObject({ text: "an answer", ref: { peer } });
});

test("a first link reads nothing of what was said before it", async () => {
  await using scene = await linked({
    double: forgetful,
    before: async (double) => {
      const alice = await double.person("Alice");
      await alice.posts("before there was a link");
    },
  });
  await scene.ports.heard((await scene.bob.says("now")).ts);
  expect(scene.ports.received).toHaveLength(1);
});

test("what is said while a first link opens is read, too", async () => {
  await using scene = await linked({ double: forgetful, until: "connecting" });
  const { double, bob, ports, clock } = scene;
  await clock.advance(1);
  const { ts } = await bob.says("while it opens");
  await ports.told("connected");
  expect((await ports.heard(ts)).text).toBe("while it opens");
  expect(double.deliveries).toHaveLength(1);
});

test("a limit of Slack's is waited out, and nothing is left out for it", async () => {
  await using scene = await linked({ double: forgetful });
  const { double, bob, ports, clock } = scene;
  await ports.heard((await bob.says("before")).ts);
  await away(scene);
  const { ts } = await bob.says("missed");
  const limit = double.fault({ method: "conversations.history", does: { kind: "limit", retryAfterSeconds: 30 } });
  await using again = await scene.reopen();
  await limit.struck();
  await again.ports.told("connected");
  // The answer to the call is on its way yet.
  await double.until(() => double.calls("conversations.history").some(({ answered }) => answered));
  while (!again.ports.received.some(({ ref }) => ref.messageId === ts)) await clock.advance(1000);
  expect(clock.elapsedMs()).toBeGreaterThanOrEqual(30_000);
});

test("what could not be stored is read again by the next link, whatever was stored after it", async () => {
  await using scene = await linked({ double: forgetful });
  const { bob, ports, clock } = scene;
  ports.store = ({ text }) => (text === "lost" ? Promise.reject(new Error("the disk is full")) : Promise.resolve());
  const { ts } = await bob.says("lost");
  await ports.heard(ts);
  await clock.advance(600_000);
  await ports.heard((await bob.says("kept")).ts);
  await away(scene);
  await using again = await scene.reopen();
  expect((await again.ports.heard(ts)).text).toBe("lost");
});

test("messages older than a day stay unread", async () => {
  await using scene = await linked({ double: forgetful });
  const { bob, ports, clock } = scene;
  await ports.heard((await bob.says("before")).ts);
  await away(scene);
  await bob.says("too old");
  await clock.advance(catchUpLimits.ageMs + 60_000);
  const { ts } = await bob.says("young");
  await using again = await scene.reopen();
  await again.ports.heard(ts);
  expect(again.ports.received.map(({ text }) => text)).toEqual(["young"]);
});

test("without the right to list chats, a chat is read once something comes there, and before that", async () => {
  await using scene = await linked({ double: forgetful });
  const { bob, ports, double } = scene;
  await ports.heard((await bob.says("before")).ts);
  await away(scene);
  await bob.says("missed");
  const refuse = { kind: "refuse", error: "missing_scope", needed: "im:read" } as const;
  double.fault({ method: "users.conversations", times: 4, does: refuse });
  await using again = await scene.reopen();
  const refused = () => double.calls("users.conversations").filter(({ error, answered }) => error && answered);
  await double.until(() => refused().length === 4);
  await again.ports.heard((await bob.says("now")).ts);
  expect(again.ports.received.map(({ text }) => text)).toEqual(["before", "missed", "now"]);
});

test("a channel where the app is invited later is not read back", async () => {
  await using scene = await linked({ double: forgetful });
  const { bob, ports, double, clock } = scene;
  await double.until(() => double.calls("conversations.history").some(({ answered }) => answered));
  await clock.advance(60_000);
  const kitchen = await double.channel("kitchen", [bob]);
  await bob.posts("before the invitation", { chat: kitchen });
  const { ts } = await bob.says("after it", { chat: kitchen });
  await ports.heard(ts);
  expect(ports.received.map(({ text }) => text)).toEqual(["after it"]);
});

test("what comes while the missed is still unread waits for it, and for a moment only", async () => {
  await using scene = await linked({ double: forgetful });
  const { bob, ports, double, clock } = scene;
  await ports.heard((await bob.says("before")).ts);
  await away(scene);
  await clock.advance(120_000);
  await bob.says("missed");
  const slow = double.fault({ method: "conversations.history", does: { kind: "hold-answer" } });
  await using again = await scene.reopen();
  await slow.struck();
  const early = await bob.says("early");
  expect(again.ports.received).toEqual([]);
  await clock.advance(catchUpLimits.waitMs);
  await again.ports.heard(early.ts);
  expect(again.ports.received.map(({ text }) => text)).toEqual(["early"]);
  slow.release();
  await again.ports.until(() => again.ports.received.some(({ text }) => text === "missed"));
});

test("progress stands still before what is not stored, and moves on behind it", async () => {
  const records = memoryRecords();
  const now = 1_800_000_000_000;
  const progress = new Progress(records, now);
  expect(progress.readsFrom).toBe("1799999999.999000");
  for (const ts of ["1800000100.000100", "1800000200.000100"]) progress.begin(ts);
  progress.stored("1800000200.000100");
  await progress.keep();
  expect(new Progress(records, now).readsFrom).toBe("1800000039.999000");
  progress.stored("1800000100.000100");
  await progress.keep();
  expect(new Progress(records, now).readsFrom).toBe("1800000140.000000");
});
