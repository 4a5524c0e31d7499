import { expect, test } from "bun:test";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import { invalid, refusalOf } from "../house/refusal.ts";
import { type Guest, openHouse } from "../open-house.ts";

function waitingEngine(): ScriptedEngine {
  const engine = new ScriptedEngine();
  engine.answer = undefined;
  return engine;
}

const send = (guest: Guest, idempotencyKey: string, sessionKey = "main") =>
  guest.call("chat.send", { sessionKey, message: "hi", idempotencyKey });

const chatEnd = (guest: Guest, runId: string) =>
  guest.until(({ event, payload }) => {
    const { runId: id, state } = payload as { runId: string; state: string };
    return event === "chat" && id === runId && state !== "delta";
  });

const textHeard = (guest: Guest) =>
  guest.until(({ event, payload }) => event === "agent" && (payload as { stream: string }).stream === "assistant");

test("what was said so far is in the event and stays in the history", async () => {
  const engine = waitingEngine();
  await using house = await openHouse({ engine });
  using alice = await house.operator();
  await send(alice, "k1");
  engine.say("k1", "Once upon");
  await textHeard(alice);
  expect(await alice.call("chat.abort", { sessionKey: "main", runId: "k1" })).toEqual({
    ok: true,
    aborted: true,
    runIds: ["k1"],
  });
  expect((await chatEnd(alice, "k1")).payload).toMatchObject({
    state: "aborted",
    stopReason: "rpc",
    message: { role: "assistant", content: [{ type: "text", text: "Once upon" }] },
  });
  const { messages } = await alice.call("chat.history", { sessionKey: "main" });
  expect(messages).toMatchObject([
    { role: "user", content: [{ text: "hi" }] },
    { role: "assistant", content: [{ text: "Once upon" }], stopReason: "rpc", runId: "k1" },
  ]);
  expect((await alice.call("sessions.list", {})).sessions).toMatchObject([{ abortedLastRun: true }]);
});

test("an abort ends the agent's stream too, before the chat", async () => {
  const engine = waitingEngine();
  await using house = await openHouse({ engine });
  using alice = await house.operator();
  await send(alice, "k1");
  await alice.call("chat.abort", { sessionKey: "main" });
  await chatEnd(alice, "k1");
  const ends = alice.events.filter(({ event }) => event === "agent" || event === "chat").slice(-2);
  expect(ends).toMatchObject([
    { event: "agent", payload: { stream: "lifecycle", data: { phase: "end", aborted: true } } },
    { event: "chat", payload: { state: "aborted" } },
  ]);
});

test("a run that waits never starts", async () => {
  const engine = waitingEngine();
  await using house = await openHouse({ engine });
  using alice = await house.operator();
  await send(alice, "k1");
  await send(alice, "k2");
  expect(await alice.call("chat.abort", { sessionKey: "main", runId: "k2" })).toMatchObject({ runIds: ["k2"] });
  expect((await chatEnd(alice, "k2")).payload).toEqual({
    runId: "k2",
    sessionKey: "main",
    seq: expect.any(Number),
    state: "aborted",
    stopReason: "rpc",
  });
  engine.finish("k1");
  await chatEnd(alice, "k1");
  await send(alice, "k3");
  engine.finish("k3");
  await chatEnd(alice, "k3");
  expect(engine.turns.map(({ runId }) => runId)).toEqual(["k1", "k3"]);
});

test("without a run id all runs of the session end, and only those, by any spelling of its key", async () => {
  const engine = waitingEngine();
  await using house = await openHouse({ engine });
  using alice = await house.operator();
  await send(alice, "k1", "Main");
  await send(alice, "k2", "agent:main:main");
  await send(alice, "k3", "notes");
  const aborted = await alice.call("chat.abort", { sessionKey: "main" });
  expect(aborted).toEqual({ ok: true, aborted: true, runIds: ["k1", "k2"] });
  expect(await alice.call("agent.wait", { runId: "k3", timeoutMs: 0 })).toMatchObject({ status: "timeout" });
});

test("a run that `agent` started is aborted with a good second answer", async () => {
  const engine = waitingEngine();
  await using house = await openHouse({ engine });
  using alice = await house.operator();
  const accepted = Promise.withResolvers<unknown>();
  const last = alice.client.callToEnd("agent", { message: "hi", idempotencyKey: "k1" }, accepted.resolve);
  await accepted.promise;
  engine.say("k1", "half an ");
  await textHeard(alice);
  await alice.call("chat.abort", { sessionKey: "main", runId: "k1" });
  expect<object>(await last).toMatchObject({
    runId: "k1",
    status: "ok",
    summary: "aborted",
    result: { payloads: [{ text: "half an ", mediaUrl: null }], meta: { aborted: true, stopReason: "rpc" } },
  });
});

test("a run of another session is refused, an unknown one and one that ended are not aborted", async () => {
  const engine = waitingEngine();
  await using house = await openHouse({ engine });
  using alice = await house.operator();
  await send(alice, "k1");
  const abort = (params: { sessionKey: string; runId: string }) => alice.call("chat.abort", params);
  expect(await refusalOf(abort({ sessionKey: "notes", runId: "k1" }))).toEqual(
    invalid("runId does not match sessionKey"),
  );
  expect(await abort({ sessionKey: "main", runId: "nobody" })).toEqual({ ok: true, aborted: false, runIds: [] });
  engine.finish("k1");
  await chatEnd(alice, "k1");
  expect(await abort({ sessionKey: "main", runId: "k1" })).toEqual({ ok: true, aborted: false, runIds: [] });
});

test("after an abort the next message runs", async () => {
  const engine = waitingEngine();
  await using house = await openHouse({ engine });
  using alice = await house.operator();
  for (let count = 0; count < 20; count++) {
    await send(alice, `k${count}`);
    await alice.call("chat.abort", { sessionKey: "main" });
  }
  await send(alice, "last");
  engine.say("last", "here");
  engine.finish("last");
  expect((await chatEnd(alice, "last")).payload).toMatchObject({ state: "final" });
  expect((await alice.call("sessions.list", {})).sessions[0]).not.toHaveProperty("abortedLastRun");
});
