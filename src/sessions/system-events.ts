import type { Clock } from "../lib/index.ts";
import type { Database } from "../storage/index.ts";
import type { SessionKey } from "./session-key.ts";

/** Short notices for the agent that go in front of the next prompt of a session. On disk, bounded. */
export const systemEventsMax = 20;

export class SystemEvents {
  readonly #database: Database;
  readonly #clock: Pick<Clock, "nowMs">;

  constructor(database: Database, clock: Pick<Clock, "nowMs">) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Consecutive repeats are dropped, and the oldest when there are too many. */
  add(key: SessionKey, text: string): void {
    this.#database.transaction(() => {
      if (this.list(key).at(-1) === text) return;
      this.#database
        .query("INSERT INTO system_events (session_key, text, created_at) VALUES (?, ?, ?)")
        .run(key, text, this.#clock.nowMs());
      this.#database
        .query(
          `DELETE FROM system_events WHERE session_key = ?1 AND id NOT IN
             (SELECT id FROM system_events WHERE session_key = ?1 ORDER BY id DESC LIMIT ?2)`,
        )
        .run(key, systemEventsMax);
    });
  }

  /** Oldest first. */
  list(key: SessionKey): readonly string[] {
    return this.#database
      .query<{ text: string }>("SELECT text FROM system_events WHERE session_key = ? ORDER BY id")
      .all(key)
      .map(({ text }) => text);
  }

  /** Gives them out once. Call it inside the transaction that they become part of. */
  take(key: SessionKey): readonly string[] {
    const taken = this.list(key);
    if (taken.length > 0) this.#database.query("DELETE FROM system_events WHERE session_key = ?").run(key);
    return taken;
  }
}
