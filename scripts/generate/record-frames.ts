import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keyFingerprint, parsePublicKey, publicKeyOf, signText } from "../../src/lib/index.ts";
import type { EventFrame } from "../../src/protocol/index.ts";
import { FakeClock } from "../../test/doubles/fake-clock.ts";
import { whileTimePasses } from "../../test/doubles/passing-time.ts";
import { type RecordedFrame, recordingSocket } from "../../test/doubles/recording-socket.ts";
import { type Guest, openHouse, type OpenHouse, ownerToken } from "../../test/open-house.ts";
import { run, say } from "../lib/run.ts";
import { declarations, nameOfPayload, namesOfMethod } from "./declarations.ts";
import { Scrubber } from "./scrubber.ts";

/**
 * Records what the gateway and its clients say to each other into `test/fixtures/wire`, one frame a file: run it with
 * bun after the wire changed. Time is fake and whatever chance made is replaced, so that the same wire gives the same
 * files.
 */

const folder = join(import.meta.dir, "../../test/fixtures/wire");
/** A page of another origin: its devices are not approved by themselves. */
const origin = "https://chat.example.org";

interface Fixture {
  readonly payload?: string;
  readonly frame: RecordedFrame;
}

/** A PNG, base64. */
const onePixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** Methods that are asked once, in this order, after the runs. */
const questions: readonly (readonly [method: string, params: object])[] = [
  ["sessions.patch", { key: "main", thinkingLevel: "high", verboseLevel: null, label: "Talk" }],
  ["chat.history", { sessionKey: "main", limit: 10 }],
  ["sessions.list", { includeDerivedTitles: true, includeLastMessage: true }],
  ["sessions.preview", { keys: ["main", "nobody"], limit: 2 }],
  ["agents.list", {}],
  ["agent.identity.get", { agentId: "main" }],
  ["agent.wait", { runId: "run-1" }],
  ["models.list", {}],
  ["health", {}],
  ["status", {}],
  ["last-heartbeat", {}],
  ["system-presence", {}],
  ["config.get", {}],
];

const fixtures = new Map<string, Fixture>();

await recordHandshakes();
await recordConversation();
await recordPairing();
writeFixtures();

function keep(name: string, frame: RecordedFrame | undefined, payload?: string): void {
  if (!frame) throw new Error(`${name}: nothing like it was said`);
  fixtures.set(name, { ...(payload !== undefined && { payload }), frame });
}

/** The request of a method and its replies, as they stand in the record. */
function keepCall(name: string, frames: readonly RecordedFrame[], method: string): void {
  const names = namesOfMethod(method, declarations.methods[method]!);
  const request = frames.findLast((frame) => frame.method === method);
  keep(`${name}-request`, request, names.params);
  const replies = frames.filter((frame) => frame.type === "res" && frame.id === request?.id);
  for (const reply of replies) {
    const isFirst = replies.length > 1 && reply === replies[0];
    const payload = isFirst ? names.acknowledgement : names.result;
    keep(`${name}-${isFirst ? "accepted" : "response"}`, reply, reply.payload === undefined ? undefined : payload);
  }
}

function keepEvent(name: string, frames: readonly RecordedFrame[], event: string, fits = (_payload: object) => true) {
  const found = frames.findLast((frame) => frame.event === event && fits(frame.payload as object));
  keep(name, found, nameOfPayload(event, declarations.events[event]!));
}

async function recordHandshakes(): Promise<void> {
  const clock = new FakeClock();
  const house = await openHouse({ clock });
  for (const protocol of [3, 4]) {
    const frames: RecordedFrame[] = [];
    using guest = await house.operator({ openSocket: recordingSocket({ frames, protocol }), signer: device(1) });
    if (guest.client.hello.protocol !== protocol) throw new Error(`version ${protocol} was not answered`);
    if (protocol === 4) keepEvent("connect-challenge", frames, "connect.challenge");
    keepCall(`connect-v${protocol}`, frames, "connect");
  }
  await refused(house, "connect-wrong-token", 4, { credentials: { token: "not-the-token" } });
  await refused(house, "connect-wrong-version", 9, {});
  await whileTimePasses(clock, house[Symbol.asyncDispose]());
}

async function refused(house: OpenHouse, name: string, protocol: number, approach: object): Promise<void> {
  const frames: RecordedFrame[] = [];
  await house.operator({ openSocket: recordingSocket({ frames, protocol }), signer: device(1), ...approach }).then(
    () => undefined,
    () => undefined,
  );
  const reply = frames.find((frame) => frame.type === "res");
  keep(name, reply);
}

async function recordConversation(): Promise<void> {
  const clock = new FakeClock();
  const house = await openHouse({ clock });
  const frames: RecordedFrame[] = [];
  const alice = await house.operator({ openSocket: recordingSocket({ frames }), signer: device(1) });
  using phone = await house.operator({ signer: device(2) });
  await clock.advance(300);
  await Promise.all([alice, phone].map((guest) => heard(guest, "presence")));
  keepEvent("presence-event", frames, "presence");
  await recordRuns({ house, alice, clock, frames });
  await recordQuestions(alice, frames);
  await clock.advance(30_000);
  await heard(alice, "tick");
  keepEvent("tick", frames, "tick");
  keepEvent("health-event", frames, "health");
  const stopped = house.house.stop("restart", 0);
  await heard(alice, "shutdown");
  keepEvent("shutdown", frames, "shutdown");
  await whileTimePasses(clock, stopped);
}

interface Stage {
  readonly house: OpenHouse;
  readonly alice: Guest;
  readonly clock: FakeClock;
  readonly frames: RecordedFrame[];
}

async function recordRuns({ house, alice, clock, frames }: Stage): Promise<void> {
  const { engine } = house;
  engine.answer = undefined;
  const send = async (runId: string, message: string, attachments: { content: string; mimeType: string }[] = []) => {
    await alice.call("chat.send", { sessionKey: "main", message, idempotencyKey: runId, attachments });
    engine.say(runId, "The answer");
    await heard(alice, "chat", (payload) => payload["runId"] === runId);
    await clock.advance(500);
  };
  await send("run-1", "A question", [{ content: onePixel, mimeType: "image/png" }]);
  engine.say("run-1", " is 42.");
  await clock.advance(500);
  keepCall("chat-send", frames, "chat.send");
  keepEvent("chat-delta", frames, "chat", (payload) => "deltaText" in payload);
  keepEvent("agent-start", frames, "agent", (payload) => JSON.stringify(payload).includes('"start"'));
  keepEvent("agent-text", frames, "agent", (payload) => JSON.stringify(payload).includes('"assistant"'));
  engine.finish("run-1");
  await ended(alice, "run-1");
  keepEvent("chat-final", frames, "chat", inState("final"));
  keepEvent("agent-end", frames, "agent", (payload) => JSON.stringify(payload).includes('"end"'));
  await send("run-2", "Stop me");
  await alice.call("chat.abort", { sessionKey: "main", runId: "run-2" });
  await ended(alice, "run-2");
  keepCall("chat-abort", frames, "chat.abort");
  keepEvent("chat-aborted", frames, "chat", inState("aborted"));
  await send("run-3", "Fail");
  engine.fail("run-3");
  await ended(alice, "run-3");
  keepEvent("chat-error", frames, "chat", inState("error"));
  engine.answer = () => "Well.";
  await alice.client.callToEnd("agent", { message: "Work", idempotencyKey: "run-4" }, () => undefined);
  keepCall("agent", frames, "agent");
  engine.answer = undefined;
  const failing = alice.client.callToEnd("agent", { message: "Fail", idempotencyKey: "run-5" }, () => undefined);
  engine.fail("run-5");
  await failing.catch(() => undefined);
  const refusal = frames.findLast((frame) => frame.ok === false);
  keep("agent-failed", refusal, "AgentFinalResult");
}

async function recordQuestions(alice: Guest, frames: readonly RecordedFrame[]): Promise<void> {
  for (const [method, params] of questions) {
    await alice.client.callByName(method, params);
    keepCall(method.replaceAll(".", "-"), frames, method);
  }
  const lastReply = () => frames.findLast((frame) => frame.type === "res");
  await alice.client.callByName("no.such-method", {}).catch(() => undefined);
  keep("unknown-method", lastReply());
  await alice.client.callByName("chat.history", { sessionKey: 7 }).catch(() => undefined);
  keep("invalid-params", lastReply());
}

async function recordPairing(): Promise<void> {
  const clock = new FakeClock();
  const house = await openHouse({ clock, gateway: { allowedOrigins: [origin] } });
  const frames: RecordedFrame[] = [];
  using alice = await house.operator({ openSocket: recordingSocket({ frames }), signer: device(1) });
  const knocks: RecordedFrame[] = [];
  const openSocket = recordingSocket({ frames: knocks, headers: { origin } });
  await house.operator({ openSocket, signer: device(2), scopes: ["operator.read"] }).then(
    () => undefined,
    () => undefined,
  );
  const knocked = knocks.find((frame) => frame.type === "res");
  keep("connect-pairing-required", knocked);
  const { payload } = await heard(alice, "device.pair.requested");
  await alice.call("device.pair.approve", { requestId: (payload as { requestId: string }).requestId });
  await heard(alice, "device.pair.resolved");
  using bob = await house.operator({ openSocket, signer: device(2), scopes: ["operator.read"] });
  await bob.client.callByName("sessions.delete", { key: "main" }).catch(() => undefined);
  const denied = knocks.findLast((frame) => frame.type === "res");
  keep("missing-scope", denied);
  await alice.call("device.pair.list", {});
  keepEvent("device-pair-requested", frames, "device.pair.requested");
  keepEvent("device-pair-resolved", frames, "device.pair.resolved");
  keepCall("device-pair-approve", frames, "device.pair.approve");
  keepCall("device-pair-list", frames, "device.pair.list");
  await whileTimePasses(clock, house[Symbol.asyncDispose]());
}

function heard(guest: Guest, event: string, fits: (payload: Record<string, unknown>) => boolean = () => true) {
  return guest.until((frame: EventFrame) => frame.event === event && fits(frame.payload as Record<string, unknown>));
}

function ended(guest: Guest, runId: string) {
  return heard(guest, "chat", (payload) => payload["runId"] === runId && payload["state"] !== "delta");
}

function inState(state: string) {
  return (payload: object) => "state" in payload && payload.state === state;
}

/** A device whose key is always the same. */
function device(number: number) {
  const seed = Buffer.alloc(32, number);
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const privateKeyPem = `-----BEGIN PRIVATE KEY-----\n${der.toString("base64")}\n-----END PRIVATE KEY-----\n`;
  const publicKey = publicKeyOf(privateKeyPem);
  return {
    deviceId: keyFingerprint(parsePublicKey(publicKey)!),
    publicKey,
    sign: (text: string) => signText(privateKeyPem, text),
  };
}

function writeFixtures(): void {
  const scrubber = new Scrubber([ownerToken]);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, fixture] of fixtures) {
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(scrubber.scrub(fixture), null, 2)}\n`);
  }
  run([process.execPath, "fmt", "--no-script", folder], { cwd: folder, quiet: true });
  say(`test/fixtures/wire: ${fixtures.size} frames`);
}
