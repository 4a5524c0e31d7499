import { expect, test } from "bun:test";
import { join } from "node:path";
import { Type } from "@sinclair/typebox";
import { type EngineEvent, type PastMessage, skippedText, stepsMax, type Tool } from "../../src/engine/index.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import {
  type Asked,
  chatAnswer,
  chatToolCall,
  endlessStream,
  eventStream,
  failure,
  ScriptedVendor,
  vendorKey,
  wireSettings,
} from "../doubles/model-vendors.ts";
import { temporaryFolder } from "../open-house.ts";
import { marksOf, modelStage, played, type StageOptions, textOf, turnOf } from "./model-stage.ts";

/** What the engine does around the wire: tools, steering, restarts, trouble and time. */

const first = "compatible/some/model-7b";

function stageAt(vendor: ScriptedVendor, options: StageOptions = {}) {
  const { compatible } = wireSettings(vendor.url);
  const { models, ...rest } = options;
  return modelStage({ models: { default: first, vendors: { compatible }, ...models }, ...rest });
}

function tool(name: string, run: Tool["run"], effect: Tool["effect"] = "unsafe"): Tool {
  return { name, description: name, params: Type.Object({ to: Type.String() }), effect, run };
}

const says = (text: string) => Promise.resolve({ text });

const messagesIn = ({ body }: Asked) => body["messages"] as unknown as { role: string; content: string }[];
const lastIn = (asked: Asked) => messagesIn(asked).at(-1)!;

function results(events: readonly EngineEvent[]) {
  return events.flatMap((event) => (event.kind === "tool-end" ? [event.result] : []));
}

async function failureOfTurn(run: Promise<unknown>): Promise<{ failure: unknown; message: string }> {
  const error: unknown = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: "EngineError" });
  return error as { failure: unknown; message: string };
}

// --- tools

test("input that does not fit never reaches the tool, and the model is told why", async () => {
  let runs = 0;
  const send = tool("send", () => {
    runs++;
    return says("sent");
  });
  const bad = ["{", '{"to":1}', "[]", "{}"];
  await using vendor = new ScriptedVendor(...bad.map((input, at) => () => chatToolCall(`c${at}`, "send", input)), () =>
    chatAnswer("well"),
  );
  const events = await played(stageAt(vendor, { tools: [send] }));
  expect(runs).toBe(0);
  expect(results(events).map(({ state }) => state)).toEqual(["error", "error", "error", "error"]);
  expect(results(events).map(({ text }) => text)).toEqual([
    expect.stringContaining("it is not JSON"),
    expect.stringContaining("/to"),
    expect.stringContaining("must be object"),
    expect.stringContaining("'to'"),
  ]);
  expect(textOf(events)).toBe("well");
});

test("a tool of plain JSON Schema is checked as well", async () => {
  const params = {
    type: "object",
    properties: { to: { type: "string" } },
    required: ["to"],
  } as unknown as Tool["params"];
  const send: Tool = { ...tool("send", () => says("sent")), params };
  await using vendor = new ScriptedVendor(
    () => chatToolCall("c1", "send", "{}"),
    () => chatToolCall("c2", "send", '{"to":"bob"}'),
    () => chatAnswer("well"),
  );
  expect(results(await played(stageAt(vendor, { tools: [send] })))).toMatchObject([
    { state: "error", text: expect.stringContaining("must have required property 'to'") },
    { state: "ok", text: "sent" },
  ]);
});

test("a tool that nobody knows is an error that names those there are", async () => {
  await using vendor = new ScriptedVendor(
    () => chatToolCall("c1", "shout", "{}"),
    () => chatAnswer("well"),
  );
  const events = await played(stageAt(vendor, { tools: [tool("send", () => says("sent"))] }));
  expect(results(events)).toEqual([
    { callId: "c1", name: "shout", state: "error", text: 'There is no tool "shout". There are: send.' },
  ]);
  expect(marksOf(events).find(({ kind }) => kind === "tool-start")).toMatchObject({ effect: "read" });
});

test("a tool that throws is told without its details, which the log has", async () => {
  const broken = tool("send", () => Promise.reject(new Error("the password is hunter2")));
  await using vendor = new ScriptedVendor(
    () => chatToolCall("c1", "send", '{"to":"bob"}'),
    () => chatAnswer("well"),
  );
  const stage = stageAt(vendor, { tools: [broken] });
  expect(results(await played(stage))).toMatchObject([{ state: "error", text: expect.stringContaining("failed") }]);
  expect(JSON.stringify(vendor.asked.map(({ body }) => body))).not.toContain("hunter2");
  expect(stage.log.of("tool.failed").length).toBe(1);
});

test("a server that numbers its calls alike in every step gives calls of different names to the store", async () => {
  await using vendor = new ScriptedVendor(
    () => chatToolCall("0", "send", '{"to":"a"}'),
    () => chatToolCall("0", "send", '{"to":"b"}'),
    () => chatAnswer("well"),
  );
  const events = await played(stageAt(vendor, { tools: [tool("send", () => says("sent"))] }));
  const ids = results(events).map(({ callId }) => callId);
  expect(new Set(ids).size).toBe(2);
  const ends = messagesIn(vendor.asked.at(-1)!).filter(({ role }) => role === "tool");
  expect(ends.map((message) => (message as unknown as { tool_call_id: string }).tool_call_id)).toEqual(ids);
});

test("a model that calls for tools without end is stopped", async () => {
  await using vendor = new ScriptedVendor(() => chatToolCall("c", "send", '{"to":"bob"}'));
  const events: EngineEvent[] = [];
  const run = played(stageAt(vendor, { tools: [tool("send", () => says("sent"))] }), turnOf(), { events });
  expect(await failureOfTurn(run)).toMatchObject({ failure: "tool_loop" });
  expect(events.filter(({ kind }) => kind === "step").length).toBe(stepsMax);
});

test("text of several steps does not stick together", async () => {
  const call = { index: 0, id: "c", type: "function", function: { name: "send", arguments: '{"to":"bob"}' } };
  const speaking = eventStream(
    `data: ${JSON.stringify({ id: "c", choices: [{ index: 0, delta: { content: "Let me see." }, finish_reason: null }] })}\n\n`,
    `data: ${JSON.stringify({ id: "c", choices: [{ index: 0, delta: { tool_calls: [call] }, finish_reason: "tool_calls" }] })}\n\n`,
  );
  await using vendor = new ScriptedVendor(
    () => speaking,
    () => chatAnswer("Done."),
  );
  const events = await played(stageAt(vendor, { tools: [tool("send", () => says("sent"))] }));
  expect(textOf(events)).toBe("Let me see.\n\nDone.");
  expect(marksOf(events).flatMap((event) => (event.kind === "step" ? [event.step.text] : []))).toEqual([
    "Let me see.",
    "Done.",
  ]);
});

// --- steering

function twoCalls(): Response {
  const call = (index: number, id: string) => ({
    index,
    id,
    type: "function",
    function: { name: "send", arguments: `{"to":"${id}"}` },
  });
  const delta = { tool_calls: [call(0, "c1"), call(1, "c2")] };
  return eventStream(
    `data: ${JSON.stringify({ id: "c", choices: [{ index: 0, delta, finish_reason: "tool_calls" }] })}\n\n`,
  );
}

test("a message that steers is read next, and the calls that had not begun are skipped", async () => {
  const ran: unknown[] = [];
  const send = tool("send", (input) => {
    ran.push(input);
    return says("sent");
  });
  await using vendor = new ScriptedVendor(twoCalls, () => chatAnswer("as you wish"));
  const waiting = [["stop sending"]];
  const steering = () => Promise.resolve(waiting.shift() ?? []);
  const events = await played(stageAt(vendor, { tools: [send] }), turnOf({ steering }));
  expect(ran).toEqual([{ to: "c1" }]);
  expect(results(events)).toMatchObject([
    { callId: "c1", state: "ok" },
    { callId: "c2", state: "skipped", text: skippedText },
  ]);
  expect(messagesIn(vendor.asked.at(-1)!).slice(-3)).toMatchObject([
    { role: "tool", content: "sent" },
    { role: "tool", content: skippedText },
    { role: "user", content: "stop sending" },
  ]);
});

test("a message that comes while the last words are said gets an answer in the same run", async () => {
  await using vendor = new ScriptedVendor(
    () => chatAnswer("first"),
    () => chatAnswer("second"),
  );
  const waiting = [["one more thing", "and another"]];
  const steering = () => Promise.resolve(waiting.shift() ?? []);
  const events = await played(stageAt(vendor), turnOf({ steering }));
  expect(textOf(events)).toBe("first\n\nsecond");
  expect(messagesIn(vendor.asked.at(-1)!).slice(-3)).toMatchObject([
    { role: "assistant", content: "first" },
    { role: "user", content: "one more thing" },
    { role: "user", content: "and another" },
  ]);
});

// --- after a restart

const asked: PastMessage = {
  role: "assistant",
  text: "",
  toolCalls: [
    { callId: "c1", name: "send", input: '{"to":"bob"}' },
    { callId: "c2", name: "send", input: '{"to":"carol"}' },
  ],
};

test("after a restart a call of unknown outcome is not run again, and the one behind it runs now", async () => {
  const ran: unknown[] = [];
  const send = tool("send", (input) => {
    ran.push(input);
    return says("sent");
  });
  await using vendor = new ScriptedVendor(() => chatAnswer("I shall look first"));
  const done: PastMessage[] = [
    asked,
    { role: "tool", results: [{ callId: "c1", name: "send", text: "", state: "unknown" }] },
  ];
  const events = await played(stageAt(vendor, { tools: [send] }), turnOf({ done }));
  expect(ran).toEqual([{ to: "carol" }]);
  expect(marksOf(events).map(({ kind }) => kind)).toEqual(["tool-start", "tool-end", "step", "end"]);
  const told = messagesIn(vendor.asked[0]!).filter(({ role }) => role === "tool");
  expect(told[0]!.content).toContain("not known whether this call took effect");
  expect(told[1]!.content).toBe("sent");
});

test("a run whose last words are on disk ends without asking anybody", async () => {
  await using vendor = new ScriptedVendor(() => chatAnswer("never"));
  const events = await played(stageAt(vendor), turnOf({ done: [{ role: "assistant", text: "all said" }] }));
  expect(events).toMatchObject([{ kind: "end", stopReason: "stop" }]);
  expect(vendor.asked.length).toBe(0);
});

test("steps go on counting where the restart cut them", async () => {
  await using vendor = new ScriptedVendor(() => chatAnswer("well"));
  const done: PastMessage[] = [
    asked,
    {
      role: "tool",
      results: [
        { callId: "c1", name: "send", text: "sent", state: "ok" },
        { callId: "c2", name: "send", text: "sent", state: "ok" },
      ],
    },
  ];
  const [step] = marksOf(await played(stageAt(vendor), turnOf({ done })));
  expect(step).toMatchObject({ kind: "step", step: { step: 2, text: "well" } });
});

// --- trouble

test("a busy vendor is asked again, but not before the time that it names", async () => {
  await using vendor = new ScriptedVendor(
    () => failure(429, { message: "slow down", type: "rate_limit_error" }, { "retry-after": "20" }),
    () => chatAnswer("now"),
  );
  const stage = stageAt(vendor);
  const startedAtMs = stage.clock.elapsedMs();
  const events = await played(stage, turnOf(), { stepMs: 500 });
  expect(textOf(events)).toBe("now");
  expect(stage.clock.elapsedMs() - startedAtMs).toBeGreaterThanOrEqual(20_000);
});

const passing: readonly (readonly [name: string, answer: () => Response])[] = [
  ["a fault of the server", () => failure(500, { message: "oops" })],
  ["an overloaded server", () => failure(529, { message: "Overloaded", type: "overloaded_error" })],
  ["an answer that breaks off", () => eventStream('data: {"id":"c","choices":[{"index":0,"delta":{}}]}\n\n')],
  ["a broken piece", () => eventStream("data: {nonsense\n\n")],
  ["an empty answer", () => new Response("", { headers: { "content-type": "text/event-stream" } })],
  ["an error in the stream", () => eventStream('data: {"error":{"message":"boom","type":"server_error"}}\n\n')],
];

for (const [name, answer] of passing) {
  test(`${name} is tried again`, async () => {
    await using vendor = new ScriptedVendor(answer, () => chatAnswer("well"));
    expect(textOf(await played(stageAt(vendor), turnOf(), { stepMs: 200 }))).toBe("well");
    expect(vendor.asked.length).toBe(2);
  });
}

const staying: readonly (readonly [name: string, answer: () => Response, failure: string])[] = [
  [
    "a refused key",
    () => failure(401, { message: `Incorrect API key: ${vendorKey}`, code: "invalid_api_key" }),
    "auth",
  ],
  ["an empty account", () => failure(429, { message: "pay", code: "insufficient_quota" }), "billing"],
  ["a request that cannot be read", () => failure(400, { message: "no such field" }), "bad_request"],
  ["a model that is not there", () => failure(404, { message: "no model", code: "model_not_found" }), "no_model"],
];

for (const [name, answer, kind] of staying) {
  test(`${name} is not tried again, and is told as ${kind} without the key`, async () => {
    await using vendor = new ScriptedVendor(answer);
    const stage = stageAt(vendor);
    const error = await failureOfTurn(played(stage, turnOf(), { stepMs: 200 }));
    expect(error.failure).toBe(kind);
    expect(error.message).toStartWith(`${first}: `);
    expect(vendor.asked.length).toBe(1);
    expect(
      error.message + stage.log.text + JSON.stringify(stage.database.query("SELECT * FROM model_health").all()),
    ).not.toContain(vendorKey);
  });
}

test("what was seen is not said again: a stream that breaks off behind the first words fails the turn", async () => {
  await using vendor = new ScriptedVendor(
    () => eventStream('data: {"id":"c","choices":[{"index":0,"delta":{"content":"Once upon"}}]}\n\n'),
    () => chatAnswer("never"),
  );
  const events: EngineEvent[] = [];
  const run = played(stageAt(vendor), turnOf(), { events, stepMs: 200 });
  expect((await failureOfTurn(run)).failure).toBe("truncated");
  expect(textOf(events)).toBe("Once upon");
  expect(vendor.asked.length).toBe(1);
});

// --- other models

function twoVendors(main: ScriptedVendor, spare: ScriptedVendor, options: StageOptions = {}) {
  const vendors = { compatible: wireSettings(main.url).compatible, spare: wireSettings(spare.url).compatible };
  return modelStage({ ...options, models: { default: first, fallbacks: ["spare/other-model"], vendors } });
}

test("a fall-back steps in for a model that stays away, and the end says who answered", async () => {
  await using main = new ScriptedVendor(() => failure(500, { message: "oops" }));
  await using spare = new ScriptedVendor(() => chatAnswer("at your service"));
  const stage = twoVendors(main, spare);
  const events = await played(stage, turnOf(), { stepMs: 500 });
  expect(textOf(events)).toBe("at your service");
  expect(main.asked.length).toBe(3);
  expect(events.at(-1)).toMatchObject({ kind: "end", model: { provider: "spare", model: "other-model" } });
  expect(stage.log.of("model.replaced").length).toBe(1);
});

test("a model that failed rests, also over a restart, and is asked again once its time is over", async () => {
  using folder = temporaryFolder();
  const databasePath = join(folder.path, "clawdia.db");
  await using main = new ScriptedVendor(() => failure(500, { message: "oops" }));
  await using spare = new ScriptedVendor(() => chatAnswer("here"));
  const clock = new FakeClock();
  const before = twoVendors(main, spare, { databasePath, clock });
  await played(before, turnOf(), { stepMs: 500 });
  before.database[Symbol.dispose]();

  const stage = twoVendors(main, spare, { databasePath, clock });
  await played(stage, turnOf({ runId: "run-2" }));
  expect(main.asked.length).toBe(3);
  main.answers = [() => chatAnswer("back again")];
  clock.jump(61_000);
  expect(textOf(await played(stage, turnOf({ runId: "run-3" })))).toBe("back again");
  expect(stage.database.query("SELECT * FROM model_health").all()).toEqual([]);
  stage.database[Symbol.dispose]();
});

test("without a fall-back the model that rests is asked all the same", async () => {
  await using vendor = new ScriptedVendor(
    () => failure(402, { message: "pay" }),
    () => chatAnswer("paid"),
  );
  const stage = stageAt(vendor);
  expect((await failureOfTurn(played(stage))).failure).toBe("billing");
  expect(textOf(await played(stage))).toBe("paid");
});

test("nobody steps in for a turn that its person ended", async () => {
  await using main = new ScriptedVendor(() => endlessStream());
  await using spare = new ScriptedVendor(() => chatAnswer("never"));
  const abort = new AbortController();
  const run = played(twoVendors(main, spare), turnOf(), { signal: abort.signal });
  await asking(main);
  abort.abort("rpc");
  expect(await run).toMatchObject([{ kind: "end", stopReason: "aborted" }]);
  expect(spare.asked.length).toBe(0);
});

test("no model beside the fall-backs is ever asked", async () => {
  await using main = new ScriptedVendor(() => failure(401, { message: "no" }));
  await using other = new ScriptedVendor(() => chatAnswer("never"));
  const vendors = { compatible: wireSettings(main.url).compatible, other: wireSettings(other.url).compatible };
  const stage = modelStage({
    models: { default: first, vendors, aliases: { o: "other/m" } },
    environment: { OPENAI_API_KEY: "sk-of-the-environment", ANTHROPIC_API_KEY: "sk-ant-of-the-environment" },
  });
  await failureOfTurn(played(stage));
  expect(other.asked.length).toBe(0);
});

// --- the end of a turn by its person, and by time

/** Resolves once the vendor was asked. */
async function asking(vendor: ScriptedVendor, times = 1): Promise<void> {
  while (vendor.asked.length < times) await new Promise((resolve) => setImmediate(resolve));
}

test("an abort in the middle of an answer ends the turn and hangs up", async () => {
  await using vendor = new ScriptedVendor(() =>
    endlessStream('data: {"id":"c","choices":[{"index":0,"delta":{"content":"Once"}}]}\n\n'),
  );
  const abort = new AbortController();
  const stage = stageAt(vendor);
  const startedAtMs = stage.clock.elapsedMs();
  const events: EngineEvent[] = [];
  for await (const event of stage.engine.run(turnOf(), abort.signal)) {
    events.push(event);
    if (event.kind === "text") abort.abort("rpc");
  }
  await vendor.hungUp;
  expect(events).toMatchObject([
    { kind: "text", delta: "Once" },
    { kind: "end", stopReason: "aborted" },
  ]);
  expect(stage.clock.elapsedMs()).toBe(startedAtMs);
});

test("an abort does not wait for a tool that does not hear it, and its outcome is unknown", async () => {
  const abort = new AbortController();
  const deaf = tool("send", () => {
    abort.abort("rpc");
    return new Promise(() => undefined);
  });
  await using vendor = new ScriptedVendor(() => chatToolCall("c1", "send", '{"to":"bob"}'));
  const events = await played(stageAt(vendor, { tools: [deaf] }), turnOf(), { signal: abort.signal });
  expect(marksOf(events)).toMatchObject([
    { kind: "step" },
    { kind: "tool-start" },
    { kind: "tool-end", result: { callId: "c1", state: "unknown" } },
    { kind: "end", stopReason: "aborted" },
  ]);
});

test("a server of one's own that falls silent is given five minutes, then asked again", async () => {
  await using vendor = new ScriptedVendor(
    () =>
      endlessStream(": thinking\n\n", 'data: {"id":"c","choices":[{"index":0,"delta":{"reasoning_content":"h"}}]}\n\n'),
    () => chatAnswer("awake"),
  );
  const stage = stageAt(vendor);
  const run = played(stage, turnOf(), { stepMs: 10_000 });
  expect(textOf(await run)).toBe("awake");
  expect(stage.clock.elapsedMs()).toBeGreaterThanOrEqual(300_000);
  expect(stage.log.of("model.failed")).toMatchObject([{ fields: { failure: "timeout" } }]);
  await vendor.hungUp;
});

// --- long conversations

const longHistory: PastMessage[] = Array.from({ length: 40 }, (_, index) => [
  { role: "user" as const, text: `question ${index} ${"word ".repeat(900)}` },
  { role: "assistant" as const, text: `answer ${index}` },
]).flat();

const isSummary = ({ body }: Asked) => JSON.stringify(body).includes("You sum up a conversation");

test("a conversation that grows too long is summed up before the step", async () => {
  await using vendor = new ScriptedVendor((request) => chatAnswer(isSummary(request) ? "They asked much." : "ok"));
  const events = await played(stageAt(vendor), turnOf({ history: longHistory }));
  const [compaction, step] = marksOf(events);
  expect(compaction).toMatchObject({
    kind: "compaction",
    summary: "They asked much.",
    usage: { input: 12, output: 3 },
  });
  expect(step).toMatchObject({ kind: "step", step: { step: 1 } });
  const keep = compaction?.kind === "compaction" ? compaction.keep : -1;
  expect(keep).toBeGreaterThan(0);
  expect(keep).toBeLessThan(longHistory.length);
  const messages = messagesIn(vendor.asked.at(-1)!);
  expect(messages[1]!.content).toContain("They asked much.");
  expect(messages[2]).toMatchObject(longHistory.at(-keep)?.role === "user" ? { role: "user" } : {});
  expect(messages.length).toBe(1 + 1 + keep + 1);
  expect(events.at(-1)).toMatchObject({ usage: { input: 24, output: 6 } });
  expect(textOf(events)).toBe("ok");
});

test("a vendor that says it is too long gets a summary, at most twice", async () => {
  const overflow = () => failure(400, { message: "This model's maximum context length is 8192 tokens" });
  await using vendor = new ScriptedVendor((request) => (isSummary(request) ? chatAnswer("In short.") : overflow()));
  const history = longHistory.slice(0, 12);
  const events: EngineEvent[] = [];
  const error = await failureOfTurn(played(stageAt(vendor), turnOf({ history }), { events }));
  expect(error.failure).toBe("context_overflow");
  expect(marksOf(events).map(({ kind }) => kind)).toEqual(["compaction", "compaction"]);
});

test("an overflow goes by once the past is summed up", async () => {
  let refusals = 0;
  await using vendor = new ScriptedVendor((request) => {
    if (isSummary(request)) return chatAnswer("In short.");
    return refusals++ === 0
      ? failure(400, { message: "prompt is too long", code: "context_length_exceeded" })
      : chatAnswer("ok");
  });
  const events = await played(stageAt(vendor), turnOf({ history: longHistory.slice(0, 12) }));
  expect(marksOf(events).map(({ kind }) => kind)).toEqual(["compaction", "step", "end"]);
  expect(textOf(events)).toBe("ok");
});

test("a summary that cannot be had does not stop a turn that still fits", async () => {
  await using vendor = new ScriptedVendor((request) =>
    isSummary(request) ? failure(400, { message: "no" }) : chatAnswer("ok"),
  );
  const stage = stageAt(vendor);
  expect(textOf(await played(stage, turnOf({ history: longHistory })))).toBe("ok");
  expect(stage.log.of("compaction.failed").length).toBe(1);
});

// --- who answers

test("the session's choice beats the agent's, which beats the default", async () => {
  await using vendor = new ScriptedVendor(() => chatAnswer("ok"));
  const stage = stageAt(vendor, { agents: { list: [{ id: "main" }, { id: "work", model: "compatible/for-work" }] } });
  await played(stage, turnOf());
  await played(stage, turnOf({ agentId: "work" }));
  await played(stage, turnOf({ agentId: "work", model: "compatible/for-now" }));
  expect(vendor.asked.map(({ body }) => String(body["model"]))).toEqual(["some/model-7b", "for-work", "for-now"]);
});

test("a model that is not there is said so, and what to do", async () => {
  const stage = modelStage();
  const error = await failureOfTurn(played(stage, turnOf({ model: "nowhere/gpt" })));
  expect(error).toMatchObject({ failure: "no_model", message: expect.stringContaining("clawdia models choose") });
});

test("a vendor without a key is said so before anybody is asked", async () => {
  const stage = modelStage({ models: { default: "anthropic/claude-sonnet-5-5" } });
  const error = await failureOfTurn(played(stage));
  expect(error).toMatchObject({ failure: "auth", message: expect.stringContaining("there is no key for anthropic") });
});

test("the echo answers until a model is chosen, and the choice counts from the next turn on", async () => {
  await using vendor = new ScriptedVendor(() => chatAnswer("I am a model"));
  const { compatible } = wireSettings(vendor.url);
  const stage = modelStage({ models: { vendors: { compatible } } });
  expect([stage.engine.id, stage.engine.model]).toEqual(["echo", { provider: "builtin", model: "echo" }]);
  expect(textOf(await played(stage))).toStartWith("echo: hello");
  const choosing = stage.models.choose({ provider: "compatible", model: "some/model-7b" }, undefined, undefined);
  await stage.clock.advance(1);
  await choosing;
  expect([stage.engine.id, stage.engine.model]).toEqual(["models", { provider: "compatible", model: "some/model-7b" }]);
  expect(textOf(await played(stage))).toBe("I am a model");
});
