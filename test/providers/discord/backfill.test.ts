import { expect, test } from "bun:test";
import type { RecordingPorts } from "../../doubles/recording-ports.ts";
import { scene } from "./linked.ts";

/** What was said while no link was open, and no session could go on. */

test("what was said meanwhile is read from the cursors on, in order, and once", async () => {
  await using stage = await scene();
  const { double, bob } = stage;
  const kitchen = double.guild("House").channel("kitchen");
  const first = await stage.open();
  await first.ports.told("connected");
  const before = bob.says("direct, before");
  await first.ports.heard(before);
  await first.ports.heard(bob.says("kitchen, before", { channel: kitchen }));
  await first[Symbol.asyncDispose]();
  double.forgetSessions();
  await stage.clock.advance(60_000);
  const missed = Array.from({ length: 130 }, (_, index) => bob.says(`missed ${index}`));
  const inKitchen = bob.says("missed in the kitchen", { channel: kitchen });
  await using second = await stage.open();
  await second.ports.heard(missed.at(-1)!);
  await second.ports.heard(inKitchen);
  const live = bob.says("live");
  await second.ports.heard(live);
  const direct = second.ports.received.filter(({ ref }) => ref.peer.kind === "direct").map(({ ref }) => ref.messageId);
  // Ids are not quite in order, so reading begins a little before the cursor; the house knows what it has.
  expect(direct).toEqual([before, ...missed, live]);
});

test("a channel where nothing was heard before is read from where the account is", async () => {
  await using stage = await scene();
  const { double, bob } = stage;
  const house = double.guild("House");
  const first = await stage.open();
  await first.ports.told("connected");
  await first.ports.heard(bob.says("before"));
  await first[Symbol.asyncDispose]();
  double.forgetSessions();
  await stage.clock.advance(60_000);
  const garden = house.channel("garden");
  const post = house.thread(house.forum("ideas"), "soup");
  const missed = [bob.says("in a new channel", { channel: garden }), bob.says("in a new post", { channel: post })];
  await using second = await stage.open();
  for (const id of missed) await second.ports.heard(id);
});

test("what is a day old stays unread, and so does everything before the account's first start", async () => {
  await using stage = await scene();
  const { double, bob } = stage;
  const kitchen = double.guild("House").channel("kitchen");
  bob.says("long before the bot was linked", { channel: kitchen });
  await stage.clock.advance(60_000);
  const first = await stage.open();
  await first.ports.told("connected");
  await first.ports.heard(bob.says("hello", { channel: kitchen }));
  expect(first.ports.received).toHaveLength(1);
  await first[Symbol.asyncDispose]();
  double.forgetSessions();
  await stage.clock.advance(60_000);
  bob.says("old", { channel: kitchen });
  await stage.clock.advance(25 * 3_600_000);
  const young = bob.says("young", { channel: kitchen });
  await using second = await stage.open();
  await second.ports.heard(young);
  expect(second.ports.received.map(({ text }) => text)).toEqual(["young"]);
});

test("what was said in a server before the bot came is not for it", async () => {
  await using stage = await scene();
  const { double, bob, clock } = stage;
  const first = await stage.open();
  await first.ports.told("connected");
  await first.ports.heard(bob.says("before"));
  await first[Symbol.asyncDispose]();
  double.forgetSessions();
  await clock.advance(60_000);
  const kitchen = double.guild("House", clock.nowMs() + 60_000).channel("kitchen");
  bob.says("about the bot that is to come", { channel: kitchen });
  await clock.advance(120_000);
  const missed = bob.says("now it is here", { channel: kitchen });
  await using second = await stage.open();
  await second.ports.heard(missed);
  expect(second.ports.received.map(({ text }) => text)).toEqual(["before", "now it is here"]);
});

test("a rate limit makes it wait, and a channel that may not be read is left out", async () => {
  await using stage = await scene();
  const { double, bob } = stage;
  const house = double.guild("House");
  const [kitchen, closed] = [house.channel("kitchen"), house.channel("closed")];
  const first = await stage.open();
  await first.ports.told("connected");
  await first.ports.heard(bob.says("before"));
  await first[Symbol.asyncDispose]();
  double.forgetSessions();
  await stage.clock.advance(60_000);
  bob.says("hidden", { channel: closed });
  const missed = bob.says("missed", { channel: kitchen });
  const refused = double.fault({
    method: "getMessages",
    channel: closed.id,
    does: { kind: "refuse", status: 403, code: 50_001 },
  });
  const limited = double.fault({
    method: "getMessages",
    channel: kitchen.id,
    does: { kind: "refuse", status: 429, retryAfterMs: 5000 },
  });
  await using second = await stage.open();
  await logged(second.ports, "backfill.paused");
  await stage.clock.advance(5000);
  await second.ports.heard(missed);
  expect(limited.hits).toBe(1);
  await refused.struck();
  await second.ports.heard(bob.says("after"));
  expect(second.ports.captured.text).toContain("backfill.refused");
});

test("while Discord cannot be asked, reading is tried again until it can", async () => {
  await using stage = await scene();
  const { double, bob } = stage;
  const first = await stage.open();
  await first.ports.told("connected");
  await first.ports.heard(bob.says("before"));
  await first[Symbol.asyncDispose]();
  double.forgetSessions();
  const missed = bob.says("missed");
  const broken = double.fault({ method: "getMessages", does: { kind: "drop" }, times: 100 });
  await using second = await stage.open();
  await logged(second.ports, "event.refused");
  broken.lift();
  await stage.clock.advance(2000);
  await second.ports.heard(missed);
});

/** Gives the link its turns, and no time, until it says so. */
async function logged({ captured, clock }: RecordingPorts, event: string, times = 1): Promise<void> {
  while (captured.text.split(event).length <= times) await clock.advance(0);
}
