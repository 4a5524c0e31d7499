import { expect, test } from "bun:test";
import { openTimedHouse } from "../house/timed-house.ts";
import { invalid, refusalOf } from "../house/refusal.ts";
import { type Guest, openHouse } from "../open-house.ts";

const presences = (guest: Guest) => guest.events.filter(({ event }) => event === "presence");
const line = "Node: phone (10.0.0.7) · app 2.1 · last input 4s ago · mode ui · reason connect";

test("the list is a bare array with the gateway and everybody connected", async () => {
  await using house = await openHouse();
  using alice = await house.operator({
    identity: { id: "cli", mode: "ui", version: "9", platform: "linux", displayName: "Alice's desk", instanceId: "i1" },
  });
  const list = await alice.call("system-presence", {});
  expect<object>(list.toSorted((left, right) => left.mode!.localeCompare(right.mode!))).toEqual([
    expect.objectContaining({ mode: "gateway", reason: "self", version: "0.0.0-test", ts: expect.any(Number) }),
    {
      host: "Alice's desk",
      version: "9",
      platform: "linux",
      mode: "ui",
      reason: "connect",
      deviceId: expect.stringMatching(/^[0-9a-f]{64}$/),
      instanceId: expect.stringMatching(/^[0-9a-f]{64}$/),
      roles: ["operator"],
      scopes: expect.arrayContaining(["operator.admin"]),
      text: "Node: Alice's desk · mode ui",
      ts: expect.any(Number),
    },
  ]);
});

test("command-line clients come and go unseen", async () => {
  await using house = await openHouse();
  using alice = await house.operator({ identity: { id: "cli", mode: "cli", version: "1", platform: "linux" } });
  expect(await alice.call("system-presence", {})).toHaveLength(1);
});

test("those who come and go within a quarter of a second are told together, with a new version", async () => {
  await using house = await openTimedHouse();
  using alice = await house.operator();
  await house.pass(1_000, alice);
  const before = presences(alice);
  const guests = await Promise.all(Array.from({ length: 6 }, () => house.operator()));
  await house.pass(249, alice);
  expect(presences(alice).length - before.length).toBe(1);
  await house.pass(1, alice);
  const told = presences(alice).slice(before.length);
  expect(told).toHaveLength(2);
  expect((told[1]!.payload as { presence: object[] }).presence).toHaveLength(8);
  const versions = told.map(({ stateVersion }) => stateVersion!.presence);
  expect(versions[1]).toBe(versions[0]! + 1);
  for (const guest of guests) guest[Symbol.dispose]();
});

test("a beacon is presence; its line is a notice only when it is news", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  const beacon = (text: string, more: object = {}) =>
    alice.call("system-event", { text, instanceId: "phone-1", ...more });
  expect(await beacon(line)).toEqual({ ok: true });
  await beacon(line.replace("4s", "9s"));
  await beacon(line.replace("reason connect", "reason periodic"));
  const entry = (await alice.call("system-presence", {})).find(({ host }) => host === "phone");
  const quiet = line.replace("reason connect", "reason periodic");
  expect<object>(entry).toEqual({
    host: "phone",
    ip: "10.0.0.7",
    version: "2.1",
    mode: "ui",
    reason: "periodic",
    instanceId: "phone-1",
    lastInputSeconds: 4,
    text: quiet,
    ts: expect.any(Number),
  });
  expect((await alice.call("status", {})).queuedSystemEvents).toEqual([line]);
});

test("fields of their own beat those of the line", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  const given = { host: "tablet", mode: "node", lastInputSeconds: 1.9, tags: ["x"], unknown: true };
  await alice.client.callByName("system-event", { text: line, deviceId: "D1", ...given });
  const entry = (await alice.call("system-presence", {})).find(({ deviceId }) => deviceId === "D1");
  expect(entry).toMatchObject({ host: "tablet", ip: "10.0.0.7", mode: "node", lastInputSeconds: 1 });
});

test("any other text is a notice for the main session, which the next prompt there begins with, once", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  for (const text of [" disk is full ", "disk is full", "backup done"]) await alice.call("system-event", { text });
  expect((await alice.call("status", {})).queuedSystemEvents).toEqual(["disk is full", "backup done"]);
  for (const [sessionKey, idempotencyKey] of [
    ["notes", "k0"],
    ["main", "k1"],
    ["main", "k2"],
  ] as const) {
    await alice.call("chat.send", { sessionKey, message: "hi", idempotencyKey });
    await alice.call("agent.wait", { runId: idempotencyKey });
  }
  expect(house.engine.turns.map(({ prompt }) => prompt)).toEqual([
    "hi",
    "System: disk is full\nSystem: backup done\nhi",
    "hi",
  ]);
  expect((await alice.call("status", {})).queuedSystemEvents).toEqual([]);
});

for (const params of [{}, { text: "" }, { text: "  \n" }]) {
  test(`a system event with ${JSON.stringify(params)} is refused`, async () => {
    await using house = await openHouse();
    using alice = await house.operator();
    expect(await refusalOf(alice.call("system-event", params))).toEqual(invalid("text required"));
  });
}
