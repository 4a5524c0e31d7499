import type { WorkspaceFiles } from "./workspace-files.ts";
import { FileRefused } from "./workspace-path.ts";

/** The beginning of a text file. */
export interface HeadOfFile {
  readonly text: string;
  /** Bytes of the whole file, when not all of it is here. */
  readonly cutFrom: number | undefined;
}

interface Known {
  readonly stamp: string;
  readonly head: HeadOfFile;
}

/** Files that are remembered; the longest unused is forgotten first. */
const filesMax = 1_024;
/** UTF-8 needs so many bytes a character, at most. */
const bytesPerChar = 4;

/** Texts that are read for every turn, from memory as long as the files are the same. */
export class TextCache {
  readonly #known = new Map<string, Known>();

  /** Undefined when there is no such file, or none that may be read. */
  async read(
    files: WorkspaceFiles,
    path: string,
    { folder, charsMax }: { readonly folder: string; readonly charsMax: number },
  ): Promise<HeadOfFile | undefined> {
    const key = JSON.stringify([folder, path, charsMax]);
    const known = this.#known.get(key);
    this.#known.delete(key);
    try {
      const read = await files.read(path, { bytesMax: charsMax * bytesPerChar, knownStamp: known?.stamp });
      const now =
        read.bytes === undefined ? known! : { stamp: read.stamp, head: headOf(read.bytes, read.size, charsMax) };
      this.#keep(key, now);
      return now.head;
    } catch (error) {
      if (error instanceof FileRefused) return undefined;
      throw error;
    }
  }

  #keep(key: string, known: Known): void {
    this.#known.set(key, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > filesMax && oldest !== undefined) this.#known.delete(oldest);
  }
}

function headOf(bytes: Uint8Array, size: number, charsMax: number): HeadOfFile {
  // A character that the limit cut in two shows as a replacement, which is cut off with the rest.
  const text = new TextDecoder().decode(bytes);
  const isWhole = bytes.length === size && text.length <= charsMax;
  return { text: isWhole ? text : text.slice(0, charsMax).toWellFormed(), cutFrom: isWhole ? undefined : size };
}
