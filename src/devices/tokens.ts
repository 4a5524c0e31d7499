import { hmacText, sameSecret } from "../lib/index.ts";
import type { Role } from "../protocol/index.ts";
import type { DeviceId, DeviceRole } from "./device.ts";

/**
 * Device tokens are derived from a key that only the gateway has, so the database holds no secret and a device gets
 * the same token at every connect until it is rotated.
 */
export class DeviceTokens {
  readonly #key: Uint8Array;

  /** `key` is 32 bytes of chance, kept in a private file. */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  tokenOf(deviceId: DeviceId, role: Pick<DeviceRole, "role" | "generation">): string {
    return hmacText(this.#key, `device-token|${deviceId}|${role.role}|${role.generation}`);
  }

  matches(given: string, deviceId: DeviceId, role: { readonly role: Role; readonly generation: number }): boolean {
    return sameSecret(given, this.tokenOf(deviceId, role));
  }
}
