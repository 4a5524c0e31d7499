import { expect, test } from "bun:test";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import { refusalOf } from "../house/refusal.ts";
import { type Guest, openHouse } from "../open-house.ts";

/** What clients of the gateway say passes through the inbox, like the messages of every network. */

const send = (guest: Guest, message: string, idempotencyKey: string) =>
  guest.call("chat.send", { sessionKey: "main", message, idempotencyKey });

const end = async (guest: Guest, runId: string) => {
  const { payload } = await guest.until(({ event, payload: told }) => {
    const { runId: id, state } = told as { runId: string; state: string };
    return event === "chat" && id === runId && state !== "delta";
  });
  return payload as { readonly state: string; readonly message?: { readonly content: readonly { text: string }[] } };
};

const answerTo = async (guest: Guest, message: string, key: string) => {
  await send(guest, message, key);
  return (await end(guest, key)).message!.content[0]!.text;
};

test("a message of WebChat stands in the inbox with its run, and is done when the run has ended", async () => {
  const engine = new ScriptedEngine();
  engine.answer = undefined;
  await using house = await openHouse({ engine });
  using alice = await house.operator();
  await send(alice, "hello", "k1");
  const row = async () => (await alice.call("inbox.list", {})).messages[0];
  expect(await row()).toMatchObject({ channel: "webchat", state: "claimed", runId: "k1", preview: "hello" });
  engine.finish("k1");
  await end(alice, "k1");
  expect(await row()).toMatchObject({ state: "done" });
});

test("a command is answered by the gateway, stands in the history, and the model does not read it", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  expect(await answerTo(alice, "/think high", "k1")).toBe("thinkingLevel is high now.");
  expect(await answerTo(alice, "/help", "k2")).toContain("/stop – Ends what the agent does now.");
  await answerTo(alice, "hello", "k3");
  const { messages } = await alice.call("chat.history", { sessionKey: "main" });
  expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant", "user", "assistant"]);
  expect(house.engine.turns).toMatchObject([{ prompt: "hello", history: [], thinkingLevel: "high" }]);
  const { messages: rows } = await alice.call("inbox.list", {});
  expect(rows.map(({ reason }) => reason)).toContain("command /think");
});

test("a command that is sent again is obeyed once, and another one under its key is a conflict", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await answerTo(alice, "/think high", "k1");
  expect(await send(alice, "/think high", "k1")).toEqual({ runId: "k1", status: "ok" });
  expect(await refusalOf(send(alice, "/think low", "k1"))).toMatchObject({ code: "CONFLICT" });
  expect(await refusalOf(send(alice, "not a command", "k1"))).toMatchObject({ code: "CONFLICT" });
});

test("a new conversation begins with what the command answered", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await answerTo(alice, "hello", "k1");
  expect(await answerTo(alice, "/new", "k2")).toBe("A new conversation. What is it about?");
  const { messages } = await alice.call("chat.history", { sessionKey: "main" });
  expect(messages).toMatchObject([{ content: [{ text: "/new" }] }, { stopReason: "command" }]);
});

test("what looks like a command and is none goes to the agent", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await answerTo(alice, "/etc/passwd is what?", "k1");
  expect(house.engine.turns).toMatchObject([{ prompt: "/etc/passwd is what?" }]);
});

test("with interrupt, a message ends what runs in its session", async () => {
  const engine = new ScriptedEngine();
  engine.answer = undefined;
  await using house = await openHouse({ engine, messages: { queueMode: "interrupt" } });
  using alice = await house.operator();
  await send(alice, "first", "k1");
  engine.say("k1", "well, ");
  await alice.until(({ event }) => event === "chat");
  await send(alice, "second", "k2");
  expect(await end(alice, "k1")).toMatchObject({ state: "aborted" });
  engine.finish("k2");
  expect(await end(alice, "k2")).toMatchObject({ state: "final" });
});

test("a command asks for the scope of the method that does the same", async () => {
  await using house = await openHouse();
  using bob = await house.operator({ scopes: ["operator.read", "operator.write"] });
  expect(await answerTo(bob, "/approve a1 allow-once", "b1")).toBe("/approve needs the scope operator.approvals.");
  expect(await answerTo(bob, "/new", "b2")).toBe("/new needs the scope operator.admin.");
  expect(await answerTo(bob, "/whoami", "b3")).toContain("Your id is");
});
