import { expect, test } from "bun:test";
import { Ajv } from "ajv";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openTimedHouse } from "../house/timed-house.ts";
import { newDevice, openHouse } from "../open-house.ts";
import { approveAll, invoke, lastKey, messageOf, shapeOf } from "./asking.ts";
import { commandsOf, kinds, WireNode } from "./wire-node.ts";

/** Nodes through the socket: raw clients that speak as the apps do. */

test("a node is listed with what may be asked of it, apart from what waits for a person", async () => {
  await using house = await openHouse();
  const alice = await house.operator();
  using phone = await WireNode.connect(house, kinds.iphone);
  const asked = await alice.until(({ event }) => event === "node.pair.requested");
  const [listed] = (await alice.call("node.list", {})).nodes;
  expect(listed).toEqual({
    nodeId: phone.id,
    displayName: "Alice's iPhone",
    platform: "iOS 18.1.0",
    version: "2026.1.24",
    deviceFamily: "iPhone",
    caps: ["canvas", "screen", "camera", "voiceWake", "location"],
    commands: [...commandsOf(kinds.iphone).slice(0, 8), "system.notify", "camera.list", "location.get"],
    pendingCommands: ["screen.record", "camera.snap", "camera.clip", "chat"],
    pendingRequestId: (asked.payload as { requestId: string }).requestId,
    mayChat: false,
    permissions: {},
    connectedAtMs: expect.any(Number),
    lastConnectedAtMs: expect.any(Number),
    paired: true,
    connected: true,
  });
  expect(await alice.call("node.describe", { nodeId: phone.id })).toEqual({ ts: expect.any(Number), ...listed! });
  expect(await alice.call("node.describe", { nodeId: "nobody" }).catch(messageOf)).toBe(
    "INVALID_REQUEST unknown nodeId",
  );
});

test("a node is asked and answers, in the words of every app", async () => {
  await using house = await openHouse();
  const alice = await house.operator();
  using phone = await WireNode.connect(house, kinds.iphone);
  const answer = invoke(alice, phone.id, "canvas.eval", { params: { javaScript: "1" }, timeoutMs: 5_000 });
  const request = await phone.answers({ payloadJSON: '{"result":"1"}' });
  expect(request).toEqual({
    id: expect.any(String),
    nodeId: phone.id,
    command: "canvas.eval",
    paramsJSON: '{"javaScript":"1"}',
    timeoutMs: 5_000,
    idempotencyKey: lastKey(),
  });
  const nodeId = phone.id;
  expect(await answer).toEqual({
    ok: true,
    nodeId,
    command: "canvas.eval",
    payload: { result: "1" },
    payloadJSON: '{"result":"1"}',
  });
  const odd: readonly (readonly [object, unknown, string | null])[] = [
    [{ payload: { a: 1 }, payloadJSON: null, error: null }, { a: 1 }, null],
    [{ payloadJSON: { a: 2 } }, { a: 2 }, null],
    [{}, null, null],
    [{ payloadJSON: "not json" }, "not json", "not json"],
  ];
  for (const [said, payload, payloadJSON] of odd) {
    const next = invoke(alice, nodeId, "canvas.hide");
    expect((await phone.answers({ ...said })).paramsJSON).toBeUndefined();
    expect(await next).toEqual({ ok: true, nodeId, command: "canvas.hide", payload, payloadJSON });
  }
});

test("what a node refuses is one kind of error, whatever the platform's style", async () => {
  await using house = await openHouse();
  const alice = await house.operator();
  using phone = await WireNode.connect(house, kinds.iphone);
  const table: readonly (readonly [object | null, string, object | null])[] = [
    [
      { code: "UNAVAILABLE", message: "CAMERA_DISABLED: enable it in Settings" },
      "CAMERA_DISABLED: enable it in Settings",
      { code: "CAMERA_DISABLED", message: "CAMERA_DISABLED: enable it in Settings" },
    ],
    [{ code: "SMS_SEND_FAILED", message: "no signal" }, "no signal", { code: "SMS_SEND_FAILED", message: "no signal" }],
    [null, "node invoke failed", null],
  ];
  for (const [error, message, nodeError] of table) {
    const failed = invoke(alice, phone.id, "canvas.present").catch(shapeOf);
    await phone.answers({ ok: false, ...(error && { error }) });
    expect(await failed).toEqual({ code: "UNAVAILABLE", message, details: { nodeError } });
  }
});

function notAllowed(reason: string, command: string) {
  return ["INVALID_REQUEST", "node command not allowed", { reason, command }];
}

test("a command is refused by name: not for the platform, not declared, nobody there, not approved", async () => {
  await using house = await openHouse();
  const alice = await house.operator();
  using phone = await WireNode.connect(house, kinds.iphone);
  using dumb = await WireNode.connect(house, kinds.android, { more: { commands: [] } });
  const refused = async (nodeId: string, command: string) => {
    const error = await invoke(alice, nodeId, command).catch(shapeOf);
    const { code, message, details } = error as { code: string; message: string; details: object };
    return [code, message, details];
  };
  expect(await refused(phone.id, "system.run")).toEqual(notAllowed("command not allowlisted", "system.run"));
  expect(await refused(phone.id, "chat")).toEqual(notAllowed("command not allowlisted", "chat"));
  expect(await refused(phone.id, "sms.send")).toEqual(notAllowed("command not allowlisted", "sms.send"));
  expect(await refused(phone.id, "device.info")).toEqual(notAllowed("command not declared by node", "device.info"));
  expect(await refused(dumb.id, "canvas.hide")).toEqual(notAllowed("node did not declare commands", "canvas.hide"));
  expect(await refused("nobody", "canvas.hide")).toEqual([
    "UNAVAILABLE",
    "node not connected",
    { code: "NOT_CONNECTED" },
  ]);
  const requestId = (await alice.call("node.describe", { nodeId: phone.id })).pendingRequestId!;
  expect(await refused(phone.id, "camera.snap")).toEqual([
    "NOT_PAIRED",
    `Alice's iPhone was not approved for camera.snap: clawdia nodes approve ${requestId}`,
    {
      code: "NODE_COMMAND_NOT_APPROVED",
      reason: "command not approved",
      command: "camera.snap",
      requestId,
      approve: `clawdia nodes approve ${requestId}`,
    },
  ]);
});

test("a node that comes back is asked over its new connection, whatever becomes of the old one", async () => {
  await using house = await openHouse();
  const alice = await house.operator();
  const signer = newDevice();
  using old = await WireNode.connect(house, kinds.android, { signer });
  const lost = invoke(alice, old.id, "canvas.hide").catch(shapeOf);
  const request = await old.asked();
  using fresh = await WireNode.connect(house, kinds.android, { signer });
  expect(await lost).toEqual({
    code: "UNAVAILABLE",
    message: "node disconnected (canvas.hide)",
    details: { code: "NODE_DISCONNECTED" },
    retryable: true,
  });
  expect((await old.result(request.id, {})).payload).toEqual({ ok: true, ignored: true });
  const answer = invoke(alice, fresh.id, "canvas.hide");
  const second = await fresh.asked();
  expect((await old.result(second.id, { payloadJSON: '"forged"' })).payload).toEqual({ ok: true, ignored: true });
  old[Symbol.dispose]();
  await fresh.result(second.id, { payloadJSON: '"mine"' });
  expect((await answer).payload).toBe("mine");
  const third = invoke(alice, fresh.id, "canvas.hide");
  await fresh.answers({});
  expect((await third).ok).toBe(true);
});

test("a call fails when the time is up that was asked for, and a late answer is taken and dropped", async () => {
  await using house = await openTimedHouse();
  const alice = await house.operator();
  using phone = await WireNode.connect(house, kinds.android);
  await approveAll(alice, phone.id);
  const late = invoke(alice, phone.id, "camera.clip", { params: { durationMs: 20_000 } }).catch(shapeOf);
  const request = await phone.asked();
  expect(request.timeoutMs).toBe(50_000);
  await house.clock.advance(50_000);
  expect(await late).toMatchObject({
    code: "UNAVAILABLE",
    message: "node invoke timed out",
    details: { nodeError: { code: "TIMEOUT" } },
    retryable: true,
  });
  expect((await phone.result(request.id, {})).payload).toEqual({ ok: true, ignored: true });
  const now = await invoke(alice, phone.id, "camera.snap", { timeoutMs: 0 }).catch(messageOf);
  expect(now).toBe("UNAVAILABLE node invoke timed out");
});

// Compiling a part of the published schema takes a moment.
test("a node of version 4 gets what the published schema says", async () => {
  const published = join(import.meta.dir, "../../node_modules/@openclaw/gateway-protocol/protocol.schema.json");
  const ajv = new Ajv({ strict: false, validateSchema: false });
  ajv.addSchema(JSON.parse(readFileSync(published, "utf8")) as object, "published");
  const fits = (name: string) => ajv.getSchema(`published#/definitions/${name}`)!;
  await using house = await openHouse();
  const alice = await house.operator();
  using attic = await WireNode.connect(house, kinds.headless);
  const answer = invoke(alice, attic.id, "system.which", { params: { bins: ["sh"] } });
  const request = await attic.answers({ payloadJSON: '{"bins":{"sh":"/bin/sh"}}' });
  expect(fits("NodeInvokeRequestEvent")(request)).toBe(true);
  expect((await answer).payload).toEqual({ bins: { sh: "/bin/sh" } });
  const told = await attic.tells("host.stats", { load: 1 });
  expect(fits("NodeEventResult")(told.payload)).toBe(true);
  expect(told.payload).toEqual({ ok: true, event: "host.stats", handled: false, reason: "unknown event" });
  expect(fits("SkillsBinsResult")((await attic.call("skills.bins", {})).payload)).toBe(true);
});

test("a node is renamed, and the same call twice at once is one", async () => {
  await using house = await openHouse();
  const alice = await house.operator();
  using phone = await WireNode.connect(house, kinds.android);
  await alice.call("node.rename", { nodeId: phone.id, displayName: "pocket" });
  expect((await alice.call("node.describe", { nodeId: phone.id })).displayName).toBe("pocket");
  await approveAll(alice, phone.id);
  const text = { to: "+15550100", message: "hi" };
  const sms = (params: object = text) =>
    alice.call("node.invoke", { nodeId: phone.id, command: "sms.send", params, idempotencyKey: "once" });
  const [first, second] = [sms(), sms()];
  const other = await sms({ ...text, message: "bye" }).catch(messageOf);
  expect(other).toStartWith("CONFLICT");
  await phone.answers({ payloadJSON: '{"ok":true}' });
  expect(await first).toEqual(await second);
  expect(await sms().catch(messageOf)).toBe(
    "UNAVAILABLE sms.send was sent to the node with this idempotencyKey before, and is not sent twice",
  );
  expect(phone.wire.frames.filter(({ event }) => event === "node.invoke.request")).toHaveLength(1);
});

test("pictures larger than a frame of old pass, as a value alone when they are very large", async () => {
  await using house = await openHouse();
  const alice = await house.operator();
  using phone = await WireNode.connect(house, kinds.android);
  for (const [megabytes, hasText] of [
    [2, true],
    [12, false],
  ] as const) {
    const payloadJSON = JSON.stringify({ format: "jpg", base64: "A".repeat(megabytes * 1024 * 1024) });
    const answer = invoke(alice, phone.id, "canvas.snapshot");
    await phone.answers({ payloadJSON });
    const { payload, payloadJSON: text } = await answer;
    expect(JSON.stringify(payload) === payloadJSON).toBe(true);
    expect(text !== null).toBe(hasText);
  }
});
