import {
  isoTime,
  joinPath,
  makePrivateFolder,
  namesIn,
  readTextIfPresent,
  removeIfPresent,
  sha256Text,
  writePrivateFile,
} from "../lib/index.ts";

/**
 * Dated copies of the config. A good one is what the gateway ran on; what was set aside could not be used and was
 * overwritten. Each copy carries the hash of its text in its name, so that one that a disk spoiled is not used.
 */
export interface ConfigCopy {
  readonly id: string;
  readonly atMs: number;
  readonly kind: "good" | "set-aside";
}

/** Copies that are kept of each kind. */
export const copiesMax = 10;

const namePattern = /^(\d{8}T\d{9}Z)-([0-9a-f]{16})\.(good|set-aside)\.json5$/;
const hashChars = 16;

export class ConfigHistory {
  readonly #folder: string;
  readonly #clock: { nowMs(): number };

  constructor(folder: string, clock: { nowMs(): number }) {
    this.#folder = folder;
    this.#clock = clock;
  }

  /** The newest first. */
  list(): readonly ConfigCopy[] {
    return this.#names().map((name) => {
      const [, stamp, , kind] = namePattern.exec(name)!;
      return { id: idOf(name), atMs: msOf(stamp!), kind: kind as ConfigCopy["kind"] };
    });
  }

  /** Good ones, the newest first. */
  good(): readonly ConfigCopy[] {
    return this.list().filter(({ kind }) => kind === "good");
  }

  /** The copy's text; undefined when there is none of that name or it is not what was written. */
  read(id: string): string | undefined {
    const name = this.#names().find((known) => idOf(known) === id);
    const text = name === undefined ? undefined : readTextIfPresent(joinPath(this.#folder, name));
    return text !== undefined && namePattern.exec(name!)![2] === shortHash(text) ? text : undefined;
  }

  /** The text that the gateway runs on now. The same as the newest one is not kept twice. */
  keep(text: string): void {
    const [newest] = this.good();
    if (newest === undefined || this.read(newest.id) !== text) this.#write(text, "good");
  }

  /** A text that is about to be overwritten and never was in use. */
  setAside(text: string): void {
    this.#write(text, "set-aside");
  }

  #write(text: string, kind: ConfigCopy["kind"]): void {
    makePrivateFolder(this.#folder);
    // In their order, also within a millisecond or after the clock was set back.
    const atMs = Math.max(this.#clock.nowMs(), 1 + (this.list()[0]?.atMs ?? 0));
    const stamp = isoTime(atMs).replaceAll(/[-:.]/g, "");
    writePrivateFile(joinPath(this.#folder, `${stamp}-${shortHash(text)}.${kind}.json5`), text);
    const own = this.#names().filter((name) => namePattern.exec(name)![3] === kind);
    for (const name of own.slice(copiesMax)) removeIfPresent(joinPath(this.#folder, name));
  }

  #names(): string[] {
    return namesIn(this.#folder)
      .filter((name) => namePattern.test(name))
      .toSorted()
      .toReversed();
  }
}

function idOf(name: string): string {
  return name.slice(0, name.indexOf("."));
}

function shortHash(text: string): string {
  return sha256Text(text).slice(0, hashChars);
}

function msOf(stamp: string): number {
  const [, date, time, ms] = /^(\d{8})T(\d{6})(\d{3})Z$/.exec(stamp)!;
  const day = date!.replace(/(\d{4})(\d\d)(\d\d)/, "$1-$2-$3");
  return Date.parse(`${day}T${time!.replace(/(\d\d)(\d\d)(\d\d)/, "$1:$2:$3")}.${ms}Z`);
}
