import { Database as Sqlite } from "bun:sqlite";
import { chmodSync } from "node:fs";
import { readTextIfPresent, writePassingFile } from "../lib/index.ts";

/** Who holds the state, as told to the second starter. Information only: the kernel's lock decides. */
export interface Holder {
  readonly pid: number;
  readonly url: string;
  readonly version: string;
  readonly startedAtMs: number;
  /** SHA-256 of its certificate, where it speaks TLS. */
  readonly tlsFingerprint?: string;
}

/** Locks that are held: a connection that nobody refers to is collected, and the kernel's lock would go with it. */
const held = new Set<StateLock>();

/** The exclusive lock on a state folder. The kernel frees it when the process dies, however it dies. */
export class StateLock implements Disposable {
  readonly #sqlite: Sqlite;
  readonly #holderFile: string;

  private constructor(sqlite: Sqlite, holderFile: string) {
    this.#sqlite = sqlite;
    this.#holderFile = holderFile;
  }

  /** The lock, or who has it (undefined when the holder has not said yet). Never waits. */
  static take(lockFile: string, holderFile: string): StateLock | { readonly heldBy: Holder | undefined } {
    const sqlite = new Sqlite(lockFile, { create: true, strict: true });
    try {
      sqlite.exec("PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    } catch (error) {
      sqlite.close(false);
      if (isBusy(error)) return { heldBy: readHolder(holderFile) };
      throw error;
    }
    chmodSync(lockFile, 0o600);
    const lock = new StateLock(sqlite, holderFile);
    held.add(lock);
    return lock;
  }

  announce(holder: Holder): void {
    writePassingFile(this.#holderFile, `${JSON.stringify(holder)}\n`);
  }

  [Symbol.dispose](): void {
    held.delete(this);
    this.#sqlite.close(false);
  }
}

/** What the last holder wrote about itself; it may be dead. */
export function readHolder(holderFile: string): Holder | undefined {
  try {
    const text = readTextIfPresent(holderFile);
    return text === undefined ? undefined : (JSON.parse(text) as Holder);
  } catch {
    return undefined;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY");
}
