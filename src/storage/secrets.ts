import { joinPath, readTextIfPresent, removeIfPresent, writePrivateFile } from "../lib/index.ts";

/** Names that may be part of a file's name. */
const namePattern = /^[a-z0-9][a-z0-9_.-]{0,127}$/i;

/** Credentials, one private file each, replaced as a whole. Without a folder they are kept in memory. */
export class SecretFiles {
  readonly #folder: string | undefined;
  readonly #inMemory = new Map<string, string>();

  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  get(name: string): string | undefined {
    if (this.#folder === undefined) return this.#inMemory.get(name);
    return readTextIfPresent(this.#path(name))?.replace(/\n$/, "");
  }

  /** Durable when it returns. */
  set(name: string, value: string): void {
    if (this.#folder === undefined) this.#inMemory.set(name, value);
    else writePrivateFile(this.#path(name), `${value}\n`);
  }

  delete(name: string): void {
    if (this.#folder === undefined) this.#inMemory.delete(name);
    else removeIfPresent(this.#path(name));
  }

  /** The same store, seen through a prefix: an account sees its own only. */
  scoped(prefix: string): Pick<SecretFiles, "get" | "set" | "delete"> {
    return {
      get: (name) => this.get(`${prefix}.${name}`),
      set: (name, value) => this.set(`${prefix}.${name}`, value),
      delete: (name) => this.delete(`${prefix}.${name}`),
    };
  }

  #path(name: string): string {
    if (!namePattern.test(name) || name.includes("..")) throw new Error(`"${name}" cannot name a secret`);
    return joinPath(this.#folder!, name);
  }
}
