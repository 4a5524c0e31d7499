import type { Device, DeviceDescription, PairedDevice, PairingRequest } from "./device.ts";
import type { OpenRequest } from "./devices.store.ts";

/** Rows as clients see them: no secret, absent fields left out. */

export function requestOnWire(request: OpenRequest): PairingRequest {
  return {
    requestId: request.id,
    deviceId: request.deviceId,
    publicKey: request.publicKey,
    ...described(request.description),
    role: request.roles.at(-1)!,
    roles: [...request.roles],
    scopes: [...request.scopes],
    ...(request.isRepair && { isRepair: true }),
    ts: request.createdAtMs,
  };
}

export function deviceOnWire(device: Device): PairedDevice {
  const live = device.roles.filter((role) => role.revokedAtMs === undefined);
  return {
    deviceId: device.id,
    publicKey: device.publicKey,
    ...described(device.description),
    ...(live[0] && { role: live[0].role }),
    roles: live.map(({ role }) => role),
    scopes: [...new Set(live.flatMap(({ scopes }) => scopes))],
    ...(device.roles.length > 0 && { tokens: device.roles.map(tokenOnWire) }),
    createdAtMs: device.createdAtMs,
    approvedAtMs: device.approvedAtMs,
    ...(device.lastSeenAtMs !== undefined && { lastSeenAtMs: device.lastSeenAtMs }),
  };
}

function tokenOnWire(role: Device["roles"][number]) {
  return {
    role: role.role,
    scopes: [...role.tokenScopes],
    createdAtMs: role.createdAtMs,
    ...(role.rotatedAtMs !== undefined && { rotatedAtMs: role.rotatedAtMs }),
    ...(role.revokedAtMs !== undefined && { revokedAtMs: role.revokedAtMs }),
    ...(role.lastUsedAtMs !== undefined && { lastUsedAtMs: role.lastUsedAtMs }),
  };
}

function described(description: DeviceDescription) {
  const present = Object.entries(description).filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(present) as { [K in keyof DeviceDescription]?: string };
}
