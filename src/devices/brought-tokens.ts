import { type Clock, sameSecret, sha256Text } from "../lib/index.ts";
import type { Database } from "../storage/index.ts";
import type { DeviceId, DeviceRole } from "./device.ts";

/** How long a device may still come in with the token of the gateway that was here before. */
export const broughtTokenLifeMs = 90 * 24 * 3_600_000;
/** A shorter one could be guessed. */
const broughtTokenCharsMin = 24;

/**
 * Tokens that devices have from another gateway. Whoever comes in with one is given a new one at that, so it is needed
 * once; it ends with its life, and with the next token of its role: by rotation, revocation or a new approval.
 */
export class BroughtTokens {
  readonly #database: Database;
  readonly #clock: Pick<Clock, "nowMs">;

  constructor(database: Database, clock: Pick<Clock, "nowMs">) {
    this.#database = database;
    this.#clock = clock;
  }

  keep(deviceId: DeviceId, role: DeviceRole, token: string): void {
    if (token.length < broughtTokenCharsMin) return;
    this.#database
      .query("INSERT OR REPLACE INTO brought_tokens VALUES (?, ?, ?, ?, ?)")
      .run(deviceId, role.role, sha256Text(token), role.generation, this.#clock.nowMs() + broughtTokenLifeMs);
  }

  matches(given: string, deviceId: DeviceId, role: DeviceRole): boolean {
    const kept = this.#database
      .query<{ token_sha256: string }>(
        "SELECT token_sha256 FROM brought_tokens " +
          "WHERE device_id = ? AND role = ? AND generation = ? AND expires_at > ?",
      )
      .get(deviceId, role.role, role.generation, this.#clock.nowMs());
    return kept !== null && kept !== undefined && sameSecret(sha256Text(given), kept.token_sha256);
  }
}
