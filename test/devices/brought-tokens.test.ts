import { expect, test } from "bun:test";
import { broughtTokenLifeMs } from "../../src/devices/index.ts";
import { asking, DevicesStage, owner } from "./stage.ts";

/** A device that was approved at the gateway that was here before comes in with the token from there. */

const old = "26447beefa8b4ed7aeb4d6fa3bdac8d2";

function taken(stage: DevicesStage, token: string | undefined = old) {
  const device = asking({ scopes: ["operator.read"] });
  stage.devices.takeOver(device, token);
  const accepts = (given: string) =>
    stage.devices.tokenMatches(given, stage.devices.find(device.deviceId)!, "operator");
  return { ...device, accepts };
}

test("the old token comes in, and so does the new one; no other does", () => {
  using stage = new DevicesStage();
  const { deviceId, accepts } = taken(stage);
  const [role] = stage.devices.find(deviceId)!.roles;
  expect(accepts(old)).toBe(true);
  expect(accepts(stage.devices.tokenOf(deviceId, role!))).toBe(true);
  expect(accepts(old.toUpperCase())).toBe(false);
  expect(accepts("")).toBe(false);
});

test("it is that device's alone, and for that role", () => {
  using stage = new DevicesStage();
  const alice = taken(stage);
  const bob = taken(stage, "another-token-of-32-characters-x");
  expect(bob.accepts(old)).toBe(false);
  expect(stage.devices.tokenMatches(old, stage.devices.find(alice.deviceId)!, "node")).toBe(false);
});

test("it ends with a rotation, with a revocation, and with its life", async () => {
  using stage = new DevicesStage();
  const rotated = taken(stage);
  stage.devices.rotate({ deviceId: rotated.deviceId, role: "operator" }, owner, "c");
  expect(rotated.accepts(old)).toBe(false);
  const revoked = taken(stage);
  stage.devices.revoke(revoked.deviceId, "operator");
  expect(revoked.accepts(old)).toBe(false);
  const { accepts } = taken(stage);
  await stage.clock.advance(broughtTokenLifeMs - 1);
  expect(accepts(old)).toBe(true);
  await stage.clock.advance(1);
  expect(accepts(old)).toBe(false);
});

test("it goes with its device, and does not come back with it", async () => {
  using stage = new DevicesStage();
  const device = taken(stage);
  stage.devices.remove(device.deviceId);
  await stage.clock.advance(1);
  stage.devices.approveSilently(device);
  expect(device.accepts(old)).toBe(false);
});

test("a token that could be guessed is not taken over", () => {
  using stage = new DevicesStage();
  expect(taken(stage, "short").accepts("short")).toBe(false);
});
