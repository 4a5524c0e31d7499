import { joinPath, makePrivateFolder, readBytesIfPresent, sha256Bytes, writePrivateFile } from "../lib/index.ts";

/** Bytes of media, named by their own hash, so that nothing that came from outside ever names a file. */
export class MediaStore {
  readonly #folder: string | undefined;
  readonly #inMemory = new Map<string, Uint8Array>();

  /** Without a folder it keeps the bytes in memory. */
  constructor(folder: string | undefined) {
    this.#folder = folder;
    if (folder !== undefined) makePrivateFolder(folder);
  }

  /** Durable when it returns. */
  put(bytes: Uint8Array): string {
    const sha256 = sha256Bytes(bytes);
    if (this.#folder === undefined) this.#inMemory.set(sha256, bytes);
    else if (!this.get(sha256)) writePrivateFile(this.#path(sha256), bytes);
    return sha256;
  }

  get(sha256: string): Uint8Array | undefined {
    if (this.#folder === undefined) return this.#inMemory.get(sha256);
    return readBytesIfPresent(this.#path(sha256));
  }

  #path(sha256: string): string {
    return joinPath(this.#folder!, sha256);
  }
}
