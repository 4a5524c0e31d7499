import { expect, test } from "bun:test";
import { type EngineEvent, type PastMessage, skippedText, stepsMax, type Tool } from "../../src/engine/index.ts";
import { chatAnswer, chatChunk, chatToolCall, eventStream, ScriptedVendor } from "../doubles/model-vendors.ts";
import { marksOf, played, textOf, turnOf } from "./model-stage.ts";
import { failureOfTurn, messagesIn, results, says, sendCall, stageAt, tool, twoCalls } from "./vendor-stage.ts";

/** Tools, messages that steer, and restarts in the middle of them. */

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
  const speaking = eventStream(
    chatChunk({ content: "Let me see." }),
    chatChunk({ tool_calls: [sendCall(0, "c")] }, "tool_calls"),
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
