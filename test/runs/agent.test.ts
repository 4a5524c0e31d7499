import { expect, test } from "bun:test";
import { EngineError } from "../../src/engine/index.ts";
import { openTimedHouse } from "../house/timed-house.ts";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import { refusalOf } from "../house/refusal.ts";
import { newDevice, openHouse, ownerToken } from "../open-house.ts";

function waitingEngine(): ScriptedEngine {
  const engine = new ScriptedEngine();
  engine.answer = undefined;
  return engine;
}

const ignore = () => undefined;

test("a run is accepted, and its end is the second answer, with the text and what it cost", async () => {
  const engine = waitingEngine();
  await using house = await openHouse({ engine });
  using alice = await house.operator();
  const first = Promise.withResolvers<unknown>();
  const last = alice.client.callToEnd("agent", { message: "hi", idempotencyKey: "k1" }, (accepted) => {
    first.resolve(accepted);
    engine.say("k1", "hello ");
    engine.say("k1", "alice");
    engine.finish("k1");
  });
  expect(await first.promise).toEqual({ runId: "k1", status: "accepted", acceptedAt: expect.any(Number) });
  expect<object>(await last).toEqual({
    runId: "k1",
    status: "ok",
    summary: "completed",
    result: {
      payloads: [{ text: "hello alice", mediaUrl: null }],
      meta: {
        durationMs: expect.any(Number),
        agentMeta: {
          sessionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          provider: "test",
          model: "scripted",
          usage: {
            input: 3,
            output: 5,
            cacheRead: 0,
            cacheWrite: 0,
            totalTokens: 8,
            cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 },
          },
        },
        stopReason: "stop",
      },
    },
  });
});

const text = (whole: string, delta: string) => ({ stream: "assistant", data: { text: whole, delta } });

test("the events of a run are numbered without holes: start, growing text, end", async () => {
  const engine = waitingEngine();
  await using house = await openTimedHouse({ engine });
  using alice = await house.operator();
  const last = alice.client.callToEnd("agent", { message: "hi", idempotencyKey: "k1", sessionKey: "main" }, ignore);
  await alice.until(({ event }) => event === "agent");
  for (const word of ["one ", "two ", "three"]) {
    engine.say("k1", word);
    await house.clock.advance(100);
  }
  engine.finish("k1");
  await last;
  const startedAt = 1_800_000_000_000;
  const base = { runId: "k1", sessionKey: "main", ts: expect.any(Number) };
  expect(alice.payloads("agent")).toEqual([
    { ...base, seq: 1, stream: "lifecycle", data: { phase: "start", startedAt } },
    { ...base, seq: 2, ...text("one ", "one ") },
    { ...base, seq: 3, ...text("one two ", "two ") },
    { ...base, seq: 4, ...text("one two three", "three") },
    { ...base, seq: 5, stream: "lifecycle", data: { phase: "end", startedAt, endedAt: startedAt + 300 } },
  ]);
});

test("at the end come the agent's end, the chat's final and the second answer, in this order", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  let heardBefore: string[] = [];
  await alice.client
    .callToEnd("agent", { message: "hi", idempotencyKey: "k1" }, ignore)
    .then(() => (heardBefore = alice.events.map(({ event, payload }) => `${event} ${stateOf(payload)}`)));
  const run = heardBefore.filter((line) => /^(agent|chat) /.test(line));
  expect(run).toEqual(["agent start", "agent text", "chat delta", "agent end", "chat final"]);
});

function stateOf(payload: unknown): string {
  const { state, data } = payload as { state?: string; data?: { phase?: string } };
  return state ?? data?.phase ?? "text";
}

test("a duplicate in flight is accepted too and gets a final answer of its own", async () => {
  const engine = waitingEngine();
  await using house = await openHouse({ engine });
  using alice = await house.operator();
  const accepted: unknown[] = [];
  const hear = (first: unknown) => void accepted.push(first);
  const request = { message: "hi", idempotencyKey: "k1" };
  const calls = [1, 2, 3].map(() => alice.client.callToEnd("agent", request, hear));
  await alice.until(({ event }) => event === "agent");
  engine.say("k1", "once");
  engine.finish("k1");
  const answers = await Promise.all(calls);
  expect(accepted).toEqual([1, 2, 3].map(() => ({ runId: "k1", status: "accepted", acceptedAt: expect.any(Number) })));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(engine.turns).toHaveLength(1);
});

test("a retry after the end gets the final answer at once, also over a new connection of the device", async () => {
  await using house = await openHouse();
  const signer = newDevice();
  using alice = await house.operator({ signer });
  const request = { message: "hi", idempotencyKey: "k1" };
  const answer = await alice.client.callToEnd("agent", request, ignore);
  using again = await house.operator({ signer });
  const accepted: unknown[] = [];
  expect(await again.client.callToEnd("agent", request, (first) => accepted.push(first))).toEqual(answer);
  expect(accepted).toEqual([]);
  expect(house.engine.turns).toHaveLength(1);
});

test("another body under the same key is a conflict", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await alice.client.callToEnd("agent", { message: "hi", idempotencyKey: "k1" }, ignore);
  expect(await refusalOf(alice.call("agent", { message: "ho", idempotencyKey: "k1" }))).toEqual({
    code: "CONFLICT",
    message: "idempotencyKey was used for another agent request; choose a new key",
  });
});

test("a key of another principal, or of another method, is a conflict and tells nothing of the run", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  using bob = await house.operator();
  await alice.client.callToEnd("agent", { message: "hi", idempotencyKey: "k1" }, ignore);
  const taken = { code: "CONFLICT", message: "idempotencyKey names a run of another request; choose a new key" };
  expect(await refusalOf(bob.call("agent", { message: "hi", idempotencyKey: "k1" }))).toEqual(taken);
  const chat = { sessionKey: "main", message: "hi", idempotencyKey: "k1" };
  expect(await refusalOf(alice.call("chat.send", chat))).toEqual(taken);
  expect(house.engine.turns).toHaveLength(1);
});

test("a run that takes longer than it may ends with AGENT_TIMEOUT and its payload; what was said is kept", async () => {
  const engine = waitingEngine();
  await using house = await openTimedHouse({ engine });
  using alice = await house.operator();
  const last = refusalOf(alice.client.callToEnd("agent", { message: "hi", idempotencyKey: "k1", timeout: 5 }, ignore));
  await alice.until(({ event }) => event === "agent");
  engine.say("k1", "I was about to");
  await house.clock.advance(5000);
  const summary = "the run took longer than allowed";
  expect(await last).toEqual({
    code: "AGENT_TIMEOUT",
    message: summary,
    retryable: true,
    payload: { runId: "k1", status: "error", summary },
  });
  expect(alice.payloads("agent").at(-1)).toMatchObject({ data: { phase: "error", error: summary } });
  expect(alice.payloads("chat").at(-1)).toMatchObject({
    state: "aborted",
    stopReason: "timeout",
    message: { content: [{ type: "text", text: "I was about to" }] },
  });
  const { messages } = await alice.call("chat.history", { sessionKey: "main" });
  expect(messages.at(-1)).toMatchObject({ content: [{ text: "I was about to" }], stopReason: "timeout" });
});

const failures: readonly (readonly [name: string, error: Error, message: string])[] = [
  ["outside", new EngineError("the model is away"), "the model is away"],
  ["outside at great length", new EngineError("x".repeat(5000)), `${"x".repeat(1023)}…`],
  ["outside without a word", new EngineError(""), "the run failed"],
  ["inside", new TypeError("undefined is not a function"), "the engine failed; see the gateway's log"],
];

for (const [name, error, message] of failures) {
  test(`a fault ${name} ends the run with UNAVAILABLE and its payload`, async () => {
    const engine = waitingEngine();
    await using house = await openHouse({ engine });
    using alice = await house.operator();
    const last = refusalOf(alice.client.callToEnd("agent", { message: "hi", idempotencyKey: "k1" }, ignore));
    engine.fail("k1", error);
    const payload = { runId: "k1", status: "error", summary: message };
    expect(await last).toEqual({ code: "UNAVAILABLE", message, retryable: true, payload });
    expect(alice.payloads("chat").at(-1)).toMatchObject({ state: "error", errorMessage: message });
    expect(await alice.call("agent.wait", { runId: "k1" })).toMatchObject({ status: "error", error: message });
    expect(house.log.of("run.failed")).toHaveLength(name === "inside" ? 1 : 0);
  });
}

test("a run goes on when its caller has gone", async () => {
  const engine = waitingEngine();
  await using house = await openHouse({ engine });
  using alice = await house.operator();
  using bob = await house.connect({ credentials: { token: ownerToken }, signer: newDevice() });
  const last = bob.client.callToEnd("agent", { message: "hi", idempotencyKey: "k1" }, () => bob.client.close());
  await last.catch(ignore);
  engine.say("k1", "done");
  engine.finish("k1");
  expect(await alice.call("agent.wait", { runId: "k1" })).toMatchObject({ runId: "k1", status: "ok" });
});
