import type { Database } from "../storage/index.ts";

/** Who ran on this state, when, and how it ended. */
export class BootRecord {
  readonly #database: Database;
  readonly #id: string;
  readonly #nowMs: () => number;

  constructor(database: Database, id: string, version: string, clock: { nowMs(): number }) {
    this.#database = database;
    this.#id = id;
    this.#nowMs = () => clock.nowMs();
    const startedAtMs = clock.nowMs();
    // With whatever is committed first: nobody waits for this row.
    const stored = database.commit(() => {
      database
        .query("INSERT INTO boots (id, pid, version, started_at) VALUES (?, ?, ?, ?)")
        .run(id, process.pid, version, startedAtMs);
      database
        .query("DELETE FROM boots WHERE id NOT IN (SELECT id FROM boots ORDER BY started_at DESC LIMIT ?)")
        .run(bootsKept);
    });
    // A stop that comes before the disk took it leaves no row, and that is all.
    void stored.catch(() => undefined);
  }

  /** Not while the disk refuses: a stop goes on without it. */
  stopped(reason: string): void {
    if (!this.#database.takesWrites) return;
    this.#database
      .query("UPDATE boots SET stopped_at = ?, stop_reason = ? WHERE id = ?")
      .run(this.#nowMs(), reason, this.#id);
  }
}

const bootsKept = 100;
