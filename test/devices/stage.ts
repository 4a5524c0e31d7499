import { type Device, type DeviceId, Devices, DeviceTokens } from "../../src/devices/index.ts";
import type { Asking } from "../../src/devices/devices.ts";
import { makeIds, makeKeyPair, keyFingerprint, parsePublicKey, realRandom } from "../../src/lib/index.ts";
import type { OperatorScope, Principal, Role } from "../../src/protocol/index.ts";
import { Database } from "../../src/storage/index.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

/** Devices on a real database in memory, with what they publish and close. */
export class DevicesStage implements Disposable {
  readonly clock = new FakeClock();
  readonly log = new CapturedLog(this.clock);
  readonly database = new Database(":memory:", this.clock);
  readonly events: { readonly name: string; readonly payload: Readonly<Record<string, unknown>> }[] = [];
  readonly closings: { readonly deviceId: string; readonly role?: Role; readonly exceptConnectionId?: string }[] = [];
  readonly devices = new Devices({
    database: this.database,
    tokens: new DeviceTokens(new Uint8Array(32).fill(7)),
    clock: this.clock,
    ids: makeIds(this.clock, realRandom),
    log: this.log.log,
    publish: (name, payload) => void this.events.push({ name, payload }),
    live: { closeDevice: (deviceId, choice) => void this.closings.push({ deviceId, ...choice }) },
  });

  /** The open requests' ids. */
  get pending(): string[] {
    return this.devices.list().pending.map(({ id }) => id);
  }

  token(device: Device, role: Role): string {
    const found = device.roles.find((entry) => entry.role === role)!;
    return this.devices.tokenOf(device.id, found);
  }

  [Symbol.dispose](): void {
    this.database[Symbol.dispose]();
  }
}

export interface AskingChange {
  readonly deviceId?: DeviceId;
  readonly role?: Role;
  readonly scopes?: readonly OperatorScope[];
  readonly displayName?: string;
}

/** A request of a device of its own. */
export function asking({
  deviceId = newDeviceId(),
  role = "operator",
  scopes = [],
  displayName = "bob",
}: AskingChange = {}): Asking {
  return {
    deviceId,
    publicKey: `key of ${deviceId}`,
    role,
    scopes,
    description: {
      displayName,
      platform: "linux",
      deviceFamily: undefined,
      clientId: "test",
      clientMode: "test",
      remoteIp: "203.0.113.7",
    },
  };
}

export function newDeviceId(): DeviceId {
  return keyFingerprint(parsePublicKey(makeKeyPair().publicKey)!) as DeviceId;
}

export function principal(scopes: readonly OperatorScope[], deviceId?: string): Principal {
  const id = deviceId === undefined ? "shared-secret" : `device:${deviceId}`;
  return {
    id,
    ...(deviceId !== undefined && { deviceId }),
    role: "operator",
    scopes,
    displayName: "alice",
    isLocal: true,
  };
}

export const owner = principal(["operator.admin"]);
