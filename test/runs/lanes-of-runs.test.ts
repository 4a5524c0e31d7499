import { expect, test } from "bun:test";
import { waitingRunsMax } from "../../src/runs/index.ts";
import { realClock } from "../../src/lib/index.ts";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import { refusalOf } from "../house/refusal.ts";
import { openTimedHouse } from "../house/timed-house.ts";
import { type Guest, openHouse, temporaryFolder } from "../open-house.ts";

function waitingEngine(): ScriptedEngine {
  const engine = new ScriptedEngine();
  engine.answer = undefined;
  return engine;
}

const send = (guest: Guest, sessionKey: string, idempotencyKey: string) =>
  guest.call("chat.send", { sessionKey, message: `say ${idempotencyKey}`, idempotencyKey });

const started = (guest: Guest, runId: string) =>
  guest.until(({ event, payload }) => event === "agent" && (payload as { runId: string }).runId === runId);

test("one run at a time works in a session, in the order in which they were accepted", async () => {
  const engine = waitingEngine();
  await using house = await openHouse({ engine });
  using alice = await house.operator();
  await Promise.all(["k3", "k1", "k2"].map((key) => send(alice, "main", key)));
  for (const key of ["k3", "k1", "k2"]) {
    await started(alice, key);
    expect(engine.turns.at(-1)?.runId).toBe(key);
    engine.finish(key);
    await alice.call("agent.wait", { runId: key });
  }
  expect(engine.turns.map(({ runId }) => runId)).toEqual(["k3", "k1", "k2"]);
});

test("sessions run side by side up to the limit, and none waits for a long queue of another", async () => {
  const engine = waitingEngine();
  await using house = await openHouse({ engine, agents: { runsMax: 2 } });
  using alice = await house.operator();
  for (const key of ["a1", "a2", "a3", "b1", "c1"]) await send(alice, key[0]!, key);
  await Promise.all([started(alice, "a1"), started(alice, "b1")]);
  expect((await alice.call("status", {})).gateway.runsActive).toBe(2);
  engine.finish("a1");
  await started(alice, "c1");
  expect(engine.turns.map(({ runId }) => runId)).toEqual(["a1", "b1", "c1"]);
});

test("a session lets a bounded number of runs wait, also when they come all at once", async () => {
  const engine = waitingEngine();
  await using house = await openHouse({ engine });
  using alice = await house.operator();
  await send(alice, "main", "first");
  await started(alice, "first");
  const keys = Array.from({ length: waitingRunsMax + 10 }, (_, index) => `k${index}`);
  const outcomes = await Promise.allSettled(keys.map((key) => send(alice, "main", key)));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(waitingRunsMax);
  expect(await refusalOf(send(alice, "main", "more"))).toEqual({
    code: "UNAVAILABLE",
    message: "session agent:main:main has 64 runs waiting; wait or abort some",
    retryable: true,
  });
  expect(await send(alice, "other", "elsewhere")).toEqual({ runId: "elsewhere", status: "started" });
  await alice.call("chat.abort", { sessionKey: "main" });
  expect(await send(alice, "main", "more")).toEqual({ runId: "more", status: "started" });
});

test("a turn reads the answers before it and not the questions behind it", async () => {
  const engine = waitingEngine();
  await using house = await openHouse({ engine });
  using alice = await house.operator();
  for (const key of ["k1", "k2", "k3"]) await send(alice, "main", key);
  for (const key of ["k1", "k2", "k3"]) {
    engine.say(key, `answer ${key}`);
    engine.finish(key);
    await alice.call("agent.wait", { runId: key });
  }
  const [first, second] = ["k1", "k2"].map((key) => [
    { role: "user", text: `say ${key}` },
    { role: "assistant", text: `answer ${key}` },
  ]);
  expect<object>(engine.turns.map(({ history }) => history)).toEqual([[], first, [...first!, ...second!]]);
});

test("what a stop cut or kept waiting is taken up by the next start, in the order of acceptance", async () => {
  using folder = temporaryFolder();
  const keys = ["k9", "k1", "k10", "k2"];
  {
    await using house = await openTimedHouse({ stateDir: folder.path, engine: waitingEngine() });
    using alice = await house.operator();
    for (const key of keys) await send(alice, "main", key);
    await started(alice, "k9");
  }
  const again = new ScriptedEngine();
  await using house = await openHouse({ stateDir: folder.path, engine: again });
  using alice = await house.operator();
  await Promise.all(keys.map((runId) => alice.call("agent.wait", { runId })));
  expect(again.turns.map(({ runId }) => runId)).toEqual(keys);
  const { messages } = await alice.call("chat.history", { sessionKey: "main" });
  expect(messages.map(({ role, runId }) => `${role} ${runId}`)).toEqual([
    ...keys.map((key) => `user ${key}`),
    ...keys.map((key) => `assistant ${key}`),
  ]);
  expect(house.log.of("runs.recovered")).toMatchObject([{ fields: { resumed: 4, interrupted: 0 } }]);
});

test("a run that waited too long for the gateway to come back is not started any more", async () => {
  using folder = temporaryFolder();
  {
    await using house = await openTimedHouse({ stateDir: folder.path, engine: waitingEngine() });
    using alice = await house.operator();
    await send(alice, "main", "k1");
  }
  // The first house's clock stood in 2027; the day after, the gateway starts again.
  const again = new ScriptedEngine();
  const clock = { ...realClock, nowMs: () => 1_800_000_000_000 + 24 * 3_600_000 };
  await using house = await openHouse({ stateDir: folder.path, engine: again, clock });
  using alice = await house.operator();
  expect(await alice.call("agent.wait", { runId: "k1" })).toMatchObject({
    status: "error",
    error: "the gateway was away too long to take the run up again; ask once more",
  });
  expect(again.turns).toEqual([]);
});
