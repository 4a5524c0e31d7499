import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statfsSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { open, readFile, rename, unlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import { realClock } from "./clock.ts";
import { makePrivateFolder } from "./files.ts";
import { realRandom } from "./random.ts";

/**
 * Whole files in one private folder, under names that the caller makes, never ones from outside. A file is there with
 * all its bytes or not at all, also after a power cut; half-written ones are swept when the folder is opened again, so
 * only one process may hold it.
 */

/** Bytes that are hashed before others get their turn; about a millisecond. */
const hashSliceBytes = 512 * 1024;
const leftover = /\.tmp$/;
/** A name that nobody can foresee, so nothing can lie in wait there; the open fails if something does. */
const newFileFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

export interface BlobFile {
  readonly name: string;
  readonly bytes: number;
  readonly changedAtMs: number;
}

export class BlobFolder {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    makePrivateFolder(path);
    for (const name of readdirSync(path)) if (leftover.test(name)) unlinkSync(join(path, name));
  }

  /** Every file whose name the caller knows as its own. */
  list(isOurs: (name: string) => boolean): BlobFile[] {
    return readdirSync(this.#path).flatMap((name) => (isOurs(name) ? (this.find(name) ?? []) : []));
  }

  find(name: string): BlobFile | undefined {
    const stat = statSync(join(this.#path, name), { throwIfNoEntry: false });
    return stat?.isFile() ? { name, bytes: stat.size, changedAtMs: stat.mtimeMs } : undefined;
  }

  /** Durable when it returns. */
  write(name: string, bytes: Uint8Array): void {
    const temporary = this.#temporaryPath();
    try {
      const descriptor = openSync(temporary, newFileFlags, 0o600);
      try {
        writeFileSync(descriptor, bytes);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      renameSync(temporary, join(this.#path, name));
    } catch (error) {
      dropSync(temporary);
      throw error;
    }
    const folder = openSync(this.#path, constants.O_RDONLY);
    try {
      fsyncSync(folder);
    } catch (error) {
      // A file that is there is taken for durable the next time.
      this.remove(name);
      throw error;
    } finally {
      closeSync(folder);
    }
  }

  /** The same, while others go on. The bytes must not change meanwhile. */
  async writeAsync(name: string, bytes: Uint8Array): Promise<void> {
    const temporary = this.#temporaryPath();
    try {
      const file = await open(temporary, newFileFlags, 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, join(this.#path, name));
    } catch (error) {
      await unlink(temporary).catch(ignoreMissing);
      throw error;
    }
    const folder = await open(this.#path, constants.O_RDONLY);
    try {
      await folder.sync();
    } catch (error) {
      this.remove(name);
      throw error;
    } finally {
      await folder.close();
    }
  }

  read(name: string): Uint8Array | undefined {
    try {
      return new Uint8Array(readFileSync(join(this.#path, name)));
    } catch (error) {
      return ignoreMissing(error);
    }
  }

  async readAsync(name: string): Promise<Uint8Array | undefined> {
    return readFile(join(this.#path, name)).catch(ignoreMissing);
  }

  /** Makes the file new in age, by the clock that files are stamped with. False when there is none. */
  touch(name: string): boolean {
    const seconds = realClock.nowMs() / 1000;
    try {
      utimesSync(join(this.#path, name), seconds, seconds);
      return true;
    } catch (error) {
      return ignoreMissing(error) ?? false;
    }
  }

  async touchAsync(name: string): Promise<boolean> {
    const seconds = realClock.nowMs() / 1000;
    return utimes(join(this.#path, name), seconds, seconds).then(
      () => true,
      (error) => ignoreMissing(error) ?? false,
    );
  }

  remove(name: string): void {
    dropSync(join(this.#path, name));
  }

  /** What the disk still has for us. */
  freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.#path);
    return bavail * bsize;
  }

  #temporaryPath(): string {
    return join(this.#path, `.${Buffer.from(realRandom.bytes(16)).toString("hex")}.tmp`);
  }
}

/** SHA-256 in lower-case hex, while others get their turn between slices. */
export async function sha256InTurns(bytes: Uint8Array): Promise<string> {
  const hash = createHash("sha256");
  for (let at = 0; at < bytes.length; at += hashSliceBytes) {
    if (at > 0) await nextTurn();
    hash.update(bytes.subarray(at, at + hashSliceBytes));
  }
  return hash.digest("hex");
}

/** Lets the event loop handle what it has at hand. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => realClock.soon(resolve));
}

function dropSync(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    ignoreMissing(error);
  }
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
  throw error;
}
