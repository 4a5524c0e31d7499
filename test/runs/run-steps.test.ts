import { expect, test } from "bun:test";
import type { AgentEngine, EngineEvent, EngineTurn, StepEnd } from "../../src/engine/index.ts";
import { zeroTurnUsage } from "../../src/engine/index.ts";
import { openHouse, temporaryFolder } from "../open-house.ts";

/** What a run did is on disk before it goes on, and a run that was cut goes on from there. */

const model = { provider: "test", model: "stepping" };
const step = (changes: Partial<StepEnd> = {}): StepEnd => ({
  step: 1,
  text: "Let me look.",
  reasoning: "hm",
  toolCalls: [
    { callId: "c1", name: "exec", input: "{}" },
    { callId: "c2", name: "read", input: "{}" },
  ],
  usage: { input: 10, output: 5, cacheRead: 2, cacheWrite: 1 },
  costUsd: 0.25,
  model,
  ...changes,
});

class SteppingEngine implements AgentEngine {
  readonly id = "stepping";
  readonly model = model;
  readonly turns: EngineTurn[] = [];
  readonly #play: (turn: EngineTurn, signal: AbortSignal) => AsyncIterable<EngineEvent>;

  constructor(play: (turn: EngineTurn, signal: AbortSignal) => AsyncIterable<EngineEvent>) {
    this.#play = play;
  }

  run(turn: EngineTurn, signal: AbortSignal): AsyncIterable<EngineEvent> {
    this.turns.push(turn);
    return this.#play(turn, signal);
  }
}

const end = { kind: "end", stopReason: "stop", usage: zeroTurnUsage, model } as const;

test("a run that is cut in a tool goes on from its last step, and is told what it cannot know", async () => {
  using folder = temporaryFolder();
  const inTool = Promise.withResolvers<void>();
  const first = new SteppingEngine(async function* (_turn, signal) {
    yield { kind: "text", delta: "Let me look." };
    yield { kind: "step", step: step() };
    yield { kind: "tool-start", step: 1, call: step().toolCalls[0]!, effect: "unsafe" };
    inTool.resolve();
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    yield { kind: "end", stopReason: "aborted", usage: zeroTurnUsage };
  });
  {
    await using house = await openHouse({ engine: first, stateDir: folder.path });
    using alice = await house.operator();
    await alice.call("chat.send", { sessionKey: "main", message: "look", idempotencyKey: "k1" });
    await inTool.promise;
  }
  const second = new SteppingEngine(async function* () {
    yield { kind: "text", delta: "Done." };
    yield { kind: "step", step: step({ step: 2, text: "Done.", toolCalls: [], reasoning: "" }) };
    yield end;
  });
  await using house = await openHouse({ engine: second, stateDir: folder.path });
  using alice = await house.operator();
  await alice.call("agent.wait", { runId: "k1" });
  expect(second.turns[0]!.done).toMatchObject([
    { role: "assistant", text: "Let me look.", toolCalls: [{ callId: "c1" }, { callId: "c2" }] },
    {
      role: "tool",
      results: [{ callId: "c1", state: "unknown", text: expect.stringContaining("outcome is unknown") }],
    },
  ]);
  const { messages } = await alice.call("chat.history", { sessionKey: "main" });
  expect(messages.map(({ role, content }) => [role, (content[0] as { text?: string }).text])).toEqual([
    ["user", "look"],
    ["assistant", "Let me look.\n\nDone."],
  ]);
  expect(await alice.call("usage.cost", {})).toMatchObject({
    totals: { input: 20, output: 10, cacheRead: 4, cacheWrite: 2, totalTokens: 36, totalCost: 0.5 },
  });
});

test("the next turn reads the steps and outcomes before it, in their order", async () => {
  const engine = new SteppingEngine(async function* (turn) {
    if (turn.runId === "k1") {
      yield { kind: "text", delta: "Let me look." };
      yield { kind: "step", step: step() };
      for (const call of step().toolCalls) {
        yield { kind: "tool-start", step: 1, call, effect: "read" };
        const { callId, name } = call;
        yield { kind: "tool-end", step: 1, result: { callId, name, text: `${name} says so`, state: "ok" } };
      }
    }
    yield { kind: "text", delta: "Done." };
    yield end;
  });
  await using house = await openHouse({ engine });
  using alice = await house.operator();
  for (const key of ["k1", "k2"]) {
    await alice.call("chat.send", { sessionKey: "main", message: key, idempotencyKey: key });
    await alice.call("agent.wait", { runId: key });
  }
  expect(engine.turns[1]!.history).toMatchObject([
    { role: "user", text: "k1" },
    { role: "assistant", text: "Let me look.", toolCalls: [{ callId: "c1" }, { callId: "c2" }] },
    { role: "tool", results: [{ callId: "c1", text: "exec says so", state: "ok" }] },
    { role: "tool", results: [{ callId: "c2", text: "read says so", state: "ok" }] },
    { role: "assistant", text: "Done." },
  ]);
});

test("a summary stands in for what compaction set aside", async () => {
  const engine = new SteppingEngine(async function* (turn) {
    if (turn.runId === "k3") yield { kind: "compaction", summary: "they said hello", keep: 1, usage: zeroTurnUsage };
    yield { kind: "text", delta: `answer ${turn.runId}` };
    yield end;
  });
  await using house = await openHouse({ engine });
  using alice = await house.operator();
  for (const key of ["k1", "k2", "k3", "k4"]) {
    await alice.call("chat.send", { sessionKey: "main", message: key, idempotencyKey: key });
    await alice.call("agent.wait", { runId: key });
  }
  expect(engine.turns[3]!.history.map((message) => ("text" in message ? message.text : ""))).toEqual([
    "they said hello",
    "answer k2",
    "k3",
    "answer k3",
  ]);
});

test("tools are told of where a session asked for it, and nowhere else", async () => {
  const engine = new SteppingEngine(async function* () {
    const [call] = step().toolCalls;
    yield { kind: "step", step: step({ toolCalls: [call!] }) };
    yield { kind: "tool-start", step: 1, call: call!, effect: "read" };
    yield { kind: "tool-end", step: 1, result: { callId: "c1", name: "exec", text: "fine", state: "ok" } };
    yield { kind: "text", delta: "Done." };
    yield end;
  });
  await using house = await openHouse({ engine });
  using alice = await house.operator();
  await alice.call("sessions.patch", { key: "loud", verboseLevel: "on" });
  for (const sessionKey of ["loud", "quiet"]) {
    await alice.call("chat.send", { sessionKey, message: "x", idempotencyKey: sessionKey });
    await alice.call("agent.wait", { runId: sessionKey });
  }
  const told = alice
    .payloads<{ runId: string; stream: string; data: object }>("agent")
    .filter(({ stream }) => stream === "tool");
  expect(told.map(({ runId, data }) => [runId, data])).toEqual([
    ["loud", { phase: "start", name: "exec", toolCallId: "c1", args: {} }],
    [
      "loud",
      {
        phase: "result",
        name: "exec",
        toolCallId: "c1",
        isError: false,
        result: { content: [{ type: "text", text: "fine" }] },
      },
    ],
  ]);
});
