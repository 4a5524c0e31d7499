import { closeSync, existsSync, fstatSync, openSync, renameSync, writeSync } from "node:fs";
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

  constructor(path: string) {
    this.path = path;
    makePrivateFolder(dirname(path));
    this.#descriptor = openSync(path, "a", 0o600);
    this.#size = fstatSync(this.#descriptor).size;
  }

  append(line: string): void {
    this.#lines.push(line);
  }

  flush(): void {
    if (this.#lines.length === 0) return;
    const bytes = Buffer.from(`${this.#lines.join("\n")}\n`, "utf8");
    this.#lines = [];
    if (this.#size + bytes.length > logFileBytesMax) this.#rotate();
    writeSync(this.#descriptor, bytes);
    this.#size += bytes.length;
  }

  [Symbol.dispose](): void {
    this.flush();
    closeSync(this.#descriptor);
  }

  #rotate(): void {
    closeSync(this.#descriptor);
    for (let age = logFilesKept - 2; age >= 0; age--) {
      const from = age === 0 ? this.path : `${this.path}.${age}`;
      if (existsSync(from)) renameSync(from, `${this.path}.${age + 1}`);
    }
    this.#descriptor = openSync(this.path, "a", 0o600);
    this.#size = 0;
  }
}
