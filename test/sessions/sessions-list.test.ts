import { expect, test } from "bun:test";
import { invalid, refusalOf } from "../house/refusal.ts";
import { openTimedHouse } from "../house/timed-house.ts";
import { type Guest, openHouse, type OpenHouse } from "../open-house.ts";

async function say(guest: Guest, sessionKey: string, message: string) {
  const idempotencyKey = `${sessionKey}-${message}`.slice(0, 256);
  await guest.call("chat.send", { sessionKey, message, idempotencyKey });
  await guest.call("agent.wait", { runId: idempotencyKey });
}

const keysOf = async (guest: Guest, params: object = {}) =>
  (await guest.call("sessions.list", params)).sessions.map(({ key }) => key.replace("agent:main:", ""));

test("nobody has said anything yet", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  expect(await alice.call("sessions.list", {})).toEqual({
    ts: expect.any(Number),
    path: ":memory:",
    count: 0,
    defaults: { modelProvider: "builtin", model: "echo", contextTokens: null },
    sessions: [],
  });
});

test("a row tells what the session is and what was set", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await alice.call("sessions.patch", { key: "whatsapp:group:1@g.us", label: "Family", verboseLevel: "on" });
  await say(alice, "whatsapp:group:1@g.us", "  hello\n\nthere  ");
  const { sessions } = await alice.call("sessions.list", { includeDerivedTitles: true, includeLastMessage: true });
  expect<object>(sessions).toEqual([
    {
      key: "agent:main:whatsapp:group:1@g.us",
      kind: "group",
      label: "Family",
      displayName: "Family",
      derivedTitle: "hello there",
      lastMessagePreview: "heard:   hello\n\nthere  ",
      updatedAt: expect.any(Number),
      sessionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      systemSent: true,
      inputTokens: 0,
      outputTokens: 0,
      totalTokens: 0,
      verboseLevel: "on",
    },
  ]);
});

test("titles and previews are cut, never inside of a character", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await say(alice, "main", `a${"😀".repeat(200)}`);
  const [row] = (await alice.call("sessions.list", { includeDerivedTitles: true, includeLastMessage: true })).sessions;
  expect(row!.derivedTitle).toBe(`a${"😀".repeat(29)}…`);
  expect(row!.lastMessagePreview?.isWellFormed()).toBe(true);
  expect(row!.lastMessagePreview!.length).toBeLessThanOrEqual(240);
  const { previews } = await alice.call("sessions.preview", { keys: ["main"], maxChars: 21 });
  expect(previews[0]!.items.map(({ text }) => text.isWellFormed())).toEqual([true, true]);
});

async function furnished(): Promise<{ house: OpenHouse; alice: Guest } & AsyncDisposable> {
  const house = await openTimedHouse({ agents: { list: [{ id: "main" }, { id: "work" }] } });
  const alice = await house.operator();
  for (const key of ["main", "notes", "agent:work:main", "global", "unknown"]) {
    await alice.call("sessions.patch", { key, label: `${key} Ärger` });
    await house.clock.advance(60_000);
  }
  const spawnedBy = "agent:main:main";
  await alice.call("sessions.patch", { key: "agent:main:subagent:1", spawnedBy });
  return { house, alice, [Symbol.asyncDispose]: () => house[Symbol.asyncDispose]() };
}

const lists: readonly (readonly [name: string, params: object, expected: string[]])[] = [
  ["the one used last comes first", {}, ["subagent:1", "agent:work:main", "notes", "main"]],
  ["the limit takes the newest", { limit: 2 }, ["subagent:1", "agent:work:main"]],
  [
    "global and unknown come when asked for",
    { includeGlobal: true, includeUnknown: true, limit: 3 },
    ["subagent:1", "unknown", "global"],
  ],
  ["those used in the last minutes", { activeMinutes: 3 }, ["subagent:1", "agent:work:main"]],
  ["of one agent", { agentId: "work" }, ["agent:work:main"]],
  ["with one label", { label: "notes Ärger" }, ["notes"]],
  ["made by one session", { spawnedBy: "agent:main:main" }, ["subagent:1"]],
  ["found by a part of the label", { search: "NOTES" }, ["notes"]],
  ["found by letters outside of ASCII", { search: "ÄRGER", limit: 2 }, ["agent:work:main", "notes"]],
  ["found by a part of the key", { search: "Work:" }, ["agent:work:main"]],
  ["found by nothing", { search: "%" }, []],
  ["an empty search finds all", { search: " " }, ["subagent:1", "agent:work:main", "notes", "main"]],
];

for (const [name, params, expected] of lists) {
  test(`list: ${name}`, async () => {
    await using stage = await furnished();
    expect(await keysOf(stage.alice, params)).toEqual(expected);
  });
}

test("in one session for everything it is listed without being asked for", async () => {
  await using house = await openHouse({ session: { scope: "global" } });
  using alice = await house.operator();
  await say(alice, "main", "hi");
  expect(await keysOf(alice)).toEqual(["global"]);
});

test("a preview has the last messages, and says what is empty and what is missing", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await say(alice, "main", `one ${"x".repeat(300)}`);
  await say(alice, "main", "two");
  await alice.call("sessions.patch", { key: "empty", label: "e" });
  expect(await alice.call("sessions.preview", { keys: ["Main", "empty", "nobody"], limit: 3, maxChars: 20 })).toEqual({
    ts: expect.any(Number),
    previews: [
      {
        key: "Main",
        status: "ok",
        items: [
          { role: "assistant", text: "heard: one xxxxxxxx…" },
          { role: "user", text: "two" },
          { role: "assistant", text: "heard: two" },
        ],
      },
      { key: "empty", status: "empty", items: [] },
      { key: "nobody", status: "missing", items: [] },
    ],
  });
});

test("a key that cannot be one is an error in its own preview only", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await say(alice, "main", "hi");
  const { previews } = await alice.call("sessions.preview", { keys: ["../x", "main"] });
  expect(previews.map(({ key, status }) => `${key} ${status}`)).toEqual(["../x error", "main ok"]);
});

test("of many keys the first 64 are previewed, with at most 50 messages of 2000 characters", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await say(alice, "main", "x".repeat(5000));
  for (let count = 0; count < 60; count++)
    await alice.call("chat.inject", { sessionKey: "main", message: `n${count}` });
  const keys = ["main", ...Array.from({ length: 99 }, (_, index) => `k${index}`)];
  const { previews } = await alice.call("sessions.preview", { keys, limit: 1000, maxChars: 100_000 });
  expect([previews.length, previews[0]!.items.length]).toEqual([64, 50]);
  const whole = await alice.call("sessions.preview", { keys: ["main"], limit: 1000, maxChars: 100_000 });
  expect(Math.max(...whole.previews[0]!.items.map(({ text }) => text.length))).toBeLessThanOrEqual(2000);
  expect(await refusalOf(alice.call("sessions.preview", { keys: [] }))).toEqual(
    invalid("invalid sessions.preview params: at /keys: must NOT have fewer than 1 items"),
  );
});
