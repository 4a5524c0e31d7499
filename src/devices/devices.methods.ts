import { Type } from "@sinclair/typebox";
import { methodsFor, NoParams, operator, shape } from "../protocol/index.ts";
import { type DeviceId, PairedDevice, PairingRequest } from "./device.ts";
import type { Devices } from "./devices.ts";
import { deviceOnWire, requestOnWire } from "./wire.ts";

const { arrayOf, closed, named, nonEmpty, optional, timeMs } = shape;

const method = methodsFor<{ devices: Devices }>();

const RequestParams = { requestId: nonEmpty(64) };
const DeviceRoleParams = { deviceId: nonEmpty(128), role: nonEmpty(16) };

export const deviceMethods = {
  "device.pair.list": method({
    summary: "Lists devices that wait for approval, newest first, and approved ones.",
    access: operator("pairing"),
    params: NoParams,
    result: named("DevicePairListResult", {
      pending: arrayOf(PairingRequest, 64),
      paired: arrayOf(PairedDevice, 10_000),
    }),
    handle: (_params, { devices }) => {
      const { pending, paired } = devices.list();
      return { pending: pending.map(requestOnWire), paired: paired.map(deviceOnWire) };
    },
  }),
  "device.pair.approve": method({
    summary: "Approves a device for exactly what it asked; the caller must hold those scopes.",
    access: operator("pairing"),
    params: named("DevicePairApproveParams", RequestParams),
    result: closed({ requestId: nonEmpty(64), device: PairedDevice }),
    errors: ["INVALID_REQUEST", "FORBIDDEN"],
    handle: ({ requestId }, { devices }, { principal }) => ({
      requestId,
      device: deviceOnWire(devices.approve(requestId, principal)),
    }),
  }),
  "device.pair.reject": method({
    summary: "Rejects a device's request.",
    access: operator("pairing"),
    params: named("DevicePairRejectParams", RequestParams),
    result: closed({ requestId: nonEmpty(64), deviceId: nonEmpty(128) }),
    errors: ["INVALID_REQUEST"],
    handle: ({ requestId }, { devices }) => ({ requestId, deviceId: devices.reject(requestId).deviceId }),
  }),
  "device.pair.remove": method({
    summary: "Forgets a device: its tokens end and its connections are closed.",
    access: operator("pairing"),
    params: named("DevicePairRemoveParams", { deviceId: nonEmpty(128) }),
    result: closed({ deviceId: nonEmpty(128), removed: Type.Boolean() }),
    errors: ["INVALID_REQUEST"],
    handle: ({ deviceId }, { devices }) => {
      devices.remove(deviceId as DeviceId);
      return { deviceId, removed: true };
    },
  }),
  "device.pair.rename": method({
    summary: "Gives a device the name that people see.",
    access: operator("pairing"),
    params: named("DevicePairRenameParams", { deviceId: nonEmpty(128), displayName: nonEmpty(128) }),
    result: closed({ device: PairedDevice }),
    errors: ["INVALID_REQUEST"],
    handle: ({ deviceId, displayName }, { devices }) => ({
      device: deviceOnWire(devices.rename(deviceId as DeviceId, displayName)),
    }),
  }),
  "device.token.rotate": method({
    summary: "Replaces a device's token and closes its connections; only the device itself is told the new one.",
    access: operator("pairing"),
    params: named("DeviceTokenRotateParams", { ...DeviceRoleParams, scopes: optional(arrayOf(nonEmpty(128), 32)) }),
    result: closed({
      ...DeviceRoleParams,
      token: optional(nonEmpty(256)),
      scopes: arrayOf(nonEmpty(64), 16),
      rotatedAtMs: timeMs(),
    }),
    errors: ["INVALID_REQUEST"],
    handle: ({ deviceId, role, scopes }, { devices }, { principal, connectionId }) => {
      const target = { deviceId: deviceId as DeviceId, role, ...(scopes && { scopes }) };
      const rotated = devices.rotate(target, principal, connectionId);
      const own = principal.deviceId === deviceId && principal.role === role;
      return {
        deviceId,
        role,
        ...(own && { token: rotated.token }),
        scopes: [...rotated.scopes],
        rotatedAtMs: rotated.rotatedAtMs,
      };
    },
  }),
  "device.token.revoke": method({
    summary: "Ends a device's token and approval for one role and closes its connections.",
    access: operator("pairing"),
    params: named("DeviceTokenRevokeParams", DeviceRoleParams),
    result: closed({ ...DeviceRoleParams, revokedAtMs: timeMs() }),
    errors: ["INVALID_REQUEST"],
    handle: ({ deviceId, role }, { devices }) => ({
      deviceId,
      role,
      revokedAtMs: devices.revoke(deviceId as DeviceId, role),
    }),
  }),
};
