import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { invalid, refusalOf } from "../house/refusal.ts";
import { type Guest, openHouse, temporaryFolder } from "../open-house.ts";

async function say(guest: Guest, idempotencyKey: string, message: string, params: object = {}) {
  await guest.call("chat.send", { sessionKey: "main", message, idempotencyKey, ...params });
  await guest.call("agent.wait", { runId: idempotencyKey });
}

const texts = (messages: readonly { readonly content: readonly object[] }[]) =>
  messages.map(({ content }) => content.map((block) => ("text" in block ? block.text : "?")).join());

test("a message of the history is whole", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await say(alice, "k1", "hi");
  const history = await alice.call("chat.history", { sessionKey: "main" });
  const usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, totalTokens: 0 };
  expect<object>(history).toEqual({
    sessionKey: "main",
    sessionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    messages: [
      {
        id: expect.stringMatching(/^msg_/),
        role: "user",
        content: [{ type: "text", text: "hi" }],
        timestamp: expect.any(Number),
        runId: "k1",
      },
      {
        id: expect.stringMatching(/^msg_/),
        role: "assistant",
        content: [{ type: "text", text: "heard: hi" }],
        timestamp: expect.any(Number),
        runId: "k1",
        stopReason: "stop",
        provider: "test",
        model: "scripted",
        usage: { ...usage, cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 } },
      },
    ],
    thinkingLevel: "off",
  });
});

test("a session that nobody used is empty, and its key comes back as it was written", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  for (const sessionKey of ["nobody", "  Agent:Main:X "]) {
    expect(await alice.call("chat.history", { sessionKey })).toEqual({ sessionKey, messages: [] });
  }
  const hostile = "invalid session key: use letters, digits and : @ . _ + / # = ~ -";
  expect(await refusalOf(alice.call("chat.history", { sessionKey: "../x" }))).toEqual(invalid(hostile));
});

test("events carry the client's own spelling of the key, each client's its own", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  using bob = await house.operator();
  await bob.call("chat.history", { sessionKey: "Agent:MAIN:main" });
  await say(alice, "k1", "hi", { sessionKey: "Main" });
  await bob.until(({ event, payload }) => event === "chat" && (payload as { state: string }).state === "final");
  expect([keysHeard(alice), keysHeard(bob)]).toEqual([["Main"], ["Agent:MAIN:main"]]);
});

function keysHeard(guest: Guest): unknown[] {
  const events = [...guest.payloads("agent"), ...guest.payloads("chat")];
  return [...new Set(events.map((payload) => payload["sessionKey"]))];
}

test("the limit takes the newest, in the order in which they were said", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  for (const key of ["1", "2", "3"]) await say(alice, key, key);
  const { messages } = await alice.call("chat.history", { sessionKey: "main", limit: 3 });
  expect(texts(messages)).toEqual(["heard: 2", "3", "heard: 3"]);
  for (const limit of [0, 1001, 1.5]) {
    expect(await refusalOf(alice.call("chat.history", { sessionKey: "main", limit }))).toMatchObject({
      code: "INVALID_REQUEST",
    });
  }
});

test("by default the newest 200 come", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  const keys = Array.from({ length: 210 }, (_, index) => `n${index}`);
  await say(alice, "first", "hi");
  for (const message of keys) await alice.call("chat.inject", { sessionKey: "main", message });
  const { messages } = await alice.call("chat.history", { sessionKey: "main" });
  expect(texts(messages)).toEqual(keys.slice(-200));
});

test("a history of more than 6 MiB loses its oldest messages", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  house.engine.answer = () => "ok";
  for (const key of ["1", "2", "3", "4", "5", "6", "7"]) await say(alice, key, `${key}${"x".repeat(999_990)}`);
  const history = await alice.call("chat.history", { sessionKey: "main" });
  expect(JSON.stringify(history).length).toBeLessThan(6 * 1024 * 1024 + 200);
  expect(texts(history.messages).map((text) => text.slice(0, 2))).toEqual([
    "ok",
    "2x",
    "ok",
    "3x",
    "ok",
    "4x",
    "ok",
    "5x",
    "ok",
    "6x",
    "ok",
    "7x",
    "ok",
  ]);
});

const picture = (bytes: number) => {
  const content = Buffer.alloc(bytes);
  content.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return { content: content.toString("base64") };
};

test("a picture too large for a reply gives way to words, and hides nothing that was said before it", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await say(alice, "1", "before");
  await say(alice, "2", "look", { attachments: [picture(5_000_000)] });
  const { messages } = await alice.call("chat.history", { sessionKey: "main" });
  expect(texts(messages)).toEqual([
    "before",
    "heard: before",
    "look,(an image of 5000000 bytes, too large to be shown here)",
    "heard: look",
  ]);
});

test("a picture whose file is gone gives way to words", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  await say(alice, "1", "look", { attachments: [picture(100)] });
  rmSync(join(folder.path, "media"), { recursive: true });
  const { messages } = await alice.call("chat.history", { sessionKey: "main" });
  expect(texts(messages)[0]).toBe("look,(an image that is no longer stored)");
});

const isNote = ({ event, payload }: { event: string; payload?: unknown }) =>
  event === "chat" && (payload as { runId: string }).runId.startsWith("inject-");

test("an injected note is in the history and told as a final, without a run", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await say(alice, "k1", "hi");
  const { ok, messageId } = await alice.call("chat.inject", { sessionKey: "Main", message: "deployed", label: "CI" });
  expect([ok, messageId]).toEqual([true, expect.stringMatching(/^[0-9a-f]{8}$/)]);
  const content = [{ type: "text", text: "[CI]\n\ndeployed" }];
  expect((await alice.until(isNote)).payload).toEqual({
    runId: `inject-${messageId}`,
    sessionKey: "main",
    seq: 0,
    state: "final",
    message: { role: "assistant", content, timestamp: expect.any(Number), stopReason: "injected" },
    stopReason: "injected",
  });
  const { messages } = await alice.call("chat.history", { sessionKey: "main" });
  expect(messages.at(-1)).toMatchObject({ role: "assistant", content, stopReason: "injected", usage: { input: 0 } });
  expect(house.engine.turns).toHaveLength(1);
});

const injections: readonly (readonly [name: string, params: object, message: string])[] = [
  ["an unknown session", { sessionKey: "nobody" }, "session not found"],
  ["no words", { message: "" }, "invalid chat.inject params: at /message: must NOT have fewer than 1 characters"],
  [
    "a label too long",
    { label: "x".repeat(101) },
    "invalid chat.inject params: at /label: must NOT have more than 100 characters",
  ],
];

for (const [name, params, message] of injections) {
  test(`a note with ${name} is refused`, async () => {
    await using house = await openHouse();
    using alice = await house.operator();
    await say(alice, "k1", "hi");
    const request = { sessionKey: "main", message: "x", ...params };
    expect(await refusalOf(alice.call("chat.inject", request))).toEqual(invalid(message));
  });
}
