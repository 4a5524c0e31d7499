import { type Clock, sha256Text } from "../lib/index.ts";
import { conflict } from "../protocol/index.ts";
import type { Database } from "../storage/index.ts";

/** How long a key is remembered: a retry within it finds what the first attempt did. */
export const idempotencyLifeMs = 24 * 3_600_000;
/** Expired keys are removed while new ones come in, this many at a time. */
const sweepBatch = 32;

export interface RequestIdentity {
  /** Who asks: keys of two principals never meet. */
  readonly principal: string;
  readonly method: string;
  readonly key: string;
  /** The params without the key: another body under the same key is a conflict. */
  readonly body: unknown;
}

/** Requests with side effects, remembered on disk. Only work that was accepted is; failures can be retried. */
export class Idempotency {
  readonly #database: Database;
  readonly #clock: Pick<Clock, "nowMs">;

  constructor(database: Database, clock: Pick<Clock, "nowMs">) {
    this.#database = database;
    this.#clock = clock;
  }

  /** What the key's first request made, or undefined when it is new. Throws CONFLICT for another body. */
  find({ principal, method, key, body }: RequestIdentity): string | undefined {
    const row = this.#database
      .query<{ request_hash: string; ref: string }>(
        "SELECT request_hash, ref FROM idempotency WHERE principal = ? AND method = ? AND key = ? AND expires_at > ?",
      )
      .get(principal, method, key, this.#clock.nowMs());
    if (!row) return undefined;
    if (row.request_hash === hashOf(body)) return row.ref;
    throw conflict(`idempotencyKey was used for another ${method} request; choose a new key`);
  }

  /** Remembers the key. Call it inside the transaction that accepts the work. */
  remember({ principal, method, key, body }: RequestIdentity, ref: string): void {
    const nowMs = this.#clock.nowMs();
    this.#database
      .query(
        `INSERT OR REPLACE INTO idempotency (principal, method, key, request_hash, ref, created_at, expires_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(principal, method, key, hashOf(body), ref, nowMs, nowMs + idempotencyLifeMs);
    this.sweep(sweepBatch);
  }

  /** Forgets keys that expired. Call it inside a transaction. */
  sweep(limit: number): number {
    return this.#database
      .query(
        `DELETE FROM idempotency WHERE rowid IN
           (SELECT rowid FROM idempotency WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)`,
      )
      .run(this.#clock.nowMs(), limit).changes;
  }
}

/** The same for every order of keys. */
function hashOf(body: unknown): string {
  return sha256Text(JSON.stringify(body, sortKeys));
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const sorted = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(sorted) as unknown;
}
