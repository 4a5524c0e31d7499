import { expect, test } from "bun:test";
import { openHouse } from "../open-house.ts";
import { approveAll } from "./asking.ts";
import { kinds, WireNode } from "./wire-node.ts";

/** Nodes that talk to the agent and hear it: only those that a person let. */

test("a phone that nobody let talk is acknowledged and nothing comes of it", async () => {
  await using house = await openHouse();
  using phone = await WireNode.connect(house, kinds.iphone);
  const news: readonly (readonly [string, object])[] = [
    ["voice.transcript", { text: "hi" }],
    ["agent.request", { message: "hi" }],
    ["chat.subscribe", { sessionKey: "main" }],
  ];
  for (const [event, payload] of news) {
    const { payload: answer } = await phone.tells(event, payload);
    expect(answer).toEqual({ ok: true, event, handled: false, reason: "nobody approved chat for this node" });
  }
  expect((await phone.call("chat.history", { sessionKey: "main" })).error?.message).toBe("unauthorized role: node");
  expect(house.engine.turns).toEqual([]);
});

test("a phone that may talk hears the conversation that it asks for, in its own words, and no other", async () => {
  await using house = await openHouse();
  const alice = await house.operator();
  using phone = await WireNode.connect(house, kinds.iphone);
  await approveAll(alice, phone.id);
  expect((await phone.tells("chat.subscribe", { sessionKey: "main" })).payload).toMatchObject({ handled: true });
  await alice.call("chat.send", { sessionKey: "other", message: "canary", idempotencyKey: "k0" });
  await alice.until(({ event, payload }) => event === "chat" && (payload as { state: string }).state === "final");
  expect((await phone.tells("voice.transcript", { text: "what time is it", ts: 1 })).payload).toMatchObject({
    handled: true,
  });
  const final = await phone.wire.next(({ event, payload }) => event === "chat" && payload?.["state"] === "final");
  expect(final.payload).toMatchObject({ sessionKey: "main" });
  expect(phone.wire.texts.join()).not.toContain("canary");
  await phone.tells("chat.unsubscribe", { sessionKey: "main" });
  const heard = phone.wire.frames.filter(({ event }) => event === "chat").length;
  await alice.call("chat.send", { sessionKey: "main", message: "again", idempotencyKey: "k1" });
  await alice.until(
    ({ event, payload }) => event === "chat" && (payload as { runId: string; state: string }).runId === "k1",
  );
  await phone.call("skills.bins", {});
  expect(phone.wire.frames.filter(({ event }) => event === "chat")).toHaveLength(heard);
});

test("an app with one connection chats over it, and reads of the config only what it shows", async () => {
  await using house = await openHouse();
  const alice = await house.operator();
  using phone = await WireNode.connect(house, kinds.iphone);
  await approveAll(alice, phone.id);
  const calls = [
    ["health", {}],
    ["chat.history", { sessionKey: "main" }],
    ["sessions.list", {}],
    ["chat.abort", { sessionKey: "main" }],
    ["voicewake.get", {}],
    ["voicewake.set", { triggers: ["hey"] }],
    ["chat.send", { sessionKey: "main", message: "hi", idempotencyKey: "p1" }],
  ] as const;
  for (const [method, params] of calls) expect([method, (await phone.call(method, params)).ok]).toEqual([method, true]);
  const { payload } = await phone.call("config.get", {});
  expect(Object.keys(payload!["config"] as object)).toEqual(["ui", "session"]);
  for (const method of ["config.schema", "sessions.delete", "agent", "node.invoke"]) {
    const refused = await phone.call(method, {});
    expect([method, refused.error?.message]).toEqual([method, "unauthorized role: node"]);
  }
});

test("a message with the node's own key is heard once", async () => {
  await using house = await openHouse();
  const alice = await house.operator();
  using phone = await WireNode.connect(house, kinds.android);
  await approveAll(alice, phone.id);
  const tap = { message: "CANVAS_A2UI action=ok", sessionKey: "main", key: "tap-1", deliver: false };
  await phone.tells("agent.request", tap);
  await phone.tells("agent.request", tap);
  await alice.until(({ event, payload }) => event === "chat" && (payload as { state: string }).state === "final");
  const { messages } = await alice.call("chat.history", { sessionKey: "main" });
  expect(messages.filter(({ role }) => role === "user")).toHaveLength(1);
});

test("what may be heard ends when it is taken back", async () => {
  await using house = await openHouse();
  const alice = await house.operator();
  using phone = await WireNode.connect(house, kinds.iphone);
  await approveAll(alice, phone.id);
  await phone.tells("chat.subscribe", { sessionKey: "main" });
  await alice.call("node.pair.revoke", { nodeId: phone.id, commands: ["chat"] });
  expect((await phone.wire.closed).code).toBe(1012);
});

test("wake words are tidied, kept, told to everybody, and to a node when it comes", async () => {
  await using house = await openHouse();
  const alice = await house.operator();
  expect(await alice.call("voicewake.get", {})).toEqual({ triggers: ["clawd", "claude", "computer"] });
  using mac = await WireNode.connect(house, kinds.mac);
  const first = await mac.wire.next(({ event }) => event === "voicewake.changed");
  expect([first.seq, first.payload]).toEqual([undefined, { triggers: ["clawd", "claude", "computer"] }]);
  const set = await alice.call("voicewake.set", { triggers: [" Hey  you ", "", "x".repeat(70), "Hey you"] });
  expect(set).toEqual({ triggers: ["Hey you", "x".repeat(64)] });
  await mac.wire.next(({ event, seq }) => event === "voicewake.changed" && seq !== undefined);
  expect(await alice.call("voicewake.set", { triggers: [] })).toEqual({ triggers: ["clawd", "claude", "computer"] });
  const mode = await alice.call("talk.mode", { enabled: true, phase: "listening" });
  expect(mode).toEqual({ enabled: true, phase: "listening", ts: expect.any(Number) });
  const told = await mac.wire.next(({ event }) => event === "talk.mode");
  expect(told.payload).toEqual(mode);
});
