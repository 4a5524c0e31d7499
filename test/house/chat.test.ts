import { expect, test } from "bun:test";
import { openHouse } from "../open-house.ts";

const isFinal = (frame: { event: string; payload?: unknown }) =>
  frame.event === "chat" && (frame.payload as { state: string }).state === "final";

test("an agent request is acknowledged, streamed and answered on the same id", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  const acknowledged: unknown[] = [];
  const final = await alice.client.callToEnd("agent", { message: "hi", idempotencyKey: "k1" }, (first) =>
    acknowledged.push(first),
  );
  expect(acknowledged).toEqual([{ runId: "k1", status: "accepted", acceptedAt: expect.any(Number) }]);
  expect(final).toMatchObject({ runId: "k1", status: "ok", summary: "completed" });
  expect(final.result?.payloads).toEqual([{ text: "heard: hi", mediaUrl: null }]);
});

test("two clients follow one run, each under its own name for the session", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  using phone = await house.operator();
  await phone.call("chat.history", { sessionKey: "Main" });
  await alice.call("chat.send", { sessionKey: "main", message: "hi", idempotencyKey: "k1" });
  const [first, second] = await Promise.all([alice.until(isFinal), phone.until(isFinal)]);
  expect(first.payload).toMatchObject({ sessionKey: "main", runId: "k1" });
  expect(second.payload).toMatchObject({ sessionKey: "Main", runId: "k1" });
});

test("the history has the answer when the final event arrives", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await alice.call("chat.send", { sessionKey: "main", message: "hi", idempotencyKey: "k1" });
  await alice.until((frame) => frame.event === "chat" && (frame.payload as { state: string }).state === "final");
  const { messages } = await alice.call("chat.history", { sessionKey: "main" });
  expect(messages.map((message) => [message.role, message.content])).toEqual([
    ["user", [{ type: "text", text: "hi" }]],
    ["assistant", [{ type: "text", text: "heard: hi" }]],
  ]);
});
