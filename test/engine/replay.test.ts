import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import type { PastMessage } from "../../src/engine/index.ts";
import { ModelVendors, wireModels, type WireName } from "../doubles/model-vendors.ts";
import { modelStage, played, turnOf } from "./model-stage.ts";
import { look, wantsTool } from "./vendor-stage.ts";

/** What a model thought goes back to it as it gave it, and to no other. */

let vendors: ModelVendors;

beforeAll(async () => {
  vendors = await ModelVendors.open();
});
afterAll(() => vendors[Symbol.asyncDispose]());
beforeEach(() => vendors.reset());

const stageOf = (wire: WireName) =>
  modelStage({ models: { default: wireModels[wire], vendors: vendors.settings }, tools: [look] });

/** A step with signed reasoning, played twice: by the model that made it and by another. */
async function replayed(wire: WireName, reference: string): Promise<string> {
  vendors.mock.on(
    { predicate: (request) => wantsTool(request) },
    {
      reasoning: "I had better look.",
      reasoningSignature: "c2lnbmVkLWJ5LXRoZS12ZW5kb3I=",
      toolCalls: [{ id: "call_signed", name: "look", arguments: '{"at":"here"}' }],
    },
  );
  vendors.mock.on({}, { content: "seen" });
  const events = await played(stageOf(wire), turnOf({ prompt: "use the tool", thinkingLevel: "high" }));
  const done = events.flatMap((event): PastMessage[] => {
    if (event.kind === "step") return [{ role: "assistant", ...event.step }];
    return event.kind === "tool-end" ? [{ role: "tool", results: [event.result] }] : [];
  });
  vendors.reset();
  vendors.mock.on({}, { content: "again" });
  const history: PastMessage[] = [{ role: "user", text: "use the tool" }, ...done];
  const stage = modelStage({ models: { default: reference, vendors: vendors.settings }, tools: [look] });
  await played(stage, turnOf({ prompt: "and now?", history }));
  return JSON.stringify(vendors.last.body);
}

test("signed thinking goes back to the model that signed it, as it was", async () => {
  const body = await replayed("anthropic", wireModels.anthropic);
  expect(body).toContain(
    '"type":"thinking","thinking":"I had better look.","signature":"c2lnbmVkLWJ5LXRoZS12ZW5kb3I="',
  );
});

test("encrypted reasoning goes back to the model that made it", async () => {
  const body = await replayed("openai", wireModels.openai);
  expect(body).toContain('"encrypted_content"');
});

for (const other of ["anthropic/claude-opus-5-5", wireModels.openai, wireModels.google, wireModels.compatible]) {
  test(`signed thinking is not told to ${other}`, async () => {
    const body = await replayed("anthropic", other);
    expect(body).not.toContain("c2lnbmVkLWJ5");
    expect(body).not.toContain("I had better look.");
    expect(body).toContain("call_signed");
  });
}
