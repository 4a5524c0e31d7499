import { expect, test } from "bun:test";
import type { ScriptedEngine } from "../doubles/scripted-engine.ts";
import { openHouse, ownerToken } from "../open-house.ts";
import { clientOf, openApi, png, refusalOf } from "./api-house.ts";

/** OpenAI's own client against the gateway's older API. */

const ask = (content: string) => [{ role: "user" as const, content }];

test("a question is answered, and its tokens are counted", async () => {
  await using house = await openApi();
  const openai = clientOf(house);
  const answer = await openai.chat.completions.create({ model: "clawdia", messages: ask("hi") });
  expect(answer.choices).toEqual([
    {
      index: 0,
      message: { role: "assistant", content: "heard: hi", refusal: null },
      logprobs: null,
      finish_reason: "stop",
    },
  ]);
  expect([answer.object, answer.model, answer.usage?.total_tokens]).toEqual(["chat.completion", "clawdia", 0]);
  expect(answer.id).toMatch(/^chatcmpl_[0-9a-f]{32}$/);
});

test("an answer streams as it is thought, and its pieces add up", async () => {
  await using house = await openApi();
  house.engine.answer = undefined;
  const openai = clientOf(house);
  const stream = await openai.chat.completions.create({
    model: "clawdia",
    messages: ask("hi"),
    stream: true,
    stream_options: { include_usage: true },
  });
  const seen: string[] = [];
  let usage: unknown;
  for await (const chunk of stream) {
    if (seen.length === 0) house.engine.say(chunk.id, "one ");
    const delta = chunk.choices[0]?.delta.content ?? "";
    seen.push(delta);
    if (delta === "one ") {
      house.engine.say(chunk.id, "two");
      house.engine.finish(chunk.id);
    }
    usage = chunk.usage ?? usage;
  }
  expect(seen.join("")).toBe("one two");
  expect(seen.filter((delta) => delta !== "").length).toBeGreaterThan(1);
  expect(usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 });
});

test("what was said before is the past of the new conversation, and system texts go with the question", async () => {
  await using house = await openApi();
  const openai = clientOf(house);
  await openai.chat.completions.create({
    model: "clawdia",
    messages: [
      { role: "system", content: "Be short." },
      { role: "user", content: "My name is Bob." },
      { role: "assistant", content: "Hello Bob." },
      { role: "user", content: [{ type: "text", text: "What is my name?" }] },
    ],
  });
  const { prompt, history, extraSystemPrompt, isOwner } = house.engine.turns[0]!;
  expect([prompt, extraSystemPrompt, isOwner]).toEqual(["What is my name?", "Be short.", undefined]);
  expect(history.map((past) => [past.role, "text" in past ? past.text : ""])).toEqual([
    ["user", "My name is Bob."],
    ["assistant", "Hello Bob."],
  ]);
});

test("a named user goes on where they were; without a name every request is a conversation of its own", async () => {
  await using house = await openApi();
  const openai = clientOf(house);
  for (const user of ["bob", "bob", "Bob", undefined, undefined]) {
    await openai.chat.completions.create({ model: "clawdia", messages: ask("hi"), ...(user && { user }) });
  }
  const keys = house.engine.turns.map(({ sessionKey }) => sessionKey);
  expect(keys.slice(0, 2)).toEqual(["agent:main:openai-user:bob", "agent:main:openai-user:bob"]);
  expect(keys[2]).toMatch(/^agent:main:openai-user:[0-9a-f]{32}$/);
  expect(keys.slice(3).every((key) => key.startsWith("agent:main:openai:"))).toBe(true);
  expect(new Set(keys).size).toBe(4);
  expect(house.engine.turns[1]!.history.map((past) => ("text" in past ? past.text : ""))).toEqual(["hi", "heard: hi"]);
});

test("a header names the session, as over the socket, and reaches no work of the gateway's own", async () => {
  await using house = await openApi();
  for (const [key, session] of [
    ["main", "agent:main:main"],
    ["agent:main:diary", "agent:main:diary"],
  ] as const) {
    await clientOf(house, { "x-clawdia-session-key": key }).chat.completions.create({
      model: "clawdia",
      messages: ask("x"),
    });
    expect(house.engine.turns.at(-1)!.sessionKey).toBe(session);
  }
  for (const key of ["agent:main:hook:x", "hook:x", "cron:1", "agent:main:subagent:1", "../x"]) {
    const openai = clientOf(house, { "x-openclaw-session-key": key });
    const refused = await refusalOf(openai.chat.completions.create({ model: "clawdia", messages: ask("x") }));
    expect(refused).toMatch(/^400 .*session/);
  }
});

const agents = { list: [{ id: "main" }, { id: "work" }] };

test("agents are models, and others are told that there are none such", async () => {
  await using house = await openApi({ agents });
  const openai = clientOf(house);
  const ids: string[] = [];
  for await (const model of openai.models.list()) ids.push(model.id);
  expect(ids).toEqual(["clawdia", "clawdia:main", "clawdia:work"]);
  expect((await openai.models.retrieve("clawdia:work")).owned_by).toBe("clawdia");
  for (const model of ["clawdia", "openclaw:work", "clawdia/work", "agent:work"]) {
    await openai.chat.completions.create({ model, messages: ask("x") });
  }
  expect(house.engine.turns.map(({ agentId }) => agentId)).toEqual(["main", "work", "work", "work"]);
  const headed = clientOf(house, { "x-clawdia-agent-id": "work" });
  await headed.chat.completions.create({ model: "whatever", messages: ask("x") });
  expect(house.engine.turns.at(-1)!.agentId).toBe("work");
  const unknown = refusalOf(openai.chat.completions.create({ model: "gpt-9", messages: ask("x") }));
  expect(await unknown).toBe('404 the model "gpt-9" does not exist: GET /v1/models lists them');
  expect(await refusalOf(openai.models.retrieve("gpt-9"))).toStartWith("404 ");
});

test("pictures are seen, and nothing is fetched for a client", async () => {
  await using house = await openApi();
  const openai = clientOf(house);
  const picture = (url: string) =>
    openai.chat.completions.create({
      model: "clawdia",
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "what is it?" },
            { type: "image_url", image_url: { url } },
          ],
        },
      ],
    });
  await picture(png);
  expect(house.engine.turns[0]!.images?.map(({ mimeType }) => mimeType)).toEqual(["image/png"]);
  expect(await refusalOf(picture("http://127.0.0.1/x.png"))).toContain("nothing is fetched for a client");
  expect(await refusalOf(picture("data:image/png;base64,AAAA"))).toContain("neither PNG");
});

test("a request that is sent again under its key is answered once", async () => {
  await using house = await openApi();
  const openai = clientOf(house, { "idempotency-key": "k1" });
  const first = await openai.chat.completions.create({ model: "clawdia", messages: ask("hi") });
  const again = await openai.chat.completions.create({ model: "clawdia", messages: ask("hi") });
  expect([again.id, again.choices]).toEqual([first.id, first.choices]);
  expect(house.engine.turns).toHaveLength(1);
  const other = refusalOf(openai.chat.completions.create({ model: "clawdia", messages: ask("ho") }));
  expect(await other).toStartWith("409 ");
});

test("a run that fails is an error, also in the middle of a stream", async () => {
  await using house = await openApi();
  house.engine.answer = undefined;
  const openai = clientOf(house, { "idempotency-key": "k1" });
  const whole = openai.chat.completions.create({ model: "clawdia", messages: ask("hi") });
  const id = await nextTurn(house.engine, 1);
  house.engine.fail(id);
  expect(await refusalOf(whole)).toBe("500 the model is away");
  const streaming = async () => {
    const stream = await clientOf(house).chat.completions.create({
      model: "clawdia",
      messages: ask("hi"),
      stream: true,
    });
    for await (const chunk of stream) {
      house.engine.say(chunk.id, "half");
      if (chunk.choices[0]?.delta.content === "half") house.engine.fail(chunk.id);
    }
  };
  expect(await refusalOf(streaming())).toContain("the model is away");
});

test("whoever hangs up ends the run", async () => {
  await using house = await openApi();
  using alice = await house.operator();
  house.engine.answer = undefined;
  const stream = await clientOf(house).chat.completions.create({ model: "clawdia", messages: ask("hi"), stream: true });
  for await (const chunk of stream) {
    house.engine.say(chunk.id, "half");
    if (chunk.choices[0]?.delta.content === "half") break;
  }
  const runId = house.engine.turns[0]!.runId;
  const ended = await alice.call("agent.wait", { runId, timeoutMs: 30_000 });
  expect(ended.status).not.toBe("timeout");
  expect(house.house.runs.find(runId)?.state).toBe("aborted");
});

const refusals: readonly (readonly [name: string, more: object, words: string])[] = [
  ["tools of the client", { tools: [{ type: "function", function: { name: "f" } }] }, "tools of the client"],
  ["two answers", { n: 2 }, "n must be 1"],
  ["JSON alone", { response_format: { type: "json_object" } }, "response_format must be text"],
  ["stop words", { stop: ["\n"] }, "cut at `stop`"],
  ["no question", { messages: [{ role: "assistant", content: "hi" }] }, "the last message must be one of the user"],
  ["a tool's result", { messages: [{ role: "tool", tool_call_id: "1", content: "hi" }] }, "role tool"],
  ["a sound", { messages: [{ role: "user", content: [{ type: "input_audio" }] }] }, '"input_audio" is not taken'],
];

for (const [name, more, words] of refusals) {
  test(`a request with ${name} is refused in words`, async () => {
    await using house = await openApi();
    const body = { model: "clawdia", messages: ask("hi"), ...more };
    const refused = await refusalOf(clientOf(house).chat.completions.create(body));
    expect(refused).toStartWith("400 ");
    expect(refused).toContain(words);
    expect(house.engine.turns).toEqual([]);
  });
}

test("tools that the client switched off are no obstacle", async () => {
  await using house = await openApi();
  const tools = [{ type: "function" as const, function: { name: "f" } }];
  const body = { model: "clawdia", messages: ask("hi"), tools, tool_choice: "none" as const };
  expect((await clientOf(house).chat.completions.create(body)).choices[0]!.message.content).toBe("heard: hi");
});

test("the doors are closed unless the config opens them", async () => {
  await using house = await openHouse();
  for (const path of ["/v1/chat/completions", "/v1/responses", "/v1/models"]) {
    const response = await fetch(`${house.httpUrl}${path}`, { headers: { authorization: `Bearer ${ownerToken}` } });
    expect(response.status).toBe(404);
  }
});

async function nextTurn(engine: ScriptedEngine, count: number): Promise<string> {
  while (engine.turns.length < count) await new Promise((resolve) => setImmediate(resolve));
  return engine.turns[count - 1]!.runId;
}
