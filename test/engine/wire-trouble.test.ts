import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import type { EngineEvent } from "../../src/engine/index.ts";
import {
  endlessStream,
  eventStream,
  ModelVendors,
  ScriptedVendor,
  wireModels,
  type WireName,
  wireNames,
  wireSettings,
} from "../doubles/model-vendors.ts";
import { modelStage, played, textOf, turnOf } from "./model-stage.ts";
import { asking, failureOfTurn } from "./vendor-stage.ts";

/** Trouble on every wire: what breaks off, what is refused, and hanging up. */

let vendors: ModelVendors;

beforeAll(async () => {
  vendors = await ModelVendors.open();
});
afterAll(() => vendors[Symbol.asyncDispose]());
beforeEach(() => vendors.reset());

const stageAt = (wire: WireName, settings = vendors.settings) =>
  modelStage({ models: { default: wireModels[wire], vendors: settings } });

for (const wire of wireNames) {
  test(`${wire}: an answer that breaks off is never taken for a whole one`, async () => {
    vendors.mock.on({}, { content: "A long story that nobody will ever hear the end of." }, { truncateAfterChunks: 5 });
    const events: EngineEvent[] = [];
    // Without the door in front, which would cut the answer in a way of its own.
    const stage = stageAt(wire, wireSettings(vendors.mock.url));
    const error = await failureOfTurn(played(stage, turnOf(), { events, stepMs: 500 }));
    expect(["truncated", "network"]).toContain(String(error.failure));
    expect(events.some(({ kind }) => kind === "step" || kind === "end")).toBe(false);
  });

  test(`${wire}: a stream that ends politely in the middle is not taken for a whole answer either`, async () => {
    vendors.mock.on({}, { content: "A long story that nobody will ever hear the end of." });
    await using vendor = new ScriptedVendor(async ({ path, body }) => {
      const whole = await fetch(`${vendors.mock.url}${path}?alt=sse`, { method: "POST", body: JSON.stringify(body) });
      const text = await whole.text();
      return new Response(text.slice(0, text.length / 2), { headers: whole.headers });
    });
    const events: EngineEvent[] = [];
    const stage = stageAt(wire, wireSettings(vendor.url));
    const error = await failureOfTurn(played(stage, turnOf(), { events, stepMs: 500 }));
    expect(error.failure).toBe("truncated");
    expect(textOf(events)).toStartWith("A long story");
  });

  test(`${wire}: too many requests are waited out`, async () => {
    vendors.mock.on({}, { content: "now" });
    vendors.mock.nextRequestError(429, { message: "slow down", type: "rate_limit_error" });
    const stage = stageAt(wire);
    expect(textOf(await played(stage, turnOf(), { stepMs: 500 }))).toBe("now");
    expect(stage.log.of("model.failed")).toMatchObject([{ fields: { failure: "rate_limit" } }]);
  });

  test(`${wire}: a refused key is told as one`, async () => {
    vendors.mock.nextRequestError(401, { message: "no", type: "authentication_error" });
    expect((await failureOfTurn(played(stageAt(wire)))).failure).toBe("auth");
  });

  test(`${wire}: an abort hangs up`, async () => {
    await using vendor = new ScriptedVendor(() => endlessStream("\n"));
    const abort = new AbortController();
    const stage = stageAt(wire, wireSettings(vendor.url));
    const run = played(stage, turnOf(), { signal: abort.signal });
    await asking(vendor);
    abort.abort("rpc");
    expect(await run).toMatchObject([{ kind: "end", stopReason: "aborted" }]);
    await vendor.hungUp;
    expect(vendor.asked.length).toBe(1);
  });
}

const start = {
  type: "message_start",
  message: {
    id: "m",
    type: "message",
    role: "assistant",
    content: [],
    model: "x",
    usage: { input_tokens: 1, output_tokens: 0 },
  },
};
const overloaded = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
const event = (value: { readonly type: string }) => `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;

test("an overload that anthropic tells in the middle of a stream is tried again as one", async () => {
  await using vendor = new ScriptedVendor(() => eventStream(event(start), event(overloaded)));
  const stage = stageAt("anthropic", wireSettings(vendor.url));
  expect((await failureOfTurn(played(stage, turnOf(), { stepMs: 500 }))).failure).toBe("overloaded");
  expect(vendor.asked.length).toBe(3);
});

test("a redirect is not followed: the key would go along", async () => {
  await using thief = new ScriptedVendor(() => eventStream());
  await using vendor = new ScriptedVendor(() => Response.redirect(`${thief.url}/v1/messages`, 307));
  const stage = stageAt("anthropic", wireSettings(vendor.url));
  await failureOfTurn(played(stage, turnOf(), { stepMs: 500 }));
  expect(thief.asked.length).toBe(0);
});
