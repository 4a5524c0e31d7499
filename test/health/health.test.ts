import { expect, test } from "bun:test";
import { defaultPrompt } from "../../src/heartbeat/heartbeat.ts";
import { refusalOf } from "../house/refusal.ts";
import { openTimedHouse } from "../house/timed-house.ts";
import { type Guest, openHouse } from "../open-house.ts";

const [every, everyMs] = ["30m", 1_800_000];
const heartbeat = { enabled: true, every, everyMs, prompt: defaultPrompt, target: "last", ackMaxChars: 300 };
const nothing = { path: ":memory:", count: 0, recent: [] };
const summary = {
  ok: true,
  ts: expect.any(Number),
  durationMs: expect.any(Number),
  channels: {},
  channelOrder: [],
  channelLabels: {},
  heartbeatSeconds: 1_800,
  defaultAgentId: "main",
  agents: [{ agentId: "main", name: "Clawdia", isDefault: true, heartbeat, sessions: nothing }],
  sessions: nothing,
};

const healthEvents = (guest: Guest) => guest.events.filter(({ event }) => event === "health");

test("health is a whole summary, in hello and by the method, whatever else a client sends", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  expect(alice.client.hello.snapshot.health).toEqual(summary);
  expect<object>(await alice.call("health", {})).toEqual(summary);
  expect(await alice.client.callByName("health", { timeout: 3, probe: "yes" })).toEqual(summary);
});

test("within a minute the snapshot is told as it is; a probe makes it anew", async () => {
  await using house = await openTimedHouse();
  using alice = await house.operator();
  const first = await alice.call("health", {});
  await house.clock.advance(30_000);
  expect(await alice.call("health", {})).toEqual(first);
  const probed = await alice.call("health", { probe: true });
  expect(probed.ts).toBe(first.ts + 30_000);
  expect(await alice.call("health", {})).toEqual(probed);
});

test("the last sessions are in it, five of them", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  for (let count = 0; count < 7; count++) await alice.call("sessions.patch", { key: `s${count}`, label: `s${count}` });
  const { sessions, agents } = await alice.call("health", { probe: true });
  expect([sessions.count, sessions.recent.length, agents[0]?.sessions.count]).toEqual([7, 5, 7]);
  expect(sessions.recent[0]).toEqual({
    key: expect.stringMatching(/^agent:main:s\d$/),
    updatedAt: expect.any(Number),
    age: expect.any(Number),
  });
});

test("health is told every minute, with both versions", async () => {
  await using house = await openTimedHouse();
  using alice = await house.operator();
  await house.pass(5_000, alice);
  const before = healthEvents(alice).length;
  await house.pass(3 * 60_000, alice);
  const told = healthEvents(alice).slice(before);
  expect(told.map(({ payload }) => (payload as { ts: number }).ts % 60_000)).toEqual([0, 0, 0]);
  expect(told[0]?.stateVersion).toEqual({ presence: expect.any(Number), health: expect.any(Number) });
  const versions = healthEvents(alice).map(({ stateVersion }) => stateVersion!.health);
  expect(versions).toEqual(versions.toSorted((left, right) => left - right));
  expect(new Set(versions).size).toBe(versions.length);
});

test("many clients that come at once refresh it once a second at most", async () => {
  await using house = await openTimedHouse();
  using alice = await house.operator();
  await house.pass(2_000, alice);
  const before = healthEvents(alice).length;
  const guests = await Promise.all(Array.from({ length: 8 }, () => house.operator()));
  await house.pass(2_000, alice);
  expect(healthEvents(alice).length - before).toBe(2);
  for (const guest of guests) guest[Symbol.dispose]();
});

test("a tick comes every half a minute, to everybody", async () => {
  await using house = await openTimedHouse();
  using alice = await house.operator();
  using phone = await house.connect({ credentials: { token: "alice-owns-this-gateway-0123456789" }, scopes: [] });
  await house.pass(120_000, alice);
  await phone.call("health", {});
  const ticks = alice.payloads<{ ts: number }>("tick").map(({ ts }) => ts - 1_800_000_000_000);
  expect(ticks).toEqual([30_000, 60_000, 90_000, 120_000]);
  expect(phone.payloads("tick")).toHaveLength(4);
});

test("the status tells people how the gateway is and what to do next", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await alice.call("sessions.patch", { key: "main", thinkingLevel: "high", verboseLevel: "on" });
  const session = {
    agentId: "main",
    key: "agent:main:main",
    kind: "direct",
    sessionId: expect.any(String),
    updatedAt: expect.any(Number),
    age: expect.any(Number),
    thinkingLevel: "high",
    verboseLevel: "on",
    systemSent: false,
    abortedLastRun: false,
    inputTokens: 0,
    outputTokens: 0,
    totalTokens: 0,
    remainingTokens: null,
    percentUsed: null,
    model: "echo",
    contextTokens: null,
    flags: [],
  };
  expect<object>(await alice.call("status", {})).toEqual({
    heartbeat: { defaultAgentId: "main", agents: [{ agentId: "main", enabled: true, every, everyMs }] },
    channelSummary: [],
    queuedSystemEvents: [],
    sessions: {
      paths: [":memory:"],
      count: 1,
      defaults: { model: "echo", contextTokens: null },
      recent: [session],
      byAgent: [{ agentId: "main", path: ":memory:", count: 1, recent: [session] }],
    },
    gateway: {
      version: "0.0.0-test",
      bootId: expect.stringMatching(/^boot_/),
      uptimeMs: expect.any(Number),
      pid: process.pid,
      rssBytes: expect.any(Number),
      connections: 1,
      runsActive: 0,
      model: "test/scripted",
      advice: ["no network is linked: clawdia providers add telegram"],
    },
    activity: {
      atMs: expect.any(Number),
      networks: [],
      messages: { waiting: 0, leaving: 0, held: 0, lost: 0 },
      memoryBudgetBytes: 120 * 1024 * 1024,
      nodes: [],
      jobs: [],
      jobCount: 0,
    },
  });
});

test("there was no heartbeat yet", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  expect(await alice.call("last-heartbeat", {})).toBe(null);
});

test("agents are listed, and every session has one that answers", async () => {
  const list = [
    { id: "main", name: "Clawdia", emoji: "🦞" },
    { id: "work", avatarUrl: "https://example.org/a.png" },
  ];
  await using house = await openHouse({ agents: { list } });
  using alice = await house.operator();
  expect<object>(await alice.call("agents.list", {})).toEqual({
    defaultId: "main",
    mainKey: "main",
    scope: "per-sender",
    agents: [
      { id: "main", name: "Clawdia", identity: { name: "Clawdia", emoji: "🦞", avatar: "🦞" } },
      {
        id: "work",
        name: "Assistant",
        identity: { name: "Assistant", avatar: "https://example.org/a.png", avatarUrl: "https://example.org/a.png" },
      },
    ],
  });
  const clawdia = { agentId: "main", name: "Clawdia", avatar: "🦞" };
  const work = { agentId: "work", name: "Assistant", avatar: "https://example.org/a.png" };
  const identity = (params: { agentId?: string; sessionKey?: string }) => alice.call("agent.identity.get", params);
  expect(await identity({})).toEqual(clawdia);
  expect(await identity({ sessionKey: "notes" })).toEqual(clawdia);
  expect(await identity({ sessionKey: "agent:work:x" })).toEqual(work);
  expect(await identity({ agentId: "work", sessionKey: "agent:work:x" })).toEqual(work);
  expect(await refusalOf(identity({ agentId: "work", sessionKey: "main" }))).toEqual({
    code: "INVALID_REQUEST",
    message: 'agentId "work" does not match the agent of the session key, "main"',
  });
  expect(await refusalOf(identity({ agentId: "nobody" }))).toEqual({
    code: "INVALID_REQUEST",
    message: "unknown agent id: nobody (configured: main, work)",
  });
});

test("the models are those that a session may use", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  expect(await alice.call("models.list", {})).toEqual({
    models: [
      {
        id: "echo",
        name: "Echo (built in, no language model)",
        provider: "builtin",
        available: true,
        tags: ["default"],
      },
    ],
  });
});
