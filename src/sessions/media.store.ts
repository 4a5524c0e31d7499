import { BlobFolder, nextTurn, sha256Bytes, sha256InTurns } from "../lib/index.ts";
import { GatewayError } from "../protocol/index.ts";

/**
 * Bytes of media, named by their own hash, so that nothing that came from outside ever names a file. It holds at most
 * so much: what does not fit is refused aloud instead of filling the disk.
 */

export interface MediaLimits {
  readonly fileBytesMax: number;
  readonly totalBytesMax: number;
  readonly filesMax: number;
  /** What is left to the rest of the state on the same disk. */
  readonly freeBytesMin: number;
}

const mebibyte = 1024 * 1024;
export const mediaLimits: MediaLimits = {
  fileBytesMax: 100 * mebibyte,
  totalBytesMax: 2048 * mebibyte,
  filesMax: 100_000,
  freeBytesMin: 64 * mebibyte,
};

/** Files that are looked at before others get their turn. */
const sweepBatch = 64;
const hashPattern = /^[0-9a-f]{64}$/;

export interface Swept {
  readonly files: number;
  readonly bytes: number;
}

export class MediaStore {
  readonly #folder: BlobFolder | undefined;
  readonly #inMemory = new Map<string, Uint8Array>();
  readonly #limits: MediaLimits;
  /** Bytes of each file that is stored, or being stored; `filesMax` is its cap. */
  readonly #sizes: Map<string, number>;
  /** Puts under way, by hash. */
  readonly #writing = new Map<string, Promise<void>>();
  #usedBytes: number;

  /** Without a folder it keeps the bytes in memory. With one, what a crash left half-written is swept first. */
  constructor(folder: string | undefined, limits: Partial<MediaLimits> = {}) {
    this.#limits = { ...mediaLimits, ...limits };
    this.#folder = folder === undefined ? undefined : new BlobFolder(folder);
    const found = this.#folder?.list((name) => hashPattern.test(name)) ?? [];
    this.#sizes = new Map(found.map(({ name, bytes }) => [name, bytes]));
    this.#usedBytes = found.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  get fileCount(): number {
    return this.#sizes.size;
  }

  /** Durable when it returns. Throws TOO_LARGE or UNAVAILABLE when it does not fit. */
  put(bytes: Uint8Array): string {
    this.#checkSize(bytes);
    const sha256 = sha256Bytes(bytes);
    // What is being written at this moment is not durable yet.
    if (!this.#writing.has(sha256) && this.#holds(sha256, bytes) && this.#touch(sha256)) return sha256;
    this.#claim(sha256, bytes);
    try {
      if (this.#folder) this.#folder.write(sha256, bytes);
      else this.#inMemory.set(sha256, bytes);
    } catch (error) {
      this.#recount(sha256);
      throw error;
    }
    return sha256;
  }

  /** As `put`, while others go on: for what is larger than a few hundred KiB. The bytes must not change meanwhile. */
  async putAsync(bytes: Uint8Array): Promise<string> {
    this.#checkSize(bytes);
    const sha256 = await sha256InTurns(bytes);
    const underWay = this.#writing.get(sha256) ?? this.#write(sha256, bytes);
    this.#writing.set(sha256, underWay);
    try {
      await underWay;
    } finally {
      this.#writing.delete(sha256);
    }
    return sha256;
  }

  get(sha256: string): Uint8Array | undefined {
    if (!hashPattern.test(sha256)) return undefined;
    return this.#folder ? this.#folder.read(sha256) : this.#inMemory.get(sha256);
  }

  /** As `get`, while others go on. */
  async getAsync(sha256: string): Promise<Uint8Array | undefined> {
    if (!hashPattern.test(sha256)) return undefined;
    return this.#folder ? this.#folder.readAsync(sha256) : this.#inMemory.get(sha256);
  }

  /**
   * Removes what nobody refers to and nobody put for `olderThanMs`, so that media whose message is just being stored
   * stays. `nowMs` is wall time, as files are stamped with it. In memory nothing has an age and all of it is old.
   */
  async sweep(referenced: (sha256: string) => boolean, olderThanMs: number, nowMs: number): Promise<Swept> {
    let [files, bytes] = [0, 0];
    for (const [index, sha256] of [...this.#sizes.keys()].entries()) {
      // A file is judged and removed in one go: nothing can refer to it in between.
      if (index % sweepBatch === 0) await nextTurn();
      if (this.#writing.has(sha256) || referenced(sha256) || !this.#isOlder(sha256, nowMs - olderThanMs)) continue;
      bytes += this.#sizes.get(sha256) ?? 0;
      files++;
      this.#folder?.remove(sha256);
      this.#forget(sha256);
    }
    return { files, bytes };
  }

  async #write(sha256: string, bytes: Uint8Array): Promise<void> {
    if (!this.#folder) return void this.put(bytes);
    if (this.#holds(sha256, bytes) && (await this.#folder.touchAsync(sha256))) return;
    this.#claim(sha256, bytes);
    try {
      await this.#folder.writeAsync(sha256, bytes);
    } finally {
      this.#recount(sha256);
    }
  }

  #holds(sha256: string, { length }: Uint8Array): boolean {
    return this.#sizes.get(sha256) === length;
  }

  #touch(sha256: string): boolean {
    return this.#folder ? this.#folder.touch(sha256) : true;
  }

  #isOlder(sha256: string, thanMs: number): boolean {
    if (!this.#folder) return true;
    const found = this.#folder.find(sha256);
    return !found || found.changedAtMs <= thanMs;
  }

  /** Counts the bytes before they are written, so that puts at the same time cannot pass the limit together. */
  #claim(sha256: string, { length }: Uint8Array): void {
    const { totalBytesMax, filesMax, freeBytesMin } = this.#limits;
    const before = this.#sizes.get(sha256);
    if (this.#usedBytes - (before ?? 0) + length > totalBytesMax) {
      throw full(`its ${totalBytesMax} bytes are used; delete or compact sessions that are no longer needed`);
    }
    if (before === undefined && this.#sizes.size >= filesMax) {
      throw full(`it has ${filesMax} files; delete or compact sessions that are no longer needed`);
    }
    if (this.#folder && this.#folder.freeBytes() - length < freeBytesMin) {
      throw full(`the disk would have less than ${freeBytesMin} bytes left; free some space`);
    }
    this.#count(sha256, length);
  }

  #count(sha256: string, bytes: number): void {
    this.#usedBytes += bytes - (this.#sizes.get(sha256) ?? 0);
    this.#sizes.set(sha256, bytes);
  }

  /** After a write that may have failed, or may have met another one: what lies there is what counts. */
  #recount(sha256: string): void {
    const found = this.#folder?.find(sha256);
    if (found) this.#count(sha256, found.bytes);
    else this.#forget(sha256);
  }

  #forget(sha256: string): void {
    this.#usedBytes -= this.#sizes.get(sha256) ?? 0;
    this.#sizes.delete(sha256);
    this.#inMemory.delete(sha256);
  }

  #checkSize({ length }: Uint8Array): void {
    const { fileBytesMax } = this.#limits;
    if (length <= fileBytesMax) return;
    throw new GatewayError("TOO_LARGE", `media of ${length} bytes is not kept: at most ${fileBytesMax} are; send less`);
  }
}

function full(why: string): GatewayError {
  return new GatewayError("UNAVAILABLE", `the media folder takes nothing more: ${why}`);
}
