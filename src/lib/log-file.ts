import { closeSync, existsSync, fchmodSync, fstatSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { makePrivateFolder } from "./files.ts";

export const logFileBytesMax = 10 * 1024 * 1024;
export const logFilesKept = 5;

/** An append-only log file, rotated by size: `x.log`, `x.log.1` … `x.log.4`. Lines wait for `flush`. */
export class LogFile implements Disposable {
  readonly path: string;
  #descriptor: number;
  #size: number;
  #lines: string[] = [];
  #lostLines = 0;

  constructor(path: string) {
    this.path = path;
    makePrivateFolder(dirname(path));
    this.#descriptor = openPrivately(path);
    this.#size = fstatSync(this.#descriptor).size;
  }

  append(line: string): void {
    this.#lines.push(line);
  }

  /** Lines that could not be written. */
  get lostLines(): number {
    return this.#lostLines;
  }

  /** Never throws: a disk that is full costs log lines, not the gateway. */
  flush(): void {
    const lines = this.#lines;
    if (lines.length === 0) return;
    this.#lines = [];
    try {
      this.#write(Buffer.from(`${lines.join("\n")}\n`, "utf8"));
    } catch {
      this.#lostLines += lines.length;
    }
  }

  [Symbol.dispose](): void {
    this.flush();
    closeSync(this.#descriptor);
  }

  #write(bytes: Uint8Array): void {
    if (this.#size > 0 && this.#size + bytes.length > logFileBytesMax) this.#rotate();
    this.#size += writeSync(this.#descriptor, bytes);
  }

  #rotate(): void {
    for (let age = logFilesKept - 2; age >= 0; age--) {
      const from = age === 0 ? this.path : `${this.path}.${age}`;
      if (existsSync(from)) renameSync(from, `${this.path}.${age + 1}`);
    }
    const next = openPrivately(this.path);
    closeSync(this.#descriptor);
    this.#descriptor = next;
    this.#size = 0;
  }
}

function openPrivately(path: string): number {
  const descriptor = openSync(path, "a", 0o600);
  const found = fstatSync(descriptor);
  if (found.isFile() && (found.mode & 0o077) !== 0) fchmodSync(descriptor, 0o600);
  return descriptor;
}
