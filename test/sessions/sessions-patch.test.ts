import { expect, test } from "bun:test";
import { invalid, refusalOf } from "../house/refusal.ts";
import { type Guest, openHouse } from "../open-house.ts";

const path = ":memory:";
const base = {
  sessionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  updatedAt: expect.any(Number),
  systemSent: false,
  inputTokens: 0,
  outputTokens: 0,
  totalTokens: 0,
};

const patch = (guest: Guest, params: object) => guest.call("sessions.patch", { key: "notes", ...params });

test("a session is made by its first patch, under its canonical key", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  expect<object>(await patch(alice, { key: " Notes ", label: " My notes ", thinkingLevel: "max" })).toEqual({
    ok: true,
    path,
    key: "agent:main:notes",
    entry: { ...base, label: "My notes", thinkingLevel: "high" },
  });
});

const patches: readonly (readonly [name: string, before: object, after: object, entry: object])[] = [
  ["null clears a value", { label: "x", execHost: "node" }, { label: null, execHost: null }, {}],
  [
    "what is not named stays",
    { label: "x", sendPolicy: "deny" },
    { execAsk: "always" },
    { label: "x", sendPolicy: "deny", execAsk: "always" },
  ],
  ["a node is any name", {}, { execNode: "phone-1" }, { execNode: "phone-1" }],
  ["a node is cleared", { execNode: "phone-1" }, { execNode: null }, {}],
  ["the default model is no override", {}, { model: "builtin/echo" }, {}],
  ["the same label again is no conflict", { label: "x" }, { label: "x" }, { label: "x" }],
];

for (const [name, before, after, entry] of patches) {
  test(`patch: ${name}`, async () => {
    await using house = await openHouse();
    using alice = await house.operator();
    await patch(alice, before);
    expect<object>((await patch(alice, after)).entry).toEqual({ ...base, ...entry });
  });
}

test("a subagent's session may say who made it, once", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  const key = "agent:main:subagent:1";
  const { entry } = await patch(alice, { key, spawnedBy: "agent:main:main" });
  expect<object>(entry).toEqual({ ...base, spawnedBy: "agent:main:main" });
  expect((await patch(alice, { key, spawnedBy: "agent:main:main" })).entry.spawnedBy).toBe("agent:main:main");
  for (const spawnedBy of ["agent:main:other", null]) {
    expect(await refusalOf(patch(alice, { key, spawnedBy }))).toEqual(invalid("spawnedBy cannot be changed once set"));
  }
});

const refused: readonly (readonly [name: string, params: object, message: string])[] = [
  ["a level that is none", { thinkingLevel: "very" }, "invalid thinkingLevel (use off|minimal|low|medium|high|xhigh)"],
  ["an empty value", { verboseLevel: "" }, "invalid verboseLevel (use on|off|full)"],
  ["a host that is none", { execHost: "moon" }, "invalid execHost (use sandbox|gateway|node)"],
  ["a policy that is none", { sendPolicy: "maybe" }, "invalid sendPolicy (use allow|deny)"],
  ["a label of another session", { label: "Taken" }, "label already in use: Taken"],
  ["an empty label", { label: "  " }, "invalid label: empty"],
  [
    "a label too long",
    { label: "x".repeat(65) },
    "invalid sessions.patch params: at /label: must match a schema in anyOf",
  ],
  ["a model that is none", { model: "other/one" }, "model not allowed: other/one (see models.list)"],
  ["an empty node", { execNode: " " }, "invalid execNode (use a node's id, or null)"],
  ["a maker, but no subagent", { spawnedBy: "agent:main:main" }, "spawnedBy is only supported for subagent: sessions"],
  ["an empty maker", { key: "agent:main:subagent:2", spawnedBy: "" }, "invalid spawnedBy (use a session key, or null)"],
  ["an unknown agent", { key: "agent:nobody:x", label: "y" }, "unknown agent id: nobody (configured: main)"],
  ["an unknown field", { colour: "red" }, "invalid sessions.patch params: at root: unexpected property 'colour'"],
];

for (const [name, params, message] of refused) {
  test(`a patch with ${name} is refused and changes nothing`, async () => {
    await using house = await openHouse();
    using alice = await house.operator();
    await patch(alice, { key: "other", label: "Taken" });
    expect(await refusalOf(patch(alice, { execAsk: "always", ...params }))).toEqual(invalid(message));
    expect((await alice.call("sessions.list", {})).sessions.map(({ key }) => key)).toEqual(["agent:main:other"]);
  });
}

test("a reset begins a new conversation: what was set for the person stays, not for the task", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  const settings = {
    thinkingLevel: "high",
    verboseLevel: "on",
    reasoningLevel: "on",
    responseUsage: "full",
    sendPolicy: "allow",
  };
  const task = {
    elevatedLevel: "full",
    execHost: "node",
    execSecurity: "full",
    execAsk: "off",
    execNode: "n1",
    groupActivation: "always",
  };
  const before = await patch(alice, { label: "Notes", ...settings, ...task });
  await alice.call("chat.send", { sessionKey: "notes", message: "hi", idempotencyKey: "k1" });
  await alice.call("agent.wait", { runId: "k1" });
  const after = await alice.call("sessions.reset", { key: "Notes" });
  expect<object>(after).toEqual({
    ok: true,
    key: "agent:main:notes",
    entry: { ...base, label: "Notes", ...settings },
  });
  expect(after.entry.sessionId).not.toBe(before.entry.sessionId);
  const history = await alice.call("chat.history", { sessionKey: "notes" });
  expect([history.sessionId, history.messages, history.thinkingLevel]).toEqual([after.entry.sessionId, [], "high"]);
});

test("a reset of a session that nobody used makes it", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  expect<object>(await alice.call("sessions.reset", { key: "new" })).toEqual({
    ok: true,
    key: "agent:main:new",
    entry: base,
  });
});

test("a run that goes on during a reset ends in the old conversation", async () => {
  await using house = await openHouse();
  house.engine.answer = undefined;
  using alice = await house.operator();
  await alice.call("chat.send", { sessionKey: "main", message: "hi", idempotencyKey: "k1" });
  await alice.call("sessions.reset", { key: "main" });
  house.engine.say("k1", "late");
  house.engine.finish("k1");
  expect(await alice.call("agent.wait", { runId: "k1" })).toMatchObject({ status: "ok" });
  expect((await alice.call("chat.history", { sessionKey: "main" })).messages).toEqual([]);
});
