import { Database as Sqlite, type SQLQueryBindings, type Statement } from "bun:sqlite";
import { chmodSync, existsSync } from "node:fs";
import type { Clock } from "../lib/index.ts";
import { migrate } from "./migrate.ts";

/** Pieces of work that one group commit may hold. */
const groupSizeMax = 512;

interface Job {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The one connection to the one database file; only the gateway opens it. WAL with synchronous=FULL: what a
 * transaction committed survives a power cut.
 */
export class Database implements Disposable {
  readonly #sqlite: Sqlite;
  readonly #clock: Pick<Clock, "soon">;
  #jobs: Job[] = [];
  #takesWrites = true;

  /** `path` may be `:memory:`. */
  constructor(path: string, clock: Pick<Clock, "soon">) {
    this.#sqlite = new Sqlite(path, { create: true, strict: true });
    this.#clock = clock;
    this.#sqlite.exec("PRAGMA journal_mode = WAL");
    this.#sqlite.exec("PRAGMA synchronous = FULL");
    this.#sqlite.exec("PRAGMA foreign_keys = ON");
    this.#sqlite.exec("PRAGMA wal_autocheckpoint = 1000");
    migrate(this.#sqlite);
    if (path !== ":memory:") makePrivate(path);
  }

  /** False from a commit that the disk refused until one goes through. */
  get takesWrites(): boolean {
    return this.#takesWrites;
  }

  /** A prepared statement, kept for the life of the connection. */
  query<Row>(sql: string): Statement<Row, SQLQueryBindings[]> {
    return this.#sqlite.query<Row, SQLQueryBindings[]>(sql);
  }

  /** Runs the work in one transaction; a throw undoes all of it. Inside another transaction it is a savepoint. */
  transaction<T>(work: () => T): T {
    return this.#sqlite.transaction(work)();
  }

  /**
   * Group commit: runs the work together with what else arrives in the same turn of the event loop, and resolves once
   * all of it is on disk. A throw undoes and rejects only its own piece.
   */
  commit<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#jobs.push({ work, resolve: resolve as (value: unknown) => void, reject });
      if (this.#jobs.length === 1) this.#clock.soon(() => this.#commitGroup());
    });
  }

  [Symbol.dispose](): void {
    while (this.#jobs.length > 0) this.#commitGroup();
    this.#sqlite.close(false);
  }

  #commitGroup(): void {
    const group = this.#jobs.splice(0, groupSizeMax);
    if (group.length === 0) return;
    if (this.#jobs.length > 0) this.#clock.soon(() => this.#commitGroup());
    const settle: (() => void)[] = [];
    try {
      this.#sqlite.transaction(() => {
        for (const job of group) settle.push(this.#runInSavepoint(job));
      })();
    } catch (error) {
      this.#takesWrites = false;
      for (const job of group) job.reject(error);
      return;
    }
    this.#takesWrites = true;
    for (const done of settle) done();
  }

  #runInSavepoint(job: Job): () => void {
    try {
      const value = this.#sqlite.transaction(job.work)();
      return () => job.resolve(value);
    } catch (error) {
      return () => job.reject(error);
    }
  }
}

function makePrivate(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    if (existsSync(file)) chmodSync(file, 0o600);
  }
}
