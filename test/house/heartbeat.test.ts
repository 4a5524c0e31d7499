import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import { type Guest, type OpenHouseOptions, temporaryFolder } from "../open-house.ts";
import { approved, faultsOf, reply, settings } from "./fake-house.ts";
import { refusalOf } from "./refusal.ts";
import { openTimedHouse } from "./timed-house.ts";

/** The agent looks after things by itself, through the whole house. */

const tick = 1_000;
const heartbeat = { every: "10s" };

const open = (network: FakeNetwork, options: OpenHouseOptions = {}) =>
  openTimedHouse({ providers: [network.provider], accounts: settings(approved), heartbeat, ...options });

/** A state folder whose agent has something to look after. */
function folderWithTasks() {
  const folder = temporaryFolder();
  mkdirSync(join(folder.path, "workspace"));
  writeFileSync(join(folder.path, "workspace", "HEARTBEAT.md"), "- [ ] look after the oven\n");
  return folder;
}

const outcomes = (alice: Guest) =>
  alice
    .payloads<{ status: string; reason?: string }>("heartbeat")
    .map(({ status, reason }) => (reason === undefined ? status : `${status} ${reason}`));

test("without tasks the agent rests, and every heartbeat says so", async () => {
  const network = new FakeNetwork();
  await using house = await open(network);
  using alice = await house.operator();
  await house.pass(31 * tick, alice);
  expect(outcomes(alice)).toEqual(Array(3).fill("skipped empty-heartbeat-file"));
  expect(house.engine.turns).toEqual([]);
  expect(await alice.call("last-heartbeat", {})).toMatchObject({ status: "skipped" });
});

test("what needs attention is told to the chat used last, once; what does not is not", async () => {
  using folder = folderWithTasks();
  const network = new FakeNetwork();
  await using house = await open(network, { stateDir: folder.path });
  using alice = await house.operator();
  await network.says("hello");
  await house.pass(5 * tick, alice);
  await network.until(reply("hello"));
  const answers = ["HEARTBEAT_OK", "The oven burns.", "The oven burns.", "HEARTBEAT_OK"];
  house.engine.answer = () => answers.shift() ?? "HEARTBEAT_OK";
  const { updatedAt } = (await alice.call("sessions.list", {})).sessions[0]!;
  // The file of tasks is read meanwhile.
  while (outcomes(alice).length < 1) await house.pass(tick, alice);
  expect((await alice.call("sessions.list", {})).sessions[0]?.updatedAt).toBe(updatedAt);
  while (outcomes(alice).length < 4) await house.pass(tick, alice);
  expect(outcomes(alice)).toEqual(["ok-token", "sent", "skipped duplicate", "ok-token"]);
  expect(network.texts().slice(1)).toEqual(["The oven burns."]);
  const { messages } = await alice.call("chat.history", { sessionKey: "main" });
  expect(messages.filter(({ role }) => role === "assistant").map(({ content }) => content)).toEqual([
    [{ type: "text", text: expect.stringContaining("hello") }],
    [{ type: "text", text: "The oven burns." }],
  ]);
  const chats = alice.payloads("chat").filter(({ state }) => state === "final");
  expect(chats).toHaveLength(2);
  expect(network.typings.length).toBeLessThanOrEqual(2);
  expect(faultsOf(house)).toEqual([]);
});

test("a call lets the agent read what was left for it, at once and once for calls that come together", async () => {
  const network = new FakeNetwork();
  await using house = await open(network, { heartbeat: { every: "0m" } });
  using alice = await house.operator();
  await alice.call("wake", { mode: "next-heartbeat", text: "the door is open" });
  await house.pass(tick, alice);
  expect(house.engine.turns).toEqual([]);
  for (const text of ["the bell rang", "and again"]) await alice.call("wake", { mode: "now", text });
  await house.pass(tick, alice);
  expect(house.engine.turns.map(({ prompt }) => prompt.split("\n").slice(0, 3))).toEqual([
    ["System: the door is open", "System: the bell rang", "System: and again"],
  ]);
  expect(await alice.call("wake", { mode: "now", text: "  " })).toEqual({ ok: false });
});

test("a heartbeat waits while the session is busy, and a person's words do not get lost in it", async () => {
  using folder = folderWithTasks();
  const network = new FakeNetwork();
  const engine = new ScriptedEngine();
  engine.answer = undefined;
  const messages = { queueMode: "steer" as const };
  await using house = await open(network, { stateDir: folder.path, engine, messages });
  using alice = await house.operator();
  await network.says("hello");
  await house.pass(15 * tick, alice);
  expect(engine.turns).toHaveLength(1);
  engine.finish(engine.turns[0]!.runId);
  while (engine.turns.length < 2) await house.pass(100, alice);
  await network.says("are you there?");
  await house.pass(3 * tick, alice);
  engine.say(engine.turns[1]!.runId, "HEARTBEAT_OK");
  engine.finish(engine.turns[1]!.runId);
  await house.pass(2 * tick, alice);
  expect(engine.turns[2]?.prompt).toContain("are you there?");
  expect(outcomes(alice)).toEqual(["ok-token"]);
});

test("a heartbeat that fails is told in its event and to no chat", async () => {
  using folder = folderWithTasks();
  const network = new FakeNetwork();
  const engine = new ScriptedEngine();
  await using house = await open(network, { stateDir: folder.path, engine });
  using alice = await house.operator();
  await network.says("hello");
  await house.pass(3 * tick, alice);
  engine.answer = undefined;
  await house.pass(8 * tick, alice);
  while (engine.turns.length < 2) await house.pass(100, alice);
  engine.fail(engine.turns[1]!.runId);
  await house.pass(tick, alice);
  expect(alice.payloads("heartbeat")).toMatchObject([
    { status: "failed", reason: "the model is away", indicatorType: "error", silent: true },
  ]);
  expect(network.texts()).toHaveLength(1);
});

test("heartbeats are switched off and on, and health says how they are", async () => {
  using folder = folderWithTasks();
  const network = new FakeNetwork();
  await using house = await open(network, { stateDir: folder.path });
  using alice = await house.operator();
  const seen = async () => (await alice.call("health", { probe: true })) as { heartbeatSeconds: number };
  expect(await seen()).toMatchObject({
    heartbeatSeconds: 10,
    agents: [{ heartbeat: { enabled: true, every: "10s", everyMs: 10_000, target: "last", ackMaxChars: 300 } }],
  });
  expect(await alice.call("set-heartbeats", { enabled: false })).toEqual({ ok: true, enabled: false });
  await house.pass(25 * tick, alice);
  expect(outcomes(alice)).toEqual([]);
  expect(await seen()).toMatchObject({ heartbeatSeconds: 0, agents: [{ heartbeat: { enabled: false } }] });
  expect((await refusalOf(alice.call("set-heartbeats", {}))).message).toBe(
    "invalid set-heartbeats params: enabled (boolean) required",
  );
});

test("without a model there is none, and quiet hours are kept", async () => {
  using folder = folderWithTasks();
  const network = new FakeNetwork();
  {
    await using house = await open(network, { stateDir: folder.path, ownEngine: true });
    using alice = await house.operator();
    await house.pass(11 * tick, alice);
    expect(outcomes(alice)).toEqual(["skipped no language model is connected: clawdia models choose"]);
    expect((await alice.call("status", {})).heartbeat.agents).toEqual([
      { agentId: "main", enabled: false, every: "10s", everyMs: null },
    ]);
  }
  // The house's clock begins at 08:00 UTC.
  const activeHours = { start: "09:00", end: "22:00", timeZone: "UTC" };
  await using house = await open(network, { stateDir: folder.path, heartbeat: { ...heartbeat, activeHours } });
  using alice = await house.operator();
  await house.pass(11 * tick, alice);
  expect(outcomes(alice)).toEqual(["skipped quiet-hours"]);
});

test("a notice of a job that wakes is read at once", async () => {
  const network = new FakeNetwork();
  await using house = await open(network, { heartbeat: { every: "0m" } });
  using alice = await house.operator();
  await alice.call("cron.add", {
    name: "bell",
    schedule: { kind: "at", atMs: house.clock.nowMs() + tick },
    sessionTarget: "main",
    wakeMode: "now",
    payload: { kind: "systemEvent", text: "the bell rings" },
  });
  await house.pass(2 * tick, alice);
  expect(house.engine.turns.map(({ prompt }) => prompt.split("\n")[0])).toEqual(["System: the bell rings"]);
});
