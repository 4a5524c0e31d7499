import type { Database } from "./database.ts";

export interface RecordsOwner {
  readonly provider: string;
  readonly accountId: string;
}

export interface RecordChange {
  readonly kind: string;
  readonly id: string;
  readonly value: string | undefined;
}

/** What one account's link remembers between openings: texts under a kind and an id. */
export class LinkRecords {
  readonly #database: Database;
  readonly #owner: RecordsOwner;

  constructor(database: Database, owner: RecordsOwner) {
    this.#database = database;
    this.#owner = owner;
  }

  get(kind: string, id: string): string | undefined {
    const { provider, accountId } = this.#owner;
    return this.#database
      .query<{ value: string }>(
        "SELECT value FROM link_records WHERE provider = ? AND account_id = ? AND kind = ? AND id = ?",
      )
      .get(provider, accountId, kind, id)?.value;
  }

  list(kind: string): readonly { readonly id: string; readonly value: string }[] {
    const { provider, accountId } = this.#owner;
    return this.#database
      .query<{ id: string; value: string }>(
        "SELECT id, value FROM link_records WHERE provider = ? AND account_id = ? AND kind = ? ORDER BY id",
      )
      .all(provider, accountId, kind);
  }

  /** All or nothing, and on disk when it resolves. An undefined value deletes. */
  write(changes: readonly RecordChange[]): Promise<void> {
    return this.#database.commit(() => this.#apply(changes));
  }

  /** The same, on disk when it returns: for those who cannot wait. It holds everything up for one fsync. */
  writeNow(changes: readonly RecordChange[]): void {
    this.#database.transaction(() => this.#apply(changes));
  }

  /** Forgets all that the account's link remembered. */
  clear(): Promise<void> {
    const { provider, accountId } = this.#owner;
    return this.#database.commit(() => {
      this.#database.query("DELETE FROM link_records WHERE provider = ? AND account_id = ?").run(provider, accountId);
    });
  }

  #apply(changes: readonly RecordChange[]): void {
    const { provider, accountId } = this.#owner;
    for (const { kind, id, value } of changes) {
      if (value === undefined) {
        this.#database
          .query("DELETE FROM link_records WHERE provider = ? AND account_id = ? AND kind = ? AND id = ?")
          .run(provider, accountId, kind, id);
      } else {
        this.#database
          .query("INSERT OR REPLACE INTO link_records (provider, account_id, kind, id, value) VALUES (?, ?, ?, ?, ?)")
          .run(provider, accountId, kind, id, value);
      }
    }
  }
}
