import { expect, test } from "bun:test";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import { temporaryFolder } from "../open-house.ts";
import { at, hour, lookMs, note, open, openOn, say, states, tick, turn } from "./cron-house.ts";
import { faultsOf } from "./fake-house.ts";

/** Jobs whose times pass, whose runs fail, and whose clock jumps. */

test("a slot that comes while the last run goes on is skipped and said so", async () => {
  const engine = new ScriptedEngine();
  engine.answer = undefined;
  await using house = await open({ engine });
  using alice = await house.operator();
  const job = await alice.call("cron.add", turn(tick, {}, { timeoutSeconds: 3_600 }));
  await house.pass(3.5 * tick, alice);
  expect(await states(alice, job.id)).toEqual(["started 1", "skipped 2 its last run still went on"]);
  engine.finish(engine.turns[0]!.runId);
  await house.pass(tick, alice);
  expect((await states(alice, job.id)).slice(0, 2)).toEqual(["ok 1", "skipped 2 its last run still went on"]);
});

test("a failing one-shot is tried five times with growing pauses, and is then stopped with a notice", async () => {
  const engine = new ScriptedEngine();
  engine.answer = undefined;
  await using house = await open({ engine });
  using alice = await house.operator();
  const job = await alice.call("cron.add", turn(0, { schedule: at(house, tick) }));
  for (let count = 0; count < 5; count++) {
    house.clock.jump(hour);
    await house.pass(lookMs, alice);
    engine.fail(engine.turns[count]!.runId);
    await house.pass(tick, alice);
  }
  house.clock.jump(24 * hour);
  await house.pass(lookMs, alice);
  expect(engine.turns).toHaveLength(5);
  expect(await states(alice, job.id)).toEqual(Array(5).fill("error 1 the model is away"));
  const words = "it failed 5 times in a row, the last time with: the model is away";
  expect((await alice.call("cron.list", {})).jobs[0]?.state).toMatchObject({
    lastStatus: "error",
    pausedReason: words,
  });
  const status = await alice.call("status", {});
  expect(status.gateway.advice).toContain(`the job "turn" was stopped: ${words}: clawdia cron run ${job.id}`);
  expect(status.queuedSystemEvents.join()).toContain('The scheduled job "turn" was stopped');
});

test("what repeats rests after an error, and can be taken up again after five", async () => {
  const engine = new ScriptedEngine();
  engine.answer = undefined;
  await using house = await open({ engine });
  using alice = await house.operator();
  const job = await alice.call("cron.add", turn(10_000));
  await house.pass(11 * tick, alice);
  engine.fail(engine.turns[0]!.runId);
  await house.pass(25 * tick, alice);
  expect(await states(alice, job.id)).toEqual(["error 1 the model is away", "skipped 2 it waited after an error"]);
  for (let count = 1; count < 5; count++) {
    house.clock.jump(hour);
    await house.pass(lookMs, alice);
    engine.fail(engine.turns[count]!.runId);
    await house.pass(tick, alice);
  }
  expect((await alice.call("cron.list", {})).jobs[0]?.state.pausedReason).toContain("it failed 5 times");
  const resumed = await alice.call("cron.update", { id: job.id, patch: { enabled: true } });
  expect(resumed.state.pausedReason).toBeUndefined();
  engine.answer = () => "fine again";
  await house.pass(11 * tick, alice);
  expect((await states(alice, job.id)).at(-1)).toBe("ok 1");
});

test("without a model turns are skipped and say so, and notices come all the same", async () => {
  await using house = await open({ ownEngine: true });
  using alice = await house.operator();
  const work = await alice.call("cron.add", turn(10 * tick));
  const word = await alice.call("cron.add", note(10 * tick));
  await house.pass(31 * tick, alice);
  const reason = "no language model is connected: clawdia models choose";
  expect(await states(alice, work.id)).toEqual([`skipped 3 ${reason}`]);
  expect(await states(alice, word.id)).toEqual(["ok 1", "ok 1", "ok 1"]);
  expect(await alice.call("cron.run", { id: work.id, mode: "force" })).toEqual({
    ok: true,
    ran: false,
    reason: "no-model",
  });
});

test("sleep and set clocks lose no slot and double none", async () => {
  await using house = await open();
  using alice = await house.operator();
  const { id } = await alice.call("cron.add", note(hour));
  house.clock.jump(9 * hour + 5_000);
  await house.pass(lookMs, alice);
  expect(await states(alice, id)).toEqual([
    "missed 8 the gateway was away or asleep; the last of these times was made up for",
    "ok 1",
  ]);
  // Back to the eighth hour: what was missed of the future is still to come, what was done is done.
  house.clock.jump(-hour - 30 * 60_000);
  await house.pass(lookMs, alice);
  for (let hours = 0; hours < 3; hours++) {
    house.clock.jump(hour);
    await house.pass(lookMs, alice);
  }
  expect((await alice.call("cron.runs", { id })).entries.map(({ state, slots }) => `${state} ${slots}`)).toEqual([
    "missed 7",
    "ok 1",
    "ok 1",
    "ok 1",
  ]);
  house.clock.jump(20 * hour);
  await house.pass(lookMs, alice);
  const { entries } = await alice.call("cron.runs", { id });
  expect(entries.reduce((sum, { slots }) => sum + slots, 0)).toBe(30);
  expect(faultsOf(house)).toEqual([]);
});

test("a message that its network refuses for good counts as an error of the job", async () => {
  const network = new FakeNetwork();
  network.faults.push({ kind: "refuse", permanent: true });
  await using house = await openOn(network);
  using alice = await house.operator();
  const job = await alice.call("cron.add", say(10 * tick));
  await house.pass(11 * tick, alice);
  await house.pass(tick, alice);
  expect((await alice.call("cron.runs", { id: job.id })).entries).toMatchObject([
    { state: "error", delivery: "failed" },
  ]);
  expect((await alice.call("cron.list", {})).jobs[0]?.state).toMatchObject({ lastStatus: "error" });
});

test("a run that a restart cut is taken up again, and ends its slot", async () => {
  using folder = temporaryFolder();
  const engine = new ScriptedEngine();
  engine.answer = undefined;
  let id = "";
  {
    await using house = await open({ stateDir: folder.path, engine });
    using alice = await house.operator();
    id = (await alice.call("cron.add", turn(10 * tick, { schedule: at(house, tick) }))).id;
    await house.pass(2 * tick, alice);
    expect(await states(alice, id)).toEqual(["started 1"]);
  }
  await using house = await open({ stateDir: folder.path });
  using alice = await house.operator();
  await house.pass(tick, alice);
  expect(await states(alice, id)).toEqual(["ok 1"]);
  expect((await alice.call("cron.list", { includeDisabled: true })).jobs).toMatchObject([{ enabled: false }]);
});
