import { expect, test } from "bun:test";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import type { Guest, OpenHouseOptions } from "../open-house.ts";
import { faultsOf, reply, settings } from "./fake-house.ts";
import { refusalOf } from "./refusal.ts";
import { openTimedHouse, type TimedHouse } from "./timed-house.ts";

/** Scheduled jobs through the whole house, on a clock that only the test moves. */

/** Every second of the house's time costs the test some, so that jobs come by the second. */
const tick = 1_000;
const hour = 3_600_000;
/** The wall clock is looked at that often. */
const lookMs = 31_000;

const open = (options: OpenHouseOptions = {}) => openTimedHouse(options);
const openOn = (network: FakeNetwork, options: OpenHouseOptions = {}) =>
  openTimedHouse({ providers: [network.provider], accounts: settings(), ...options });

const note = (everyMs: number, fields: object = {}) => ({
  name: "note",
  schedule: { kind: "every" as const, everyMs },
  sessionTarget: "main" as const,
  wakeMode: "next-heartbeat" as const,
  payload: { kind: "systemEvent" as const, text: "look at the oven" },
  ...fields,
});
const turn = (everyMs: number, fields: object = {}, payload: object = {}) => ({
  name: "turn",
  schedule: { kind: "every" as const, everyMs },
  sessionTarget: "isolated" as const,
  wakeMode: "next-heartbeat" as const,
  payload: { kind: "agentTurn" as const, message: "do it", ...payload },
  ...fields,
});
const say = (everyMs: number, payload: object = {}, fields: object = {}) => ({
  name: "say",
  schedule: { kind: "every" as const, everyMs },
  sessionTarget: "isolated" as const,
  wakeMode: "next-heartbeat" as const,
  payload: { kind: "message" as const, text: "**drink** water", channel: "telegram", to: "7", ...payload },
  ...fields,
});

async function states(alice: Guest, id: string): Promise<string[]> {
  const { entries } = await alice.call("cron.runs", { id });
  return entries.map(({ state, slots, error }) => `${state} ${slots}${error === undefined ? "" : ` ${error}`}`);
}

const notices = async (alice: Guest) => (await alice.call("status", {})).queuedSystemEvents;
const at = (house: TimedHouse, aheadMs: number) => ({ kind: "at" as const, atMs: house.clock.nowMs() + aheadMs });

test("a notice is left for the main session at every one of its times, and told", async () => {
  await using house = await open();
  using alice = await house.operator();
  const job = await alice.call("cron.add", note(10 * tick));
  const madeMs = house.clock.nowMs();
  expect(job).toEqual({
    id: expect.stringMatching(/^cron_/),
    name: "note",
    enabled: true,
    createdAtMs: madeMs,
    updatedAtMs: madeMs,
    schedule: { kind: "every", everyMs: 10 * tick },
    sessionTarget: "main",
    wakeMode: "next-heartbeat",
    payload: { kind: "systemEvent", text: "look at the oven" },
    state: { nextRunAtMs: madeMs + 10 * tick },
  });
  await house.pass(25 * tick, alice);
  expect(await states(alice, job.id)).toEqual(["ok 1", "ok 1"]);
  expect(await notices(alice)).toEqual(["look at the oven"]);
  expect(alice.payloads("cron").map(({ action, status }) => [action, status])).toEqual([
    ["added", undefined],
    ["started", undefined],
    ["finished", "ok"],
    ["started", undefined],
    ["finished", "ok"],
  ]);
  expect(await alice.call("cron.status", {})).toMatchObject({
    enabled: true,
    jobs: 1,
    nextWakeAtMs: madeMs + 30 * tick,
    paused: 0,
  });
  expect(faultsOf(house)).toEqual([]);
});

test("a turn runs in a session of its own without a past, and the main session hears of it", async () => {
  await using house = await open();
  using alice = await house.operator();
  house.engine.answer = ({ history }) => `done with ${history.length} before`;
  const job = await alice.call("cron.add", turn(10 * tick));
  await house.pass(25 * tick, alice);
  expect(house.engine.turns.map(({ sessionKey }) => sessionKey)).toEqual(Array(2).fill(`agent:main:cron:${job.id}`));
  expect(house.engine.turns[0]?.prompt).toStartWith(`[cron:${job.id} turn] do it\nCurrent time: 2027-`);
  expect(await states(alice, job.id)).toEqual(["ok 1", "ok 1"]);
  expect(await notices(alice)).toEqual(["Cron (turn): done with 0 before"]);
  const { messages } = await alice.call("chat.history", { sessionKey: `cron:${job.id}` });
  expect(messages.map(({ role }) => role)).toEqual(["user", "assistant"]);
});

test("a message goes out as it stands, and needs no model", async () => {
  const network = new FakeNetwork();
  await using house = await openOn(network);
  using alice = await house.operator();
  const job = await alice.call("cron.add", say(10 * tick));
  await house.pass(11 * tick, alice);
  await network.until(reply("drink"));
  expect(network.shown).toHaveLength(1);
  expect(house.engine.turns).toEqual([]);
  await house.pass(tick, alice);
  const { entries } = await alice.call("cron.runs", { id: job.id });
  expect(entries).toMatchObject([{ state: "ok", delivery: "sent", summary: "**drink** water" }]);
});

test("the answer of a turn goes to the chat that it names, without a draft", async () => {
  const network = new FakeNetwork();
  await using house = await openOn(network);
  using alice = await house.operator();
  await alice.call("cron.add", turn(10 * tick, {}, { channel: "telegram", to: "7", thinking: "low" }));
  await house.pass(11 * tick, alice);
  await network.until(reply("heard:"));
  expect(network.shown).toHaveLength(1);
  expect(house.engine.turns[0]).toMatchObject({
    thinkingLevel: "low",
    isOwner: true,
    origin: { provider: "telegram" },
  });
});

test("a model of its own thinks for a job alone", async () => {
  await using house = await open();
  using alice = await house.operator();
  await alice.call("cron.add", turn(10 * tick, {}, { model: "builtin/echo" }));
  await house.pass(11 * tick, alice);
  expect(house.engine.turns.map(({ model }) => model)).toEqual(["builtin/echo"]);
});

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

test("a one-shot goes off once and is off, or gone", async () => {
  await using house = await open();
  using alice = await house.operator();
  const stays = await alice.call("cron.add", note(0, { schedule: at(house, tick) }));
  await alice.call("cron.add", note(0, { schedule: at(house, tick), deleteAfterRun: true }));
  await house.pass(5 * tick, alice);
  const { jobs } = await alice.call("cron.list", { includeDisabled: true });
  expect(jobs).toMatchObject([{ id: stays.id, enabled: false, state: { lastStatus: "ok" } }]);
  expect((await alice.call("cron.list", {})).jobs).toEqual([]);
  expect(await states(alice, stays.id)).toEqual(["ok 1"]);
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
  expect(status.gateway.advice).toContain(`the job "turn" was stopped: ${words}: clawdia cron resume ${job.id}`);
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

test("a job is run on demand: when it is due, or whatever its schedule says", async () => {
  await using house = await open();
  using alice = await house.operator();
  const { id } = await alice.call("cron.add", note(hour));
  expect(await alice.call("cron.run", { id })).toEqual({ ok: true, ran: false, reason: "not-due" });
  expect(await alice.call("cron.run", { id, mode: "force" })).toEqual({ ok: true, ran: true });
  const { entries } = await alice.call("cron.runs", { id });
  expect(entries).toMatchObject([{ kind: "forced", state: "ok", action: "finished", status: "ok" }]);
  await alice.call("cron.update", { id, patch: { enabled: false } });
  expect(await alice.call("cron.run", { id, mode: "force" })).toEqual({ ok: true, ran: true });
  house.clock.jump(3 * hour);
  await house.pass(lookMs, alice);
  expect(await states(alice, id)).toEqual(["ok 1", "ok 1"]);
});

test("older spellings are understood, and what does not fit is refused in words", async () => {
  await using house = await open();
  using alice = await house.operator();
  const call = alice.client.call.bind(alice.client) as (name: string, params: unknown) => Promise<{ id: string }>;
  const job = await call("cron.add", {
    job: { name: "old", schedule: { everyMs: hour }, payload: { kind: "systemEvent", text: "x" }, enabled: "true" },
  });
  expect(job).toMatchObject({ sessionTarget: "main", wakeMode: "next-heartbeat", schedule: { kind: "every" } });
  expect(await call("cron.remove", { jobId: job.id })).toEqual({ ok: true, removed: true } as never);
  const refusals: [name: string, params: unknown, code: string, text: string][] = [
    ["cron.remove", { id: "a", jobId: "b" }, "INVALID_REQUEST", "unexpected property 'jobId'"],
    ["cron.runs", { id: "a" }, "UNAVAILABLE", "Error: unknown cron job id: a"],
    ["cron.update", { id: "a", patch: {} }, "UNAVAILABLE", "Error: unknown cron job id: a"],
    ["cron.add", note(hour, { sessionTarget: "isolated" }), "UNAVAILABLE", "isolated cron jobs require"],
    [
      "cron.add",
      turn(hour, { sessionTarget: "main" }),
      "UNAVAILABLE",
      'main cron jobs require payload.kind="systemEvent"',
    ],
    ["cron.add", note(5), "INVALID_REQUEST", "every 5 ms is too often"],
    ["cron.add", note(0, { schedule: { expr: "61 * * * *" } }), "INVALID_REQUEST", "is no cron expression"],
    ["cron.add", note(0, { schedule: at(house, -hour) }), "INVALID_REQUEST", "is in the past"],
    ["cron.add", note(hour, { agentId: "nobody" }), "INVALID_REQUEST", "unknown agent id: nobody"],
    ["cron.add", turn(hour, {}, { model: "no/such" }), "INVALID_REQUEST", "model not allowed: no/such"],
    ["cron.add", say(hour, { channel: "pigeon" }), "INVALID_REQUEST", "unknown channel: pigeon"],
    ["cron.add", say(hour), "NOT_LINKED", "clawdia providers add telegram"],
  ];
  for (const [name, params, code, text] of refusals) {
    const refused = await refusalOf(call(name, params));
    expect([name, refused.code, refused.message]).toEqual([name, code, expect.stringContaining(text)]);
  }
});

test("a job that is removed ends what runs of it", async () => {
  const engine = new ScriptedEngine();
  engine.answer = undefined;
  await using house = await open({ engine });
  using alice = await house.operator();
  const { id } = await alice.call("cron.add", turn(tick));
  await house.pass(tick, alice);
  expect(await alice.call("cron.remove", { id })).toEqual({ ok: true, removed: true });
  await house.pass(tick, alice);
  expect((await alice.call("agent.wait", { runId: engine.turns[0]!.runId })).status).toBe("ok");
  expect(await alice.call("cron.remove", { id })).toEqual({ ok: true, removed: false });
  expect(faultsOf(house)).toEqual([]);
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
