import { type Clock, sha256Text } from "../lib/index.ts";
import type { Database } from "../storage/index.ts";
import type { EngineFailure } from "./engine.ts";
import type { ModelError } from "./models/model.ts";
import type { ModelTarget } from "./models/target.ts";

/**
 * Which models failed, and until when others are asked before them. Kept over restarts. What a key did wrong counts
 * against all models behind that key, the rest against the one model.
 */
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** One after another, and the last one from then on. */
const coolDownsMs: readonly number[] = [minuteMs, 5 * minuteMs, 25 * minuteMs, hourMs];
const billingFirstMs = 5 * hourMs;
const billingMaxMs = 24 * hourMs;
const keyIdChars = 8;

/** How long a model rests after its n-th failure in a row; 0 when the failure says nothing about the next request. */
export function coolDownMs(failure: EngineFailure, failures: number): number {
  if (failure === "bad_request" || failure === "context_overflow" || failure === "tool_loop") return 0;
  if (failure === "billing") return Math.min(billingMaxMs, billingFirstMs * 2 ** (failures - 1));
  return coolDownsMs[Math.min(failures, coolDownsMs.length) - 1]!;
}

interface HealthRow {
  readonly profile: string;
  readonly failures: number;
  readonly until: number;
}

export class ModelHealth {
  readonly #database: Database;
  readonly #clock: Pick<Clock, "nowMs">;

  constructor(database: Database, clock: Pick<Clock, "nowMs">) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Whether others should be asked first. */
  isCooling(target: ModelTarget): boolean {
    return this.#rows(target).some(({ until }) => until > this.#clock.nowMs());
  }

  /** Durable when it resolves. */
  async failed(target: ModelTarget, error: ModelError): Promise<void> {
    const { failure, retryAfterMs = 0 } = error;
    const isOfKey = failure === "auth" || failure === "billing";
    const profile = isOfKey ? keyProfile(target) : modelProfile(target);
    const failures = 1 + (this.#rows(target).find((row) => row.profile === profile)?.failures ?? 0);
    const restMs = Math.max(coolDownMs(failure, failures), retryAfterMs);
    if (restMs === 0) return;
    const nowMs = this.#clock.nowMs();
    await this.#database.commit(() =>
      this.#database
        .query(
          "INSERT OR REPLACE INTO model_health (profile, failures, reason, until, updated_at) VALUES (?, ?, ?, ?, ?)",
        )
        .run(profile, failures, failure, nowMs + restMs, nowMs),
    );
  }

  /** It works again: the next failure counts as the first. */
  async succeeded(target: ModelTarget): Promise<void> {
    const rows = this.#rows(target);
    if (rows.length === 0) return;
    await this.#database.commit(() => {
      for (const { profile } of rows) this.#database.query("DELETE FROM model_health WHERE profile = ?").run(profile);
    });
  }

  #rows(target: ModelTarget): HealthRow[] {
    return this.#database
      .query<HealthRow>("SELECT profile, failures, until FROM model_health WHERE profile IN (?, ?)")
      .all(keyProfile(target), modelProfile(target));
  }
}

/** A new key is a new profile. Of the key only a digest is written. */
function keyProfile({ vendor, apiKey }: ModelTarget): string {
  return `${vendor.id}#${apiKey === undefined ? "" : sha256Text(apiKey).slice(0, keyIdChars)}`;
}

function modelProfile(target: ModelTarget): string {
  return `${target.choice.model}@${keyProfile(target)}`;
}
