import { expect, test } from "bun:test";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import { openTimedHouse } from "../house/timed-house.ts";
import { openHouse, temporaryFolder } from "../open-house.ts";

function waitingEngine(): ScriptedEngine {
  const engine = new ScriptedEngine();
  engine.answer = undefined;
  return engine;
}

const ignore = () => undefined;
const times = { startedAt: expect.any(Number), endedAt: expect.any(Number) };

test("it waits for the end of any run, however it was started", async () => {
  const engine = waitingEngine();
  await using house = await openHouse({ engine });
  using alice = await house.operator();
  using bob = await house.operator();
  await alice.call("chat.send", { sessionKey: "main", message: "hi", idempotencyKey: "chat" });
  void alice.client.callToEnd("agent", { message: "hi", idempotencyKey: "agent", sessionKey: "x" }, ignore);
  const waiting = ["chat", "agent"].map((runId) => bob.call("agent.wait", { runId }));
  engine.finish("chat");
  engine.finish("agent");
  expect(await Promise.all(waiting)).toEqual([
    { runId: "chat", status: "ok", ...times },
    { runId: "agent", status: "ok", ...times },
  ]);
  expect(await bob.call("agent.wait", { runId: "chat", timeoutMs: 0 })).toEqual({
    runId: "chat",
    status: "ok",
    ...times,
  });
});

test("a wait of no time polls: a run that goes on and one that is unknown are told at once", async () => {
  const engine = waitingEngine();
  await using house = await openTimedHouse({ engine });
  using alice = await house.operator();
  await alice.call("chat.send", { sessionKey: "main", message: "hi", idempotencyKey: "k1" });
  for (const runId of ["k1", "nobody"]) {
    expect(await alice.call("agent.wait", { runId, timeoutMs: 0 })).toEqual({ runId, status: "timeout" });
  }
});

test("a run that goes on longer times out, and goes on", async () => {
  const engine = waitingEngine();
  await using house = await openTimedHouse({ engine });
  using alice = await house.operator();
  await alice.call("chat.send", { sessionKey: "main", message: "hi", idempotencyKey: "k1" });
  const waiting = alice.call("agent.wait", { runId: "k1", timeoutMs: 5000 });
  await house.pass(5000, alice);
  expect(await waiting).toEqual({ runId: "k1", status: "timeout" });
  engine.finish("k1");
  expect(await alice.call("agent.wait", { runId: "k1" })).toMatchObject({ status: "ok" });
});

test("an unknown run times out, by default after half a minute", async () => {
  await using house = await openTimedHouse();
  using alice = await house.operator();
  let isOver = false;
  const waiting = alice.call("agent.wait", { runId: "nobody" }).finally(() => (isOver = true));
  await house.pass(29_999, alice);
  expect(isOver).toBe(false);
  await house.pass(1, alice);
  expect(await waiting).toEqual({ runId: "nobody", status: "timeout" });
});

test("a run that starts while somebody waits for it is waited for to its end", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  using bob = await house.operator();
  const early = [alice, bob].map((guest) => guest.call("agent.wait", { runId: "k1" }));
  const brief = bob.call("agent.wait", { runId: "k1", timeoutMs: 1 });
  expect(await brief).toEqual({ runId: "k1", status: "timeout" });
  await alice.call("chat.send", { sessionKey: "main", message: "hi", idempotencyKey: "k1" });
  expect(await Promise.all(early)).toMatchObject([{ status: "ok" }, { status: "ok" }]);
});

test("after a restart on the same state every run is known", async () => {
  using folder = temporaryFolder();
  const failing = waitingEngine();
  {
    await using house = await openHouse({ stateDir: folder.path, engine: failing });
    using alice = await house.operator();
    for (const key of ["good", "bad"]) {
      await alice.call("chat.send", { sessionKey: key, message: "hi", idempotencyKey: key });
    }
    failing.finish("good");
    failing.fail("bad");
    await Promise.all(["good", "bad"].map((runId) => alice.call("agent.wait", { runId })));
  }
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  expect(await alice.call("agent.wait", { runId: "good" })).toEqual({ runId: "good", status: "ok", ...times });
  expect(await alice.call("agent.wait", { runId: "bad" })).toEqual({
    runId: "bad",
    status: "error",
    error: "the model is away",
    ...times,
  });
});

test("an aborted run has ended well; one that never started has no start", async () => {
  const engine = waitingEngine();
  await using house = await openHouse({ engine });
  using alice = await house.operator();
  await alice.call("chat.send", { sessionKey: "main", message: "1", idempotencyKey: "k1" });
  await alice.call("chat.send", { sessionKey: "main", message: "2", idempotencyKey: "k2" });
  await alice.call("chat.abort", { sessionKey: "main" });
  expect(await alice.call("agent.wait", { runId: "k1" })).toEqual({ runId: "k1", status: "ok", ...times });
  expect(await alice.call("agent.wait", { runId: "k2" })).toEqual({
    runId: "k2",
    status: "ok",
    endedAt: expect.any(Number),
  });
});
