import { expect, test } from "bun:test";
import { invalid, refusalOf } from "../house/refusal.ts";
import { openTimedHouse } from "../house/timed-house.ts";
import { type Guest, openHouse } from "../open-house.ts";

async function say(guest: Guest, sessionKey: string, message: string) {
  await guest.call("chat.send", { sessionKey, message, idempotencyKey: `${sessionKey}-${message}` });
  await guest.call("agent.wait", { runId: `${sessionKey}-${message}` });
}

test("a session is found by its key, its id or its label", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  const { entry } = await alice.call("sessions.patch", { key: "notes", label: "My notes" });
  for (const params of [{ key: " Notes " }, { sessionId: entry.sessionId }, { label: "My notes" }]) {
    expect(await alice.call("sessions.resolve", params)).toEqual({ ok: true, key: "agent:main:notes" });
  }
  expect(await alice.call("sessions.resolve", { label: "My notes", agentId: "main" })).toMatchObject({ ok: true });
});

const unresolved: readonly (readonly [name: string, params: object, message: string])[] = [
  ["nothing", {}, "Either key, sessionId, or label is required"],
  ["two things", { key: "notes", label: "x" }, "Provide either key, sessionId, or label (not multiple)"],
  ["an unknown key", { key: "nobody" }, "No session found: nobody"],
  ["an unknown id", { sessionId: "none" }, "No session found: none"],
  ["an unknown label", { label: "none" }, "No session found with label: none"],
  [
    "the label of another agent's session",
    { label: "My notes", agentId: "work" },
    "No session found with label: My notes",
  ],
  [
    "the label of a session that another one made",
    { label: "My notes", spawnedBy: "x" },
    "No session found with label: My notes",
  ],
];

for (const [name, params, message] of unresolved) {
  test(`resolving ${name} is refused`, async () => {
    await using house = await openHouse();
    using alice = await house.operator();
    await alice.call("sessions.patch", { key: "notes", label: "My notes" });
    expect(await refusalOf(alice.call("sessions.resolve", params))).toEqual(invalid(message));
  });
}

test("a deleted session is gone with what was said; a new one begins under its key", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await say(alice, "notes", "old");
  expect(await alice.call("sessions.delete", { key: "Notes" })).toEqual({
    ok: true,
    key: "agent:main:notes",
    deleted: true,
    archived: [],
  });
  expect((await alice.call("sessions.list", {})).count).toBe(0);
  expect(await alice.call("chat.history", { sessionKey: "notes" })).toEqual({ sessionKey: "notes", messages: [] });
  await say(alice, "notes", "new");
  expect((await alice.call("chat.history", { sessionKey: "notes" })).messages).toHaveLength(2);
});

test("a session that is not there is not deleted", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  const key = "agent:main:nobody";
  expect(await alice.call("sessions.delete", { key: "nobody" })).toEqual({
    ok: true,
    key,
    deleted: false,
    archived: [],
  });
});

test("the main session is not deleted, and its run goes on", async () => {
  await using house = await openHouse();
  house.engine.answer = undefined;
  using alice = await house.operator();
  await alice.call("chat.send", { sessionKey: "main", message: "hi", idempotencyKey: "k1" });
  expect(await refusalOf(alice.call("sessions.delete", { key: "main" }))).toEqual(
    invalid("Cannot delete the main session (agent:main:main)."),
  );
  house.engine.say("k1", "still here");
  house.engine.finish("k1");
  expect(await alice.call("agent.wait", { runId: "k1" })).toMatchObject({ status: "ok" });
  const { messages } = await alice.call("chat.history", { sessionKey: "main" });
  expect(messages.at(-1)).toMatchObject({ content: [{ text: "still here" }], stopReason: "stop" });
});

test("what runs and waits in a session that is deleted ends first", async () => {
  await using house = await openHouse();
  house.engine.answer = undefined;
  using alice = await house.operator();
  for (const idempotencyKey of ["k1", "k2"]) {
    await alice.call("chat.send", { sessionKey: "notes", message: "hi", idempotencyKey });
  }
  expect(await alice.call("sessions.delete", { key: "notes" })).toMatchObject({ deleted: true });
  const ends = ["k1", "k2"].map((runId) => alice.call("agent.wait", { runId, timeoutMs: 0 }));
  expect(await Promise.all(ends)).toMatchObject([{ status: "ok" }, { status: "ok" }]);
  expect((await alice.call("sessions.list", {})).count).toBe(0);
});

test("a session whose run does not end within 15 s is not deleted", async () => {
  await using house = await openTimedHouse({
    engine: {
      id: "stubborn",
      model: { provider: "test", model: "stubborn" },
      async *run() {
        yield { kind: "text" as const, delta: "never mind" };
        await released.promise;
        yield { kind: "text" as const, delta: "" };
      },
    },
  });
  using alice = await house.operator();
  await alice.call("chat.send", { sessionKey: "notes", message: "hi", idempotencyKey: "k1" });
  const refused = refusalOf(alice.call("sessions.delete", { key: "notes" }));
  await house.pass(15_000, alice);
  expect(await refused).toEqual({
    code: "UNAVAILABLE",
    message: "Session agent:main:notes is still active; try again in a moment.",
    retryable: true,
  });
  released.resolve();
  expect((await alice.call("sessions.list", {})).count).toBe(1);
});

const released = Promise.withResolvers<void>();

test("compacting keeps the newest messages, and the counters begin anew", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  for (const message of ["1", "2", "3"]) await say(alice, "main", message);
  const key = "agent:main:main";
  expect(await alice.call("sessions.compact", { key: "main", maxLines: 6 })).toEqual({
    ok: true,
    key,
    compacted: false,
    kept: 6,
  });
  expect(await alice.call("sessions.compact", { key: "main", maxLines: 2 })).toEqual({
    ok: true,
    key,
    compacted: true,
    archived: "4 messages",
    kept: 2,
  });
  const { messages } = await alice.call("chat.history", { sessionKey: "main" });
  expect(messages.map(({ content }) => content)).toEqual([
    [{ type: "text", text: "3" }],
    [{ type: "text", text: "heard: 3" }],
  ]);
  expect((await alice.call("sessions.list", {})).sessions).toMatchObject([{ totalTokens: 0 }]);
  expect(await alice.call("sessions.compact", { key: "main" })).toEqual({ ok: true, key, compacted: false, kept: 2 });
});

test("a session that nobody used is not compacted", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  expect(await alice.call("sessions.compact", { key: "nobody" })).toEqual({
    ok: true,
    key: "agent:main:nobody",
    compacted: false,
    reason: "no session",
  });
});
