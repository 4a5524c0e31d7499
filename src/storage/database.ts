import { Database as Sqlite, type SQLQueryBindings, type Statement } from "bun:sqlite";
import { chmodSync, existsSync } from "node:fs";
import { dirname } from "node:path";
import type { Clock } from "../lib/index.ts";
import { type DiskFault, faultOf, lookAtDisk, refusalOf, spaceBytesAgain, spaceBytesMin } from "./disk-fault.ts";
import { migrate, schemaVersion } from "./migrate.ts";

/** Statements that stay prepared. The runtime keeps 20 by itself, and then prepares on every call: we have some 300. */
Sqlite.MAX_QUERY_CACHE_SIZE = 512;

/** Pieces of work that one group commit may hold. */
const groupSizeMax = 512;

/** A clock that measures nothing is enough where nobody asks how long commits take. */
type StoreClock = Pick<Clock, "soon"> & Partial<Pick<Clock, "elapsedMs">>;

interface Job {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Waits for a disk that refuses; the others hear of it at once. */
  readonly isPatient: boolean;
}

/**
 * The one connection to the one database file; only the gateway opens it. WAL with synchronous=FULL: what a
 * transaction committed survives a power cut.
 *
 * A disk that refuses a write stops the store: `accept` rejects with the reason, and what was committed for work under
 * way waits, in its order, until `check` finds that the disk takes writes again. A failed sync is more than that. The
 * kernel may hold pages that it will never write, and would say no second time that they are lost. So everything is
 * written once more (the log from where it was good, then all of it into the file), synced, read through a connection
 * that knows nothing of before, and verified; only then is anything accepted again.
 */
export class Database implements Disposable {
  readonly #path: string;
  readonly #clock: StoreClock;
  #sqlite: Sqlite;
  #jobs: Job[] = [];
  /** The disk refused a write. */
  #fault: DiskFault | undefined;
  /** It would take one, and is kept for work under way. */
  #shortage: DiskFault | undefined;
  #isWaiting = true;
  #isClosed = false;
  #told: string | undefined;
  #committed: (tookMs: number) => void = () => undefined;
  #firstJobAtMs = 0;
  #listener: (trouble: DiskFault | undefined) => void = () => undefined;

  /** `path` may be `:memory:`. */
  constructor(path: string, clock: StoreClock) {
    this.#path = path;
    this.#clock = clock;
    this.#sqlite = open(path);
    migrate(this.#sqlite);
    if (this.isOnDisk) makePrivate(path);
  }

  get isOnDisk(): boolean {
    return this.#path !== ":memory:";
  }

  /** Why nothing new is accepted; undefined while all is well. */
  get trouble(): DiskFault | undefined {
    return this.#fault ?? this.#shortage;
  }

  get takesWrites(): boolean {
    return !this.#isClosed && this.trouble === undefined;
  }

  /** Whether a read comes back, or it is known why none does. A store that hangs does not return. */
  answers(): boolean {
    try {
      this.query("SELECT id FROM boots LIMIT 1").get();
      return true;
    } catch (error) {
      return this.#noteRefused(error) !== undefined;
    }
  }

  /** Told after every change of `trouble`, and at once if there is any. It must not throw. */
  onTrouble(listener: (trouble: DiskFault | undefined) => void): void {
    this.#listener = listener;
    if (this.trouble) listener(this.trouble);
  }

  /** Told after every group commit how long its first piece of work waited until it was on disk. It must not throw. */
  onCommit(listener: (tookMs: number) => void): void {
    this.#committed = listener;
  }

  /** A statement that is prepared once. Good for use at once: the connection behind it may be replaced. */
  query<Row>(sql: string): Statement<Row, SQLQueryBindings[]> {
    return this.#sqlite.query<Row, SQLQueryBindings[]>(sql);
  }

  /** Runs the work in one transaction; a throw undoes all of it. Inside another transaction it is a savepoint. */
  transaction<T>(work: () => T): T {
    if (this.#sqlite.inTransaction) return this.#sqlite.transaction(work)();
    if (this.#fault) throw refusalOf(this.#fault);
    try {
      return this.#sqlite.transaction(work)();
    } catch (error) {
      const fault = this.#noteRefused(error);
      throw fault ? refusalOf(fault, error) : error;
    }
  }

  /**
   * Group commit: runs the work together with what else arrives in the same turn of the event loop, and resolves once
   * all of it is on disk. A throw undoes and rejects only its own piece. While the disk refuses it waits; the work is
   * then run once more, so it leaves nothing behind but rows.
   */
  commit<T>(work: () => T): Promise<T> {
    return this.#enqueue(work, true);
  }

  /** As `commit`, for what is acknowledged: rejects at once with UNAVAILABLE and the reason while the disk refuses. */
  accept<T>(work: () => T): Promise<T> {
    const { trouble } = this;
    return trouble ? Promise.reject(refusalOf(trouble)) : this.#enqueue(work, false);
  }

  /** Looks at the disk, and tries whether one that refused takes writes again. */
  check(): void {
    if (this.#isClosed || !this.isOnDisk) return;
    this.#shortage = lookAtDisk(dirname(this.#path), this.#shortage ? spaceBytesAgain : spaceBytesMin);
    if (this.#fault && this.#isMended(this.#fault)) {
      this.#fault = undefined;
      this.#clock.soon(() => this.#commitGroup());
    }
    this.#tell();
  }

  /** Nobody waits for a disk that refuses any more: the process is about to end, and the next start takes it up. */
  stopWaiting(): void {
    this.#isWaiting = false;
    if (this.#fault) this.#rejectAll(this.#jobs.splice(0), refusalOf(this.#fault));
  }

  [Symbol.dispose](): void {
    this.stopWaiting();
    while (this.#jobs.length > 0) this.#commitGroup();
    this.#isClosed = true;
    this.#sqlite.close(false);
  }

  #enqueue<T>(work: () => T, isPatient: boolean): Promise<T> {
    if (this.#fault && !this.#isWaiting) return Promise.reject(refusalOf(this.#fault));
    return new Promise<T>((resolve, reject) => {
      this.#jobs.push({ work, resolve: resolve as (value: unknown) => void, reject, isPatient });
      if (this.#jobs.length > 1) return;
      this.#firstJobAtMs = this.#nowMs();
      this.#clock.soon(() => this.#commitGroup());
    });
  }

  #commitGroup(): void {
    if (this.#fault) return;
    const group = this.#jobs.splice(0, groupSizeMax);
    if (group.length === 0) return;
    const settle: (() => void)[] = [];
    const sinceMs = this.#firstJobAtMs;
    try {
      this.#sqlite.transaction(() => {
        for (const job of group) settle.push(this.#runInSavepoint(job));
      })();
    } catch (error) {
      this.#undone(group, error);
      return;
    } finally {
      if (this.#jobs.length > 0) this.#clock.soon(() => this.#commitGroup());
    }
    this.#committed(this.#nowMs() - sinceMs);
    for (const done of settle) done();
  }

  #nowMs(): number {
    return this.#clock.elapsedMs?.() ?? 0;
  }

  /** A throw that is the disk's, or that ended the whole transaction, is not the piece's own. */
  #runInSavepoint(job: Job): () => void {
    try {
      const value = this.#sqlite.transaction(job.work)();
      return () => job.resolve(value);
    } catch (error) {
      if (!this.#sqlite.inTransaction || faultOf(error, dirname(this.#path))) throw error;
      return () => job.reject(error);
    }
  }

  #undone(group: readonly Job[], error: unknown): void {
    const fault = this.#noteRefused(error);
    const isKept = (job: Job) => fault !== undefined && this.#isWaiting && job.isPatient;
    this.#jobs.unshift(...group.filter(isKept));
    this.#rejectAll(
      group.filter((job) => !isKept(job)),
      fault ? refusalOf(fault, error) : error,
    );
  }

  #rejectAll(jobs: readonly Job[], error: unknown): void {
    for (const job of jobs) job.reject(error);
  }

  #noteRefused(error: unknown): DiskFault | undefined {
    const found = faultOf(error, dirname(this.#path));
    // What was not trusted before is not trusted because the next failure is a lesser one.
    if (found) this.#fault = { ...found, isUntrusted: found.isUntrusted || (this.#fault?.isUntrusted ?? false) };
    this.#tell();
    return found && this.#fault;
  }

  #isMended(fault: DiskFault): boolean {
    try {
      // The same version again: the smallest write there is. It also overwrites what a failed commit left in the log.
      this.#sqlite.exec(`PRAGMA user_version = ${schemaVersion}`);
      if (fault.isUntrusted) this.#reopen();
      return true;
    } catch (error) {
      this.#noteRefused(error);
      return false;
    }
  }

  #reopen(): void {
    const { busy } = this.#sqlite.query<{ busy: number }, []>("PRAGMA wal_checkpoint(TRUNCATE)").get()!;
    if (busy !== 0) throw new Error("the log could not be written into the database");
    const next = open(this.#path);
    const before = this.#sqlite;
    try {
      const found = next.query<{ quick_check: string }, []>("PRAGMA quick_check(1)").get()!.quick_check;
      if (found !== "ok") throw Object.assign(new Error(found), { code: "SQLITE_CORRUPT" });
      this.#sqlite = next;
    } finally {
      (this.#sqlite === next ? before : next).close(false);
    }
  }

  #tell(): void {
    const { trouble } = this;
    if (this.#told === trouble?.reason) return;
    this.#told = trouble?.reason;
    this.#listener(trouble);
  }
}

function open(path: string): Sqlite {
  const sqlite = new Sqlite(path, { create: true, strict: true });
  sqlite.exec("PRAGMA journal_mode = WAL");
  sqlite.exec("PRAGMA synchronous = FULL");
  sqlite.exec("PRAGMA foreign_keys = ON");
  sqlite.exec("PRAGMA wal_autocheckpoint = 1000");
  // Savepoints keep a journal; in memory they do not depend on the system's folder for temporary files.
  sqlite.exec("PRAGMA temp_store = MEMORY");
  return sqlite;
}

function makePrivate(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    if (existsSync(file)) chmodSync(file, 0o600);
  }
}
