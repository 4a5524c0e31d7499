import { beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { FakeClock } from "./doubles/fake-clock.ts";
import { whileTimePasses } from "./doubles/passing-time.ts";
import { type RecordedFrame, recordingSocket } from "./doubles/recording-socket.ts";
import { type Approach, type Guest, openHouse, type OpenHouse } from "./open-house.ts";

/**
 * What the gateway sends on a connection of version 4, judged by the schema that OpenClaw publishes for its clients.
 * One conversation is recorded, and every law looks at it. Compiling that schema is what takes the time.
 */

const published = join(import.meta.dir, "../node_modules/@openclaw/gateway-protocol/protocol.schema.json");
const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
ajv.addSchema(JSON.parse(readFileSync(published, "utf8")) as object, "published");

/** Why a value is not what the published definition says; empty when it is. */
function complaints(definition: string, value: unknown): string[] {
  const validate = ajv.getSchema(`published#/definitions/${definition}`);
  if (!validate) return [`there is no definition ${definition}`];
  if (validate(value) === true) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    return `${instancePath} ${message} ${JSON.stringify(params)} in ${JSON.stringify(value).slice(0, 200)}`;
  });
}

/** A page of another origin, whose devices wait for approval. */
const origin = "https://chat.example.org";
const clock = new FakeClock();
const frames: RecordedFrame[] = [];
const refused: RecordedFrame[] = [];

beforeAll(async () => {
  const house = await openHouse({ clock, gateway: { allowedOrigins: [origin] } });
  const alice = await house.operator({ openSocket: recordingSocket({ frames, protocol: 4 }) });
  const phone = await house.operator();
  await knock(house, { openSocket: recordingSocket({ frames: refused, protocol: 4, headers: { origin } }) });
  await knock(house, {
    openSocket: recordingSocket({ frames: refused, protocol: 4 }),
    credentials: { token: "wrong" },
  });
  const { payload } = await heard(alice, "device.pair.requested");
  await alice.call("device.pair.approve", { requestId: String((payload as { requestId: unknown }).requestId) });
  await converse(house, alice);
  await ask(alice);
  phone.client.close();
  await clock.advance(31_000);
  await heard(alice, "tick");
  const stopped = house.house.stop("restart", 0);
  await heard(alice, "shutdown");
  await whileTimePasses(clock, stopped);
});

async function knock(house: OpenHouse, approach: Approach): Promise<void> {
  await house.operator(approach).then(
    () => undefined,
    () => undefined,
  );
}

/** One run of each ending: final, aborted, error; and one of `agent`, with both of its responses. */
async function converse({ engine }: OpenHouse, alice: Guest): Promise<void> {
  engine.answer = undefined;
  const endings: readonly ((runId: string) => unknown)[] = [
    (runId) => engine.finish(runId),
    (runId) => alice.call("chat.abort", { sessionKey: "main", runId }),
    (runId) => engine.fail(runId),
  ];
  for (const [index, end] of endings.entries()) {
    const runId = `run-${index}`;
    await alice.call("chat.send", { sessionKey: "main", message: "hello", idempotencyKey: runId });
    for (const text of ["One", " two", " three"]) {
      engine.say(runId, text);
      await clock.advance(200);
    }
    await heard(alice, "chat", (payload) => payload["runId"] === runId);
    await end(runId);
    await heard(alice, "chat", (payload) => payload["runId"] === runId && payload["state"] !== "delta");
  }
  engine.answer = () => "Done.";
  await alice.client.callToEnd("agent", { message: "work", idempotencyKey: "run-agent" }, () => undefined);
}

async function ask(alice: Guest): Promise<void> {
  const questions = ["agents.list", "models.list", "health", "status", "system-presence", "device.pair.list"];
  for (const method of questions) await alice.client.callByName(method, {});
  await alice.client.callByName("agent.identity.get", {});
  await alice.client.callByName("logs.tail", {});
  await alice.client.callByName("no.such-method", {}).catch(() => undefined);
}

function heard(guest: Guest, event: string, fits: (payload: Record<string, unknown>) => boolean = () => true) {
  return guest.until((frame) => frame.event === event && fits(frame.payload as Record<string, unknown>));
}

function payloadsOf(event: string): Record<string, unknown>[] {
  return frames.filter((frame) => frame.event === event).map((frame) => frame.payload as Record<string, unknown>);
}

function answerTo(method: string): unknown {
  const request = frames.find((frame) => frame.method === method);
  return frames.findLast((frame) => frame.type === "res" && frame.id === request?.id)?.payload;
}

test("what does not fit is told", () => {
  expect(complaints("ChatEvent", { runId: "r", sessionKey: "main", seq: 1, state: "delta" })).not.toEqual([]);
  expect(complaints("PresenceEntry", { ts: 1.5 })).toHaveLength(1);
});

test("every event frame fits", () => {
  const events = frames.filter((frame) => frame.type === "event");
  expect(events.length).toBeGreaterThan(20);
  expect(events.flatMap((frame) => complaints("EventFrame", frame))).toEqual([]);
});

test("every response fits, refusals with their errors", () => {
  const responses = [...frames, ...refused].filter((frame) => frame.type === "res");
  expect(responses.filter((frame) => frame.ok === false)).toHaveLength(3);
  expect(responses.flatMap((frame) => complaints("ResponseFrame", frame))).toEqual([]);
  const errors = responses.flatMap(({ error }) => (error === undefined ? [] : [error]));
  expect(errors.flatMap((error) => complaints("ErrorShape", error))).toEqual([]);
});

test("hello-ok fits", () => {
  expect(answerTo("connect")).toMatchObject({ type: "hello-ok", protocol: 4 });
  expect(complaints("HelloOk", answerTo("connect"))).toEqual([]);
});

test("chat events fit, in every state", () => {
  const states = payloadsOf("chat").map((payload) => payload["state"]);
  expect(new Set(states)).toEqual(new Set(["delta", "final", "aborted", "error"]));
  expect(payloadsOf("chat").flatMap((payload) => complaints("ChatEvent", payload))).toEqual([]);
});

// OpenClaw's own gateway names the session beside each run event; its published schema forgets to say so.
test("agent events fit, but for the session that they name", () => {
  expect(payloadsOf("agent").every((payload) => payload["sessionKey"] !== undefined)).toBe(true);
  const bare = payloadsOf("agent").map(({ sessionKey: _named, ...payload }) => payload);
  expect(bare.flatMap((payload) => complaints("AgentEvent", payload))).toEqual([]);
});

test("presence fits, as an event and as an answer", () => {
  const told = payloadsOf("presence").flatMap((payload) => payload["presence"] as unknown[]);
  const answered = answerTo("system-presence") as unknown[];
  expect(told.length).toBeGreaterThan(1);
  expect([...told, ...answered].flatMap((entry) => complaints("PresenceEntry", entry))).toEqual([]);
});

const payloads: readonly (readonly [event: string, definition: string])[] = [
  ["tick", "TickEvent"],
  ["shutdown", "ShutdownEvent"],
  ["health", "Snapshot/properties/health"],
  ["device.pair.requested", "DevicePairRequestedEvent"],
  ["device.pair.resolved", "DevicePairResolvedEvent"],
];

for (const [event, definition] of payloads) {
  test(`the payload of ${event} fits`, () => {
    expect(payloadsOf(event).length).toBeGreaterThan(0);
    expect(payloadsOf(event).flatMap((payload) => complaints(definition, payload))).toEqual([]);
  });
}

const answers: readonly (readonly [method: string, definition: string])[] = [
  ["agents.list", "AgentsListResult"],
  ["models.list", "ModelsListResult"],
  ["agent.identity.get", "AgentIdentityResult"],
  ["logs.tail", "LogsTailResult"],
  ["health", "Snapshot/properties/health"],
];

for (const [method, definition] of answers) {
  test(`the answer to ${method} fits`, () => {
    expect(complaints(definition, answerTo(method))).toEqual([]);
  });
}

test("what our own client sends fits", () => {
  const requests = frames.filter((frame) => frame.type === "req");
  expect(requests.flatMap((frame) => complaints("RequestFrame", frame))).toEqual([]);
  expect(complaints("ConnectParams", requests[0]?.params)).toEqual([]);
});
