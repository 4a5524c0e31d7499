import { expect, test } from "bun:test";
import { wireLimits } from "../../src/protocol/index.ts";
import { newDevice, ownerToken } from "../open-house.ts";
import { connectParams } from "./greeting.ts";
import { encodeFrame, opcodes, type WireClient, type WireFrame } from "./wire-client.ts";
import { WireHouse } from "./wire-house.ts";

/** What frames may look like, what ends a connection and when. */

const auth = { token: ownerToken };
const { greetingBytesMax, handshakeMs, tickIntervalMs } = wireLimits;

/** The text of `connect` for this socket. */
async function helloText(wire: WireClient): Promise<string> {
  const params = await connectParams({ auth }, await wire.challenge());
  return JSON.stringify({ type: "req", id: "hello", method: "connect", params });
}

test("binary frames are read like text, and answered in text", async () => {
  await using house = await WireHouse.start();
  const wire = await house.socket();
  wire.sendBinary(await helloText(wire));
  expect((await wire.response("hello")).ok).toBe(true);
  wire.sendBinary(JSON.stringify({ type: "req", id: "b", method: "health" }));
  expect((await wire.response("b")).ok).toBe(true);
  expect([...new Set(wire.received)]).toEqual([opcodes.text]);
});

test("a frame in fragments, with a ping between them, is one frame", async () => {
  await using house = await WireHouse.start();
  const wire = await house.socket();
  const text = await helloText(wire);
  const parts = [text.slice(0, 40), text.slice(40, 41), text.slice(41)];
  wire.sendFrame(opcodes.text, parts[0]!, false);
  wire.sendFrame(opcodes.ping, "are you there");
  wire.sendFrame(opcodes.continuation, parts[1]!, false);
  wire.sendFrame(opcodes.continuation, parts[2]!, true);
  expect((await wire.response("hello")).ok).toBe(true);
  expect(wire.received).toContain(opcodes.pong);
});

test("a frame that comes byte by byte is one frame", async () => {
  await using house = await WireHouse.start();
  const wire = await house.socket();
  for (const byte of encodeFrame(opcodes.text, await helloText(wire))) wire.write(Uint8Array.of(byte));
  expect((await wire.response("hello")).ok).toBe(true);
});

test("a ping is answered with its own words", async () => {
  await using house = await WireHouse.start();
  const wire = await house.owner();
  wire.sendFrame(opcodes.ping, "x");
  await wire.call("health");
  expect(wire.received).toContain(opcodes.pong);
});

const firstFrames: readonly (readonly [name: string, send: (wire: WireClient) => void])[] = [
  ["text that is no JSON", (wire) => wire.sendText("hello")],
  ["an empty frame", (wire) => wire.sendText("")],
  ["bytes that are no UTF-8", (wire) => wire.sendBinary(Uint8Array.of(0xff, 0xfe, 0x00))],
  ["JSON that is no request", (wire) => wire.send({ type: "res", id: "1", ok: true })],
];
for (const [name, send] of firstFrames) {
  test(`a first frame of ${name} closes with 1008 and no answer`, async () => {
    await using house = await WireHouse.start();
    const wire = await house.socket();
    await wire.challenge();
    send(wire);
    expect(await wire.closed).toEqual({ code: 1008, reason: "invalid request frame" });
    expect(wire.frames).toHaveLength(1);
  });
}

test("a first request of another method is answered, then closed with 1008", async () => {
  await using house = await WireHouse.start();
  const wire = await house.socket();
  wire.request("1", "health");
  expect((await wire.response("1")).error).toEqual({
    code: "INVALID_REQUEST",
    message: "invalid handshake: first request must be connect",
  });
  expect(await wire.closed).toEqual({ code: 1008, reason: "invalid handshake: first request must be connect" });
});

test("the third frame that is no JSON closes with 1008", async () => {
  await using house = await WireHouse.start();
  const wire = await house.owner();
  wire.sendText("one");
  expect((await wire.call("health")).ok).toBe(true);
  wire.sendBinary(Uint8Array.of(0xff));
  expect((await wire.call("health")).ok).toBe(true);
  wire.sendText("three");
  expect(await wire.closed).toEqual({ code: 1008, reason: "malformed frames" });
});

test("JSON that is no request is answered under its id, and the connection goes on", async () => {
  await using house = await WireHouse.start();
  const wire = await house.owner();
  wire.send({ type: "req", id: "odd", method: "health", extra: 1 });
  const { error } = await wire.response("odd");
  expect(error).toEqual({
    code: "INVALID_REQUEST",
    message: "invalid request frame: at root: unexpected property 'extra'",
  });
  wire.send([1, 2]);
  expect((await wire.response("invalid")).error?.code).toBe("INVALID_REQUEST");
  expect((await wire.call("health")).ok).toBe(true);
});

test("a greeting may have 64 KiB and not a byte more", async () => {
  await using house = await WireHouse.start();
  const fits = await house.socket();
  const text = await helloText(fits);
  fits.sendText(text.padEnd(greetingBytesMax, " "));
  expect((await fits.response("hello")).ok).toBe(true);
  const wire = await house.socket();
  wire.sendText((await helloText(wire)).padEnd(greetingBytesMax + 1, " "));
  expect(await wire.closed).toEqual({ code: 1009, reason: "Received too big message" });
  expect(wire.frames).toHaveLength(1);
});

test("after hello large frames are taken", async () => {
  await using house = await WireHouse.start();
  const wire = await house.owner();
  const answer = await wire.call("health", { padding: "x".repeat(2_000_000) });
  expect(answer.ok).toBe(true);
});

test("a second connect is refused and changes nothing", async () => {
  await using house = await WireHouse.start();
  const wire = await house.owner({ scopes: ["operator.read"] });
  const params = await connectParams({ auth, scopes: ["operator.admin"] }, await wire.challenge());
  const again = await wire.call("connect", params);
  expect(again.error).toEqual({ code: "INVALID_REQUEST", message: "connect is only valid as the first request" });
  expect((await wire.call("config.get")).error?.message).toBe("missing scope: operator.admin");
});

test("requests that are sent together with connect are answered after hello, never before", async () => {
  await using house = await WireHouse.start();
  const wire = await house.socket();
  const request = JSON.stringify({ type: "req", id: "r", method: "health" });
  const frames = [await helloText(wire), request].map((text) => encodeFrame(opcodes.text, text));
  wire.write(Buffer.concat(frames));
  expect((await wire.response("r")).ok).toBe(true);
  expect(wire.frames.flatMap(({ id }) => id ?? [])).toEqual(["hello", "r"]);
});

test("requests behind a refused connect are not answered", async () => {
  await using house = await WireHouse.start();
  const wire = await house.socket();
  const params = await connectParams({ auth: { token: "x" } }, await wire.challenge());
  const frames = [
    { type: "req", id: "hello", method: "connect", params },
    { type: "req", id: "r", method: "health" },
  ];
  wire.write(Buffer.concat(frames.map((frame) => encodeFrame(opcodes.text, JSON.stringify(frame)))));
  await wire.closed;
  expect(wire.frames.flatMap(({ id }) => id ?? [])).toEqual(["hello"]);
});

test("who does not greet within ten seconds is closed with 1000, and half a greeting does not help", async () => {
  await using house = await WireHouse.startTimed();
  const [silent, slow] = [await house.socket(), await house.socket()];
  slow.sendFrame(opcodes.text, (await helloText(slow)).slice(0, 50), false);
  await house.open.clock.advance(handshakeMs - 1000);
  expect((await house.greet({ auth })).answer.ok).toBe(true);
  await house.open.clock.advance(1000);
  expect([await silent.closed, await slow.closed]).toEqual([
    { code: 1000, reason: "" },
    { code: 1000, reason: "" },
  ]);
});

test("a tick comes every thirty seconds, as advertised", async () => {
  await using house = await WireHouse.startTimed();
  const wire = await house.owner();
  const ticks = () => wire.frames.filter(({ event }) => event === "tick");
  for (let count = 1; count <= 3; count++) {
    await house.open.clock.advance(tickIntervalMs);
    await wire.call("agents.list");
    expect(ticks().map(({ payload }) => payload)).toHaveLength(count);
  }
  const times = ticks().map(({ payload }) => Number(payload?.["ts"]));
  expect([times[1]! - times[0]!, times[2]! - times[1]!]).toEqual([tickIntervalMs, tickIntervalMs]);
  expect(ticks().map((frame) => Object.keys(frame).toSorted())).toEqual(
    Array.from({ length: 3 }, () => ["event", "payload", "seq", "type"]),
  );
});

test("numbers count per connection from one without a gap, and no frame has a null or an unknown key", async () => {
  await using house = await WireHouse.start();
  const alice = await house.owner();
  const pairer = await house.owner({ signer: newDevice(), scopes: ["operator.pairing"] });
  await alice.call("chat.send", { sessionKey: "main", message: "hi", idempotencyKey: "k1" });
  await alice.next((frame) => frame.event === "chat" && frame.payload?.["state"] === "final");
  await alice.next((frame) => frame.event === "presence");
  await alice.call("nothing.here");
  await pairer.call("health");
  const known = ["type", "id", "ok", "payload", "error", "event", "seq", "stateVersion"];
  for (const wire of [alice, pairer]) {
    const seqs = wire.frames.flatMap(({ seq }) => seq ?? []);
    expect(seqs).toEqual(seqs.map((_seq, index) => index + 1));
    for (const [index, frame] of wire.frames.entries()) {
      expect(Object.keys(frame).filter((key) => !known.includes(key))).toEqual([]);
      const { payload: _payload, ...head } = frame;
      expect([wire.texts[index], JSON.stringify(head).includes("null")]).toEqual([wire.texts[index], false]);
    }
  }
  expect(statefulEvents(alice.frames)).toEqual(["health", "presence"]);
});

/** Events that carry the counters. */
function statefulEvents(frames: readonly WireFrame[]): string[] {
  return [
    ...new Set(frames.filter(({ stateVersion }) => stateVersion !== undefined).map(({ event }) => event!)),
  ].toSorted();
}

test("a missing scope is FORBIDDEN with what is missing, in the words that clients know", async () => {
  await using house = await WireHouse.start();
  const wire = await house.owner({ scopes: ["operator.read"] });
  const { error } = await wire.call("chat.send", { sessionKey: "main", message: "x", idempotencyKey: "k" });
  expect(error).toEqual({
    code: "FORBIDDEN",
    message: "missing scope: operator.write",
    details: { code: "MISSING_SCOPE", missingScope: "operator.write", requiredScopes: ["operator.write"] },
  });
});

test("a method that is not there is unknown by its name, for the hints of clients", async () => {
  await using house = await WireHouse.start();
  const wire = await house.owner();
  for (const name of ["sessions.lost", "toString", "__proto__"]) {
    expect((await wire.call(name)).error).toEqual({ code: "INVALID_REQUEST", message: `unknown method: ${name}` });
  }
});

test("params may be absent or null", async () => {
  await using house = await WireHouse.start();
  const wire = await house.owner();
  for (const name of ["health", "status", "system-presence", "agents.list"]) {
    expect([name, (await wire.call(name)).ok, (await wire.call(name, null)).ok]).toEqual([name, true, true]);
  }
});

test("a request may carry the extras of protocol 4", async () => {
  await using house = await WireHouse.start();
  const wire = await house.owner();
  wire.send({ type: "req", id: "t", method: "health", traceparent: "00-1-2-03", expectedProfileId: "p" });
  expect((await wire.response("t")).ok).toBe(true);
});

test("a stop tells everybody and closes with 1012", async () => {
  await using house = await WireHouse.start();
  const [alice, guest] = [await house.owner(), await house.socket()];
  await guest.challenge();
  await house.open.house.stop("update", 1000);
  const closings = await Promise.all([alice.closed, guest.closed]);
  expect(alice.frames.filter(({ event }) => event === "shutdown").map(({ payload }) => payload)).toEqual([
    { reason: "update", restartExpectedMs: 1500 },
  ]);
  expect(closings).toEqual([
    { code: 1012, reason: "service restart" },
    { code: 1012, reason: "service restart" },
  ]);
});
