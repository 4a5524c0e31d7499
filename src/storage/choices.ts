import type { Clock } from "../lib/index.ts";
import type { Database } from "./database.ts";

/** Choices that a person made outside of the config file. Small texts under fixed names. */
export class Choices {
  readonly #database: Database;
  readonly #clock: Pick<Clock, "nowMs">;

  constructor(database: Database, clock: Pick<Clock, "nowMs">) {
    this.#database = database;
    this.#clock = clock;
  }

  get(name: string): string | undefined {
    return this.#database.query<{ value: string }>("SELECT value FROM choices WHERE name = ?").get(name)?.value;
  }

  /** undefined forgets the choice. Durable when it resolves. */
  async set(name: string, value: string | undefined): Promise<void> {
    await this.#database.commit(() => {
      if (value === undefined) this.#database.query("DELETE FROM choices WHERE name = ?").run(name);
      else {
        this.#database
          .query("INSERT OR REPLACE INTO choices (name, value, updated_at) VALUES (?, ?, ?)")
          .run(name, value, this.#clock.nowMs());
      }
    });
  }
}
