import { expect, test } from "bun:test";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import { at, hour, lookMs, note, notices, open, openOn, say, states, tick, turn } from "./cron-house.ts";
import { faultsOf, reply } from "./fake-house.ts";
import { refusalOf } from "./refusal.ts";

/** Scheduled jobs through the whole house. */

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

test("clients of today send more than is needed, and read times as text", async () => {
  await using house = await open();
  using alice = await house.operator();
  const call = alice.client.call.bind(alice.client) as (name: string, params: unknown) => Promise<unknown>;
  const atText = "2030-01-02T03:04:05.000Z";
  const made = note(0, { schedule: { kind: "at", at: atText } });
  const job = { id: expect.any(String), schedule: { kind: "at", atMs: Date.parse(atText), at: atText } };
  expect(await call("cron.add", made)).toMatchObject(job);
  const wanted = { includeDisabled: true, enabled: "all", sortBy: "name", limit: 50, offset: 0, compact: true };
  expect(await call("cron.list", wanted)).toMatchObject({ jobs: [job] });
  expect(await call("cron.list", { agentId: "other" })).toEqual({ jobs: [] });
});

test("a one-shot whose time passed is not taken up again, but given a new time or run", async () => {
  await using house = await open();
  using alice = await house.operator();
  const { id } = await alice.call("cron.add", note(0, { schedule: at(house, tick) }));
  house.clock.jump(24 * hour);
  await house.pass(lookMs, alice);
  expect(await states(alice, id)).toEqual(["missed 1 the gateway was away or asleep, or the clock was set"]);
  const resume = alice.call("cron.update", { id, patch: { enabled: true } });
  expect((await refusalOf(resume)).message).toContain("is in the past: give a time that is still to come");
  await alice.call("cron.update", { id, patch: { schedule: at(house, tick) } });
  await house.pass(3 * tick, alice);
  expect((await states(alice, id)).at(-1)).toBe("ok 1");
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
