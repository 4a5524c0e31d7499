import type { FileHandle } from "node:fs/promises";
import { FileRefused, openBeneath } from "./open-beneath.ts";

/** A file of a folder that others write to, opened to be handed out: what was looked at is what is read. */

export interface ServedFile extends AsyncDisposable {
  readonly bytes: number;
  /** Another one when the file is another one. */
  readonly stamp: string;
  /** The bytes from `start` up to, without, `end`. */
  read(start: number, end: number): Promise<Uint8Array>;
  /** The same, piece by piece; the file is closed at the end or when the reader gives up. */
  stream(start: number, end: number): ReadableStream<Uint8Array>;
}

const pieceBytes = 128 * 1024;

/**
 * A `FileRefused` for anything but a plain file with one name: links lead out of the folder, hard links may be
 * somebody else's file, and whatever begins with a dot is nobody's to see. `parts` as for `openBeneath`.
 */
export async function openServed(root: string, parts: readonly string[]): Promise<ServedFile> {
  if (parts.some((part) => part.startsWith("."))) throw new FileRefused("path", "hidden files are not handed out");
  const handle = await openBeneath(root, parts);
  try {
    const found = await handle.stat({ bigint: true });
    if (!found.isFile()) throw new FileRefused("kind", "it is no plain file");
    if (found.nlink !== 1n) throw new FileRefused("link", "the file has several names");
    const stamp = [found.ino, found.size, found.mtimeNs].map((part) => part.toString(36)).join("-");
    return new OpenFile(handle, Number(found.size), stamp);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

class OpenFile implements ServedFile {
  readonly bytes: number;
  readonly stamp: string;
  readonly #handle: FileHandle;

  constructor(handle: FileHandle, bytes: number, stamp: string) {
    this.#handle = handle;
    this.bytes = bytes;
    this.stamp = stamp;
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(end - start);
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await this.#handle.read(bytes, filled, bytes.length - filled, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  }

  stream(start: number, end: number): ReadableStream<Uint8Array> {
    let at = start;
    const close = () => this[Symbol.asyncDispose]();
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const piece = await this.read(at, Math.min(end, at + pieceBytes)).catch(async (error: unknown) => {
          await close();
          throw error;
        });
        at += piece.length;
        if (piece.length > 0) controller.enqueue(piece);
        if (piece.length > 0 && at < end) return;
        await close();
        // The file became shorter meanwhile: the length that was promised cannot be kept.
        if (at < end) controller.error(new FileRefused("changed", "the file changed while it was read"));
        else controller.close();
      },
      cancel: close,
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#handle.close();
  }
}
