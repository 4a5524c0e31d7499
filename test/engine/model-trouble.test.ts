import { expect, test } from "bun:test";
import type { EngineEvent } from "../../src/engine/index.ts";
import {
  chatAnswer,
  chatChunk,
  chatToolCall,
  endlessStream,
  eventStream,
  failure,
  ScriptedVendor,
  vendorKey,
} from "../doubles/model-vendors.ts";
import { marksOf, played, textOf, turnOf } from "./model-stage.ts";
import { failureOfTurn, first, stageAt, tool } from "./vendor-stage.ts";

/** Vendors that refuse, break off or fall silent, and the end of a turn by its person. */

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
    () => endlessStream(chatChunk({ reasoning_content: "h" })),
    () => chatAnswer("awake"),
  );
  const stage = stageAt(vendor);
  const events: EngineEvent[] = [];
  const run = (async () => {
    for await (const event of stage.engine.run(turnOf(), new AbortController().signal)) events.push(event);
  })();
  while (events.length === 0) await stage.clock.advance(0);
  await stage.clock.advance(299_000);
  expect(vendor.aborted).toBe(0);
  await stage.clock.advance(1_000);
  await vendor.hungUp;
  // The pause before a second attempt.
  while (vendor.asked.length < 2) await stage.clock.advance(100);
  await run;
  expect(textOf(events)).toBe("awake");
  expect(stage.log.of("model.failed")).toMatchObject([{ fields: { failure: "timeout" } }]);
});
