import { expect, test } from "bun:test";
import { requestLifeMs, requestsMax } from "../../src/devices/index.ts";
import { GatewayError, type OperatorScope } from "../../src/protocol/index.ts";
import { asking, DevicesStage, newDeviceId, owner, principal } from "./stage.ts";

const admin: OperatorScope = "operator.admin";
const read: OperatorScope = "operator.read";
const write: OperatorScope = "operator.write";
const pairing: OperatorScope = "operator.pairing";

function refusal(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof GatewayError) return `${error.code} ${error.message}`;
    throw error;
  }
  return "nothing was refused";
}

test("a request is told to who may approve, and approving it makes the device", () => {
  using stage = new DevicesStage();
  const wanted = asking({ scopes: [read] });
  const request = stage.devices.ask(wanted);
  expect(stage.pending).toEqual([request.id]);
  const device = stage.devices.approve(request.id, owner);
  expect(device.roles.map(({ role, scopes }) => [role, scopes])).toEqual([["operator", [read]]]);
  expect(stage.devices.find(wanted.deviceId)).toEqual(device);
  expect(stage.pending).toEqual([]);
  expect(stage.events.map(({ name, payload }) => [name, payload["requestId"], payload["decision"]])).toEqual([
    ["device.pair.requested", request.id, undefined],
    ["device.pair.resolved", request.id, "approved"],
  ]);
});

test("the same demand finds the same request, and is told once", () => {
  using stage = new DevicesStage();
  const wanted = asking({ scopes: [read, write] });
  const request = stage.devices.ask(wanted);
  expect(stage.devices.ask(wanted).id).toBe(request.id);
  expect(stage.devices.ask({ ...wanted, scopes: [read] }).id).toBe(request.id);
  expect(stage.events).toHaveLength(1);
});

test("a wider demand has a new id, so that nobody approves what was not seen", () => {
  using stage = new DevicesStage();
  const wanted = asking({ scopes: [read] });
  const seen = stage.devices.ask(wanted);
  const wider = stage.devices.ask({ ...wanted, scopes: [admin] });
  expect(wider.id).not.toBe(seen.id);
  expect(stage.pending).toEqual([wider.id]);
  expect(refusal(() => stage.devices.approve(seen.id, owner))).toBe("INVALID_REQUEST unknown requestId");
  expect(stage.devices.find(wanted.deviceId)).toBeUndefined();
  expect(wider.scopes).toEqual([admin, read]);
});

test("roles asked for one after the other are approved together", () => {
  using stage = new DevicesStage();
  const wanted = asking({ scopes: [read] });
  stage.devices.ask(wanted);
  const both = stage.devices.ask({ ...wanted, role: "node", scopes: [] });
  const device = stage.devices.approve(both.id, owner);
  expect(device.roles.map(({ role, scopes }) => [role, scopes])).toEqual([
    ["node", []],
    ["operator", [read]],
  ]);
});

test("a request expires after five minutes, and a new one has a new id", async () => {
  using stage = new DevicesStage();
  const wanted = asking();
  const request = stage.devices.ask(wanted);
  expect(requestLifeMs).toBe(300_000);
  await stage.clock.advance(requestLifeMs - 1);
  expect(stage.pending).toEqual([request.id]);
  await stage.clock.advance(1);
  expect(stage.pending).toEqual([]);
  expect(refusal(() => stage.devices.approve(request.id, owner))).toBe("INVALID_REQUEST unknown requestId");
  expect(stage.devices.ask(wanted).id).not.toBe(request.id);
});

test("a rejected request is gone, told once, and may be made again", () => {
  using stage = new DevicesStage();
  const wanted = asking();
  const request = stage.devices.ask(wanted);
  stage.devices.reject(request.id);
  expect(stage.events.at(-1)).toMatchObject({ name: "device.pair.resolved", payload: { decision: "rejected" } });
  expect(refusal(() => stage.devices.reject(request.id))).toBe("INVALID_REQUEST unknown requestId");
  expect(stage.devices.find(wanted.deviceId)).toBeUndefined();
  expect(stage.devices.ask(wanted).id).not.toBe(request.id);
});

test("open requests are bounded, and a device that asks already is not turned away", () => {
  using stage = new DevicesStage();
  const first = asking({ scopes: [read] });
  stage.devices.ask(first);
  for (let count = 1; count < requestsMax; count++) stage.devices.ask(asking());
  expect(stage.pending).toHaveLength(requestsMax);
  expect(refusal(() => stage.devices.ask(asking()))).toStartWith("UNAVAILABLE pairing: too many devices wait");
  stage.devices.ask({ ...first, scopes: [write] });
  expect(stage.pending).toHaveLength(requestsMax);
});

test("who approves must hold every scope that is asked for", () => {
  using stage = new DevicesStage();
  const request = stage.devices.ask(asking({ scopes: [admin] }));
  const attempt = () => stage.devices.approve(request.id, principal([pairing]));
  expect(refusal(attempt)).toStartWith("FORBIDDEN missing scope: operator.admin");
  expect(stage.pending).toEqual([request.id]);
  expect(stage.events).toHaveLength(1);
});

test("an approval adds to what was approved before, and keeps the token", () => {
  using stage = new DevicesStage();
  const wanted = asking({ scopes: [read] });
  const before = stage.devices.approveSilently(wanted);
  const after = stage.devices.approve(stage.devices.ask({ ...wanted, scopes: [pairing] }).id, owner);
  expect(after.roles[0]!.scopes).toEqual([read, pairing]);
  expect(stage.token(after, "operator")).toBe(stage.token(before, "operator"));
});

test("an approval of little does not give back what a rotation took", () => {
  using stage = new DevicesStage();
  const wanted = asking({ scopes: [admin] });
  stage.devices.approveSilently(wanted);
  stage.devices.rotate({ deviceId: wanted.deviceId, role: "operator", scopes: [read] }, owner, "c1");
  const request = stage.devices.ask({ ...wanted, scopes: [write] });
  const device = stage.devices.approve(request.id, principal([pairing, write]));
  expect(device.roles[0]!.tokenScopes).toEqual([read, write]);
});

test("a rotation makes a new token, ends the old one and closes the device's other sockets", () => {
  using stage = new DevicesStage();
  const { deviceId, ...rest } = asking({ scopes: [read] });
  const device = stage.devices.approveSilently({ deviceId, ...rest });
  const old = stage.token(device, "operator");
  expect(stage.devices.tokenMatches(old, device, "operator")).toBe(true);
  const rotated = stage.devices.rotate({ deviceId, role: "operator" }, principal([pairing, read], deviceId), "c1");
  const now = stage.devices.find(deviceId)!;
  expect(rotated).toEqual({ token: stage.token(now, "operator"), scopes: [read], rotatedAtMs: stage.clock.nowMs() });
  expect([old, rotated.token].map((text) => stage.devices.tokenMatches(text, now, "operator"))).toEqual([false, true]);
  expect(stage.closings).toEqual([{ deviceId, role: "operator", exceptConnectionId: "c1" }]);
});

test("a rotation by somebody else spares no socket", () => {
  using stage = new DevicesStage();
  const { id: deviceId } = stage.devices.approveSilently(asking({ scopes: [read] }));
  stage.devices.rotate({ deviceId, role: "operator" }, owner, "c1");
  expect(stage.closings).toEqual([{ deviceId, role: "operator" }]);
});

test("a revoked role has no token, closes its sockets and cannot be rotated back to life", () => {
  using stage = new DevicesStage();
  const wanted = asking({ scopes: [read] });
  const before = stage.devices.approveSilently(wanted);
  const token = stage.token(before, "operator");
  expect(stage.devices.revoke(wanted.deviceId, "operator")).toBe(stage.clock.nowMs());
  const revoked = stage.devices.find(wanted.deviceId)!;
  expect(stage.devices.tokenMatches(token, revoked, "operator")).toBe(false);
  expect(stage.closings).toEqual([{ deviceId: wanted.deviceId, role: "operator" }]);
  const attempt = () => stage.devices.rotate({ deviceId: wanted.deviceId, role: "operator" }, owner, "c1");
  expect(refusal(attempt)).toStartWith("INVALID_REQUEST device role was revoked");
});

test("a revoked device that is approved again starts with exactly that, and a new token", () => {
  using stage = new DevicesStage();
  const wanted = asking({ scopes: [admin] });
  const token = stage.token(stage.devices.approveSilently(wanted), "operator");
  stage.devices.revoke(wanted.deviceId, "operator");
  const request = stage.devices.ask({ ...wanted, scopes: [read] });
  expect(request.isRepair).toBe(true);
  const device = stage.devices.approve(request.id, owner);
  expect([device.roles[0]!.scopes, device.roles[0]!.tokenScopes]).toEqual([[read], [read]]);
  expect(stage.devices.tokenMatches(token, device, "operator")).toBe(false);
});

test("a removed device is forgotten, its sockets closed, and its tokens never come back", () => {
  using stage = new DevicesStage();
  const wanted = asking({ scopes: [read] });
  const first = stage.token(stage.devices.approveSilently(wanted), "operator");
  const { token: second } = stage.devices.rotate({ deviceId: wanted.deviceId, role: "operator" }, owner, "c1");
  stage.devices.ask({ ...wanted, scopes: [admin] });
  stage.devices.remove(wanted.deviceId);
  expect([stage.devices.find(wanted.deviceId), stage.pending]).toEqual([undefined, []]);
  expect(stage.closings.at(-1)).toEqual({ deviceId: wanted.deviceId });
  stage.clock.jump(1000);
  stage.devices.approveSilently(wanted);
  stage.devices.rotate({ deviceId: wanted.deviceId, role: "operator" }, owner, "c1");
  const again = stage.devices.find(wanted.deviceId)!;
  expect([first, second].map((text) => stage.devices.tokenMatches(text, again, "operator"))).toEqual([false, false]);
  expect(refusal(() => stage.devices.remove(newDeviceId()))).toBe("INVALID_REQUEST unknown deviceId");
});

test("a name that a person gave stays, whatever the device calls itself", () => {
  using stage = new DevicesStage();
  const wanted = asking({ scopes: [read], displayName: "bob" });
  stage.devices.approveSilently(wanted);
  expect(stage.devices.rename(wanted.deviceId, "Bob's phone").description.displayName).toBe("Bob's phone");
  const again = stage.devices.approveSilently(asking({ ...wanted, scopes: [write], displayName: "mallory" }));
  expect(again.description.displayName).toBe("Bob's phone");
  expect(refusal(() => stage.devices.rename(newDeviceId(), "x"))).toBe("INVALID_REQUEST unknown deviceId");
});

test("a token is for one role and one device", () => {
  using stage = new DevicesStage();
  const bob = asking({ scopes: [read] });
  stage.devices.approveSilently(bob);
  const both = stage.devices.approveSilently({ ...bob, role: "node", scopes: [] });
  const carol = stage.devices.approveSilently(asking({ scopes: [read] }));
  const token = stage.token(both, "operator");
  expect(stage.devices.tokenMatches(token, both, "operator")).toBe(true);
  expect(stage.devices.tokenMatches(token, both, "node")).toBe(false);
  expect(stage.devices.tokenMatches(token, carol, "operator")).toBe(false);
  expect(stage.devices.tokenMatches("", both, "operator")).toBe(false);
});

test("unknown roles and devices are refused by name", () => {
  using stage = new DevicesStage();
  const { id } = stage.devices.approveSilently(asking({ scopes: [read] }));
  for (const [deviceId, role] of [
    [id, "node"],
    [id, "admin"],
    [id, "__proto__"],
    [newDeviceId(), "operator"],
  ] as const) {
    expect(refusal(() => stage.devices.revoke(deviceId, role))).toBe("INVALID_REQUEST unknown deviceId/role");
    expect(refusal(() => stage.devices.rotate({ deviceId, role }, owner, "c"))).toBe(
      "INVALID_REQUEST unknown deviceId/role",
    );
  }
});

test("the state holds no token and the log names none", () => {
  using stage = new DevicesStage();
  const device = stage.devices.approveSilently(asking({ scopes: [read] }));
  const token = stage.token(device, "operator");
  stage.devices.rotate({ deviceId: device.id, role: "operator" }, owner, "c1");
  const rows = ["devices", "device_roles", "pairing_requests"].map((table) =>
    stage.database.query(`SELECT * FROM ${table}`).all(),
  );
  expect(JSON.stringify([rows, stage.events, stage.log.records])).not.toContain(token);
  expect(token).toMatch(/^[\w-]{43}$/);
});
