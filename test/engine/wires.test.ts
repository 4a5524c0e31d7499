import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import type { EngineTurn, PastMessage, Tool } from "../../src/engine/index.ts";
import { engineContract } from "../contracts/engine.contract.ts";
import { lastSaid, ModelVendors, vendorKey, wireModels, type WireName, wireNames } from "../doubles/model-vendors.ts";
import { marksOf, modelStage, played, textOf, turnOf } from "./model-stage.ts";
import { look, wantsTool } from "./vendor-stage.ts";

/** Every wire that a vendor may speak, against a server that speaks it. */

let vendors: ModelVendors;

beforeAll(async () => {
  vendors = await ModelVendors.open();
});
afterAll(() => vendors[Symbol.asyncDispose]());
beforeEach(() => vendors.reset());

const png = new Uint8Array([137, 80, 78, 71, 1, 2, 3]);
const pngBase64 = Buffer.from(png).toString("base64");

const stageOf = (wire: WireName, tools: readonly Tool[] = []) =>
  modelStage({ models: { default: wireModels[wire], vendors: vendors.settings }, tools });

/** What the mock gives as its answer; the fields of usage have another name on each wire. */
const usage = {
  prompt_tokens: 11,
  completion_tokens: 7,
  input_tokens: 11,
  output_tokens: 7,
  promptTokenCount: 11,
  candidatesTokenCount: 7,
};

function answersWithWhatItHeard(): void {
  vendors.mock.on(
    { predicate: (request) => wantsTool(request) },
    { toolCalls: [{ id: "call_fixed", name: "look", arguments: '{"at":"here"}' }] },
  );
  vendors.mock.on({}, (request) => ({ content: `heard: ${lastSaid(request)}` }));
}

const shownBlank: Readonly<Record<string, string>> = { "": "(no text)", "   ": "(no text)" };

for (const wire of wireNames) {
  engineContract(`model engine over ${wire}`, () => {
    answersWithWhatItHeard();
    // Reasoning comes with ids that differ from answer to answer.
    const reference = wire === "openai" ? "openai/gpt-4.1" : wireModels[wire];
    const stage = modelStage({ models: { default: reference, vendors: vendors.settings }, tools: [look] });
    return {
      engine: stage.engine,
      clock: stage.clock,
      answerTo: ({ prompt }: EngineTurn) => `heard: ${shownBlank[prompt] ?? prompt}`,
      toolTurn: turnOf({ prompt: "use the tool" }),
    };
  });

  test(`${wire}: text streams in pieces, and usage and price come with it`, async () => {
    vendors.mock.on({}, { content: "The answer is forty-two, as everybody knows.", usage });
    const events = await played(stageOf(wire));
    expect(textOf(events)).toBe("The answer is forty-two, as everybody knows.");
    expect(events.filter(({ kind }) => kind === "text").length).toBeGreaterThan(1);
    const counted = wire === "ollama" ? { input: 0, output: 0 } : { input: 11, output: 7 };
    const end = events.at(-1);
    expect(end?.kind === "end" ? { ...end.usage, model: end.model } : end).toMatchObject({
      ...(wire === "ollama" ? {} : counted),
      model: { provider: wire, model: wireModels[wire].slice(wire.length + 1) },
    });
    const [step] = marksOf(events);
    const price = { anthropic: 2 * 11 + 10 * 7, openai: 2 * 11 + 10 * 7, google: 1.5 * 11 + 7.5 * 7 };
    const cost = wire === "ollama" ? 0 : wire === "compatible" ? 11 + 70 : price[wire];
    expect(step?.kind === "step" ? step.step.costUsd : undefined).toBeCloseTo(cost / 1_000_000, 10);
  });

  test(`${wire}: a tool is called, and its result goes back under the same call`, async () => {
    answersWithWhatItHeard();
    const events = await played(stageOf(wire, [look]), turnOf({ prompt: "use the tool" }));
    expect(textOf(events)).toBe("heard: use the tool");
    expect(marksOf(events).map(({ kind }) => kind)).toEqual(["step", "tool-start", "tool-end", "step", "end"]);
    const [told, answered] = vendors.asked.map(({ body }) => JSON.stringify(body));
    expect(told).toContain("Looks at a place.");
    expect(answered).toContain("a red square");
    expect(answered).not.toContain('"$id"');
  });

  test(`${wire}: images of the prompt and of the past reach the vendor`, async () => {
    answersWithWhatItHeard();
    const images = [{ mimeType: "image/png", bytes: () => png }];
    const gone = [{ mimeType: "image/png", bytes: () => undefined }];
    const history: PastMessage[] = [
      { role: "user", text: "before", images: gone },
      { role: "assistant", text: "I see" },
    ];
    await played(stageOf(wire), turnOf({ prompt: "what is this?", imageCount: 1, images, history }));
    const body = JSON.stringify(vendors.last.body);
    expect(body).toContain(pngBase64);
    expect(body).toContain("[image: no longer stored]");
  });

  test(`${wire}: pictures that a tool brings are shown to the model`, async () => {
    answersWithWhatItHeard();
    const camera = {
      ...look,
      run: () => Promise.resolve({ text: "done", images: [{ mimeType: "image/png", bytes: png }] }),
    };
    await played(stageOf(wire, [camera]), turnOf({ prompt: "use the tool" }));
    expect(JSON.stringify(vendors.last.body)).toContain(pngBase64);
  });

  test(`${wire}: the system prompt and what the caller adds to it lead the request`, async () => {
    answersWithWhatItHeard();
    await played(stageOf(wire), turnOf({ extraSystemPrompt: "It is raining." }));
    expect(JSON.stringify(vendors.last.body)).toContain("You are Clawdia.\\n\\nIt is raining.");
  });
}

// The mock of Ollama knows no thinking: ollama.test.ts has it.
for (const wire of wireNames.filter((name) => name !== "ollama")) {
  test(`${wire}: reasoning is told apart from text`, async () => {
    vendors.mock.on({}, { content: "Four.", reasoning: "Two and two make four." });
    const events = await played(stageOf(wire), turnOf({ thinkingLevel: "high" }));
    expect(textOf(events)).toBe("Four.");
    const [step] = marksOf(events);
    expect(step?.kind === "step" ? [step.step.text, step.step.reasoning] : step).toEqual([
      "Four.",
      "Two and two make four.",
    ]);
  });
}

const keyHeaders: readonly (readonly [wire: WireName, header: string, value: string | undefined])[] = [
  ["anthropic", "x-api-key", vendorKey],
  ["openai", "authorization", `Bearer ${vendorKey}`],
  ["google", "x-goog-api-key", vendorKey],
  ["compatible", "authorization", `Bearer ${vendorKey}`],
  ["ollama", "authorization", undefined],
];

for (const [wire, header, value] of keyHeaders) {
  test(`${wire}: the key goes into ${header} and nowhere else`, async () => {
    answersWithWhatItHeard();
    const stage = stageOf(wire);
    const events = await played(stage);
    expect(vendors.last.headers[header]).toBe(value as string);
    for (const text of [JSON.stringify(vendors.last.body), JSON.stringify(events), stage.log.text]) {
      expect(text).not.toContain(vendorKey);
    }
  });
}

test("anthropic keeps the system prompt and the last two turns in its cache", async () => {
  answersWithWhatItHeard();
  const history: PastMessage[] = [
    { role: "user", text: "one" },
    { role: "assistant", text: "1" },
    { role: "user", text: "two" },
    { role: "assistant", text: "2" },
  ];
  await played(stageOf("anthropic"), turnOf({ prompt: "three", history }));
  const { system, messages } = vendors.last.body;
  expect(JSON.stringify(system![0])).toContain('"cache_control":{"type":"ephemeral"}');
  const marked = (messages as unknown as { content: { text: string; cache_control?: object }[] }[]).flatMap(
    ({ content }) => content.filter((part) => part.cache_control !== undefined).map(({ text }) => text),
  );
  expect(marked).toEqual(["two", "three"]);
});

test("a server that merely speaks anthropic's interface is not asked for what only anthropic knows", async () => {
  answersWithWhatItHeard();
  await played(stageOf("anthropic", [look]));
  expect(JSON.stringify(vendors.last.body)).not.toContain("eager_input_streaming");
});

test("openai is asked by Responses, keeps nothing, and caches by a key that does not name the session", async () => {
  answersWithWhatItHeard();
  await played(stageOf("openai"), turnOf({ sessionKey: "agent:main:secret-project" }));
  const { path, body } = vendors.last;
  expect(path).toBe("/v1/responses");
  expect(body).toMatchObject({ store: false, prompt_cache_key: expect.stringMatching(/^[0-9a-f]{32}$/) });
  expect(JSON.stringify(body)).not.toContain("secret-project");
});

test("ollama is loaded with the context of the settings", async () => {
  answersWithWhatItHeard();
  const settings = vendors.settings;
  const stage = modelStage({
    models: { default: wireModels.ollama, vendors: { ollama: { ...settings.ollama, numCtx: 20_480 } } },
  });
  await played(stage);
  expect(vendors.last.path).toBe("/api/chat");
  expect(vendors.last.body).toMatchObject({ options: { num_ctx: 20_480 }, stream: true });
  expect(stage.models.default.contextTokens).toBe(20_480);
});

const thinking: readonly (readonly [wire: WireName, level: string | undefined, expected: object])[] = [
  ["anthropic", "high", { thinking: { type: "adaptive" }, output_config: { effort: "high" } }],
  ["anthropic", "low", { output_config: { effort: "low" } }],
  ["anthropic", "off", { thinking: { type: "between_tools" } }],
  ["openai", "xhigh", { reasoning: { effort: "xhigh" } }],
  ["openai", "minimal", { reasoning: { effort: expect.any(String) } }],
  ["google", "medium", { generationConfig: { thinkingConfig: { thinkingLevel: "medium" } } }],
  ["compatible", "medium", { reasoning_effort: "medium" }],
  ["ollama", "high", { think: true }],
  ["ollama", "off", { think: false }],
];

for (const [wire, level, expected] of thinking) {
  test(`${wire}: thinking ${level} is told in the vendor's own words`, async () => {
    answersWithWhatItHeard();
    await played(stageOf(wire), turnOf({ thinkingLevel: level }));
    expect(vendors.last.body).toMatchObject(expected);
  });
}

for (const wire of wireNames) {
  test(`${wire}: nothing is said about thinking when nobody said anything`, async () => {
    answersWithWhatItHeard();
    await played(stageOf(wire));
    expect(JSON.stringify(vendors.last.body)).not.toMatch(/think|effort/);
  });
}

test("a server with quirks is asked in the way that it can read", async () => {
  answersWithWhatItHeard();
  const { compatible } = vendors.settings;
  const quirky = {
    ...compatible,
    headers: { "x-team": "blue" },
    quirks: {
      reasoningField: "none",
      stringContentOnly: true,
      maxTokensField: "max_completion_tokens",
      noTools: true,
    } as const,
    models: [{ id: "some/model-7b", maxOutputTokens: 900, contextTokens: 60_000 }],
  };
  const stage = modelStage({
    models: { default: wireModels.compatible, vendors: { compatible: quirky } },
    tools: [look],
  });
  const images = [{ mimeType: "image/png", bytes: () => png }];
  await played(stage, turnOf({ prompt: "look", images, imageCount: 1 }));
  const { body, headers } = vendors.last;
  expect(headers["x-team"]).toBe("blue");
  expect(body).toMatchObject({ max_completion_tokens: 900 });
  expect("tools" in body || "max_tokens" in body).toBe(false);
  expect([...body["messages"]!].at(-1)!["content"] as unknown).toBe("[image: this model does not read images]\n\nlook");
});
