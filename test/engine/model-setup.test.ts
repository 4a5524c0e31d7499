import { expect, test } from "bun:test";
import { GatewayError } from "../../src/protocol/index.ts";
import { chatAnswer, chatToolCall, failure, ScriptedVendor, wireSettings } from "../doubles/model-vendors.ts";
import { modelStage, whileTimeGoes } from "./model-stage.ts";

const key = "sk-typed-0123456789abcdef";
const never = new AbortController().signal;

const server = (vendor: ScriptedVendor) => ({ kind: "openai-compatible" as const, baseUrl: `${vendor.url}/v1` });
const wanted = (vendor: ScriptedVendor) => ({ model: "mine/small", server: server(vendor), apiKey: key });

const ready = () => chatToolCall("c1", "report_ready", '{"word":"ready"}');

test("a trial is one completion with a tool to call", async () => {
  await using vendor = new ScriptedVendor(ready);
  const stage = modelStage();
  const trial = await whileTimeGoes(stage, stage.modelSetup.test(wanted(vendor), never));
  expect(trial).toMatchObject({ kind: "answered", calledTool: true });
  expect(vendor.asked.length).toBe(1);
  expect(vendor.asked[0]!.headers["authorization"]).toBe(`Bearer ${key}`);
  expect(vendor.asked[0]!.body).toMatchObject({ model: "small", tools: [{ function: { name: "report_ready" } }] });
});

test("a model that only talks passes, and that is said", async () => {
  await using vendor = new ScriptedVendor(() => chatAnswer("I am ", "ready."));
  const stage = modelStage();
  expect(await whileTimeGoes(stage, stage.modelSetup.test(wanted(vendor), never))).toMatchObject({
    kind: "answered",
    text: "I am ready.",
    calledTool: false,
  });
});

test("a trial that fails says why and stores nothing", async () => {
  await using vendor = new ScriptedVendor(() => failure(401, { message: `bad key ${key}` }));
  const stage = modelStage();
  const trial = await whileTimeGoes(stage, stage.modelSetup.test(wanted(vendor), never));
  expect(trial).toMatchObject({ kind: "failed", failure: "auth", message: expect.stringContaining("mine/small: ") });
  expect(JSON.stringify(trial) + stage.log.text).not.toContain(key);
  expect(stage.secrets.get("models.mine.apiKey")).toBeUndefined();
});

test("a model is chosen once it passed, with its server and its key", async () => {
  await using vendor = new ScriptedVendor(ready);
  const stage = modelStage();
  const chosen = await whileTimeGoes(
    stage,
    stage.modelSetup.choose({ ...wanted(vendor), about: { contextTokens: 50_000, tools: true } }, false, never),
  );
  expect(chosen).toMatchObject({ model: "mine/small", isUsed: true, trial: { kind: "answered" } });
  expect(stage.engine.model).toEqual({ provider: "mine", model: "small" });
  expect(stage.models.default).toMatchObject({ contextTokens: 50_000, tools: true });
  expect(stage.secrets.get("models.mine.apiKey")).toBe(key);
  const stored = JSON.stringify(stage.database.query("SELECT * FROM choices").all());
  expect(JSON.stringify(chosen) + stored + stage.log.text).not.toContain(key);
});

test("a model that fails its trial is not chosen, but by force", async () => {
  await using vendor = new ScriptedVendor(() => failure(500, { message: "oops" }));
  const stage = modelStage();
  const refusal: unknown = await whileTimeGoes(
    stage,
    stage.modelSetup.choose(wanted(vendor), false, never).catch((error: unknown) => error),
  );
  expect(refusal).toBeInstanceOf(GatewayError);
  expect(refusal).toMatchObject({ code: "UNAVAILABLE", options: { details: { reason: "overloaded" } } });
  expect(stage.engine.id).toBe("echo");
  expect(stage.secrets.get("models.mine.apiKey")).toBeUndefined();

  vendor.asked.length = 0;
  const forced = await whileTimeGoes(stage, stage.modelSetup.choose(wanted(vendor), true, never));
  expect(forced).toEqual({ model: "mine/small", trial: undefined, isUsed: true });
  expect(vendor.asked.length).toBe(0);
});

test("a choice under a config that names a model is remembered and not used", async () => {
  await using vendor = new ScriptedVendor(ready);
  const stage = modelStage({ models: { default: "ollama/fixed" } });
  const chosen = await whileTimeGoes(stage, stage.modelSetup.choose(wanted(vendor), false, never));
  expect(chosen.isUsed).toBe(false);
  expect(stage.engine.model.model).toBe("fixed");
});

test("the echo may be chosen again", async () => {
  await using vendor = new ScriptedVendor(ready);
  const stage = modelStage();
  await whileTimeGoes(stage, stage.modelSetup.choose(wanted(vendor), false, never));
  const chosen = await whileTimeGoes(stage, stage.modelSetup.choose({ model: "echo" }, false, never));
  expect([chosen, stage.engine.id]).toEqual([{ model: "builtin/echo", trial: undefined, isUsed: true }, "echo"]);
});

const refusals: readonly (readonly [name: string, model: string, message: string])[] = [
  ["what names no model", "gpt", '"gpt" names no model'],
  ["a vendor that nobody knows", "nowhere/gpt", "there is no vendor nowhere"],
];

for (const [name, model, message] of refusals) {
  test(`${name} is refused with what to write instead`, async () => {
    const stage = modelStage();
    const refusal: unknown = await stage.modelSetup.test({ model }, never).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: "INVALID_REQUEST",
      message: expect.stringContaining(message),
    });
  });
}

test("a vendor of the config is not moved elsewhere by a choice", async () => {
  await using vendor = new ScriptedVendor(ready);
  const { compatible } = wireSettings(vendor.url);
  const stage = modelStage({ models: { vendors: { mine: compatible } } });
  const refusal: unknown = await stage.modelSetup.choose(wanted(vendor), true, never).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: "INVALID_REQUEST" });
});

test("a vendor without a key is not even asked", async () => {
  const stage = modelStage();
  expect(await stage.modelSetup.test({ model: "openai/gpt-6-luna" }, never)).toMatchObject({
    kind: "failed",
    failure: "auth",
    message: expect.stringContaining("there is no key for openai"),
  });
});
