import { expect, test } from "bun:test";
import { join } from "node:path";
import { FakeClock } from "../doubles/fake-clock.ts";
import { chatAnswer, endlessStream, failure, ScriptedVendor, wireSettings } from "../doubles/model-vendors.ts";
import { temporaryFolder } from "../open-house.ts";
import { modelStage, played, type StageOptions, textOf, turnOf } from "./model-stage.ts";
import { asking, failureOfTurn, first, stageAt } from "./vendor-stage.ts";

/** Which model answers, and who steps in for it. */

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
