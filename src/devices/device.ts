import { type Static, Type } from "@sinclair/typebox";
import type { Brand } from "../lib/index.ts";
import { type OperatorScope, type Role, shape } from "../protocol/index.ts";

/** A key pair on a machine: asked for, approved, revoked. Shapes of sections 4.4 and 5.11 of the wire document. */

/** Lower-case hex SHA-256 of the raw public key; made by the device, checked here, unique over all gateways. */
export type DeviceId = Brand<string, "DeviceId">;

const { arrayOf, named, nonEmpty, oneOf, optional, timeMs } = shape;

export const PairingRequest = named("DevicePairRequestedEvent", {
  requestId: nonEmpty(64),
  deviceId: nonEmpty(128),
  publicKey: nonEmpty(512),
  displayName: optional(nonEmpty(128)),
  platform: optional(nonEmpty(128)),
  deviceFamily: optional(nonEmpty(64)),
  clientId: optional(nonEmpty(64)),
  clientMode: optional(nonEmpty(64)),
  role: optional(nonEmpty(16)),
  roles: optional(arrayOf(nonEmpty(16), 4)),
  scopes: optional(arrayOf(nonEmpty(64), 16)),
  remoteIp: optional(nonEmpty(64)),
  silent: optional(Type.Boolean()),
  isRepair: optional(Type.Boolean()),
  ts: timeMs(),
});
export type PairingRequest = Static<typeof PairingRequest>;

/** A token's facts; never its text. */
export const DeviceTokenSummary = named("DeviceTokenSummary", {
  role: nonEmpty(16),
  scopes: arrayOf(nonEmpty(64), 16),
  createdAtMs: timeMs(),
  rotatedAtMs: optional(timeMs()),
  revokedAtMs: optional(timeMs()),
  lastUsedAtMs: optional(timeMs()),
});

export const PairedDevice = named("PairedDevice", {
  deviceId: nonEmpty(128),
  publicKey: nonEmpty(512),
  displayName: optional(nonEmpty(128)),
  platform: optional(nonEmpty(128)),
  deviceFamily: optional(nonEmpty(64)),
  clientId: optional(nonEmpty(64)),
  clientMode: optional(nonEmpty(64)),
  role: optional(nonEmpty(16)),
  roles: optional(arrayOf(nonEmpty(16), 4)),
  scopes: optional(arrayOf(nonEmpty(64), 16)),
  remoteIp: optional(nonEmpty(64)),
  tokens: optional(arrayOf(DeviceTokenSummary, 4)),
  createdAtMs: timeMs(),
  approvedAtMs: timeMs(),
  lastSeenAtMs: optional(timeMs()),
});
export type PairedDevice = Static<typeof PairedDevice>;

export const PairingDecision = oneOf("approved", "rejected");

/** One role of an approved device, with the state of its token. */
export interface DeviceRole {
  readonly role: Role;
  /** Approved for the device in this role. */
  readonly scopes: readonly OperatorScope[];
  /** What the current token carries: never more than `scopes`. */
  readonly tokenScopes: readonly OperatorScope[];
  readonly generation: number;
  readonly createdAtMs: number;
  readonly rotatedAtMs: number | undefined;
  readonly revokedAtMs: number | undefined;
  readonly lastUsedAtMs: number | undefined;
}

export interface Device {
  readonly id: DeviceId;
  readonly publicKey: string;
  readonly description: DeviceDescription;
  readonly roles: readonly DeviceRole[];
  readonly createdAtMs: number;
  readonly approvedAtMs: number;
  readonly lastSeenAtMs: number | undefined;
}

/** What a device says about itself. For people to read; it decides nothing. */
export interface DeviceDescription {
  readonly displayName: string | undefined;
  readonly platform: string | undefined;
  readonly deviceFamily: string | undefined;
  readonly clientId: string | undefined;
  readonly clientMode: string | undefined;
  readonly remoteIp: string | undefined;
}

export function liveRole(device: Device | undefined, role: Role): DeviceRole | undefined {
  return device?.roles.find((entry) => entry.role === role && entry.revokedAtMs === undefined);
}
