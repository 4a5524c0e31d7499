import { expect, test } from "bun:test";
import { makeOpenModel, type ModelPart, ollamaUrlOf } from "../../../src/engine/index.ts";
import { realClock } from "../../../src/lib/index.ts";
import { ScriptedVendor, wireModels, wireSettings } from "../../doubles/model-vendors.ts";
import { marksOf, modelStage, played, textOf, turnOf } from "../model-stage.ts";

const reference = wireModels.ollama;

function stageAt(vendor: ScriptedVendor) {
  return modelStage({ models: { default: reference, vendors: { ollama: wireSettings(vendor.url).ollama } } });
}

function lines(...values: readonly object[]): Response {
  return new Response(values.map((value) => `${JSON.stringify(value)}\n`).join(""), {
    headers: { "content-type": "application/x-ndjson" },
  });
}

const end = {
  message: { role: "assistant", content: "" },
  done: true,
  done_reason: "stop",
  prompt_eval_count: 20,
  eval_count: 4,
};

async function parts(response: () => Response): Promise<ModelPart[]> {
  await using vendor = new ScriptedVendor(response);
  const target = stageAt(vendor).models.target(reference)!;
  const step = {
    system: "",
    messages: [{ role: "user" as const, text: "hi" }],
    tools: [],
    thinking: undefined,
    cacheKey: "k",
    usedCallIds: new Set<string>(),
  };
  const heard: ModelPart[] = [];
  for await (const part of makeOpenModel(realClock)(target).stream(step, new AbortController().signal))
    heard.push(part);
  return heard;
}

test("thinking, text and tokens come in Ollama's own words", async () => {
  const heard = await parts(() =>
    lines({ message: { thinking: "hm" }, done: false }, { message: { content: "yes" }, done: false }, end),
  );
  expect(heard).toEqual([
    { kind: "reasoning", delta: "hm" },
    { kind: "text", delta: "yes" },
    {
      kind: "finish",
      stopReason: "stop",
      usage: { input: 20, output: 4, cacheRead: 0, cacheWrite: 0 },
      costUsd: 0,
      replay: { model: reference, content: { thinking: "hm" } },
    },
  ]);
});

const call = (name: string) => ({ function: { name, arguments: { a: 1 } } });

test("calls without ids get ids of their own", async () => {
  const heard = await parts(() => lines({ message: { tool_calls: [call("one"), call("two")] }, done: false }, end));
  expect(heard).toMatchObject([
    { kind: "tool-call", call: { callId: "call", name: "one", input: '{"a":1}' } },
    { kind: "tool-call", call: { callId: "call-2", name: "two" } },
    { kind: "finish", stopReason: "tool-calls" },
  ]);
});

test("an answer that reached its limit says so", async () => {
  expect(await parts(() => lines({ ...end, done_reason: "length" }))).toMatchObject([{ stopReason: "length" }]);
});

const troubles: readonly (readonly [name: string, response: () => Response, failure: string])[] = [
  ["a stream that breaks off", () => lines({ message: { content: "Once" }, done: false }), "truncated"],
  ["half a line", () => new Response('{"message":{"content":"On'), "truncated"],
  ["an error in the stream", () => lines({ error: "an error was encountered while running the model" }), "network"],
  ["a model that is not there", () => Response.json({ error: "model 'x' not found" }, { status: 404 }), "no_model"],
  [
    "too long a prompt",
    () => Response.json({ error: "the input length exceeds the context length" }, { status: 400 }),
    "context_overflow",
  ],
  ["a page instead of an answer", () => new Response("<html>"), "truncated"],
];

for (const [name, response, failure] of troubles) {
  test(`${name} is ${failure}`, async () => {
    const error: unknown = await parts(response).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ failure });
  });
}

test("thinking goes back to the model that thought it, within the run", async () => {
  const looking = call("look");
  await using vendor = new ScriptedVendor(
    () => lines({ message: { thinking: "I should look" }, done: false }, { message: { tool_calls: [looking] } }, end),
    () => lines({ message: { content: "seen" }, done: false }, end),
  );
  const events = await played(stageAt(vendor), turnOf({ thinkingLevel: "high" }));
  expect(textOf(events)).toBe("seen");
  expect(vendor.asked[1]!.body["messages"] as unknown).toMatchObject([
    { role: "system" },
    { role: "user", content: "hello" },
    { role: "assistant", thinking: "I should look", tool_calls: [looking] },
    { role: "tool", tool_name: "look", content: expect.stringContaining("Error: There is no tool") },
  ]);
  expect(marksOf(events).at(-1)).toMatchObject({ usage: { input: 40, output: 8 } });
});

const hosts: readonly (readonly [host: string | undefined, expected: string])[] = [
  [undefined, "http://127.0.0.1:11434"],
  ["", "http://127.0.0.1:11434"],
  ["0.0.0.0", "http://127.0.0.1:11434"],
  ["0.0.0.0:9000", "http://127.0.0.1:9000"],
  ["127.0.0.1:9000", "http://127.0.0.1:9000"],
  ["box", "http://box:11434"],
  ["http://box", "http://box"],
  ["https://box.example.org", "https://box.example.org"],
  ["http://box:9000/", "http://box:9000"],
  ["::not an address::", "http://127.0.0.1:11434"],
];

for (const [host, expected] of hosts) {
  test(`OLLAMA_HOST ${JSON.stringify(host)} is ${expected}`, () => {
    expect(ollamaUrlOf({ OLLAMA_HOST: host })).toBe(expected);
  });
}
