import { dirname } from "node:path";
import { unreachable } from "../../src/lib/index.ts";
import type { Chance } from "../fuzz/chance.ts";
import { Content } from "./content.ts";
import type { Step } from "./recording.ts";

/**
 * What a disk holds after the power was cut. It promises no more than POSIX does: a file's content counts once the file
 * was synced, a name once its folder was, and whatever was not synced may be there, or not, or in part, in any order.
 * What a failed sync was to write is gone, though the kernel shows it as if it were there.
 */

/** A disk that forgets: syncs of these are taken for not done. It shows that the judge finds what is lost then. */
export const forgettings = ["log", "database", "files", "folders"] as const;
export type Forgetting = (typeof forgettings)[number];

type Change = Extract<Step, { do: "write" | "truncate" }>;
type Naming = Extract<Step, { do: "create" | "make-folder" | "rename" | "remove" }>;

/** A name stands for a file's number, or for a folder. */
type Names = Map<string, number | "folder">;

export interface Image {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly folders: readonly string[];
}

/** How what was not synced is treated in one image. */
type Fate = "all" | "none" | "first" | "last" | "mixed";
const fates: readonly Fate[] = ["all", "none", "first", "last", "mixed", "mixed", "mixed", "mixed"];
const sectorSizes = [512, 4096] as const;

export class Disk {
  readonly #contents = new Map<number, Content>();
  readonly #names: Names = new Map();
  #unsynced: Change[] = [];
  #unnamed: Naming[] = [];
  readonly #forgets: Forgetting | undefined;

  constructor(forgets?: Forgetting) {
    this.#forgets = forgets;
  }

  /** Steps that a cut now may lose. */
  get atRisk(): number {
    return this.#unsynced.length + this.#unnamed.length;
  }

  take(step: Step): void {
    switch (step.do) {
      case "write":
      case "truncate":
        this.#unsynced.push(step);
        return;
      case "sync":
        if (kindOf(step.path) !== this.#forgets) this.#sync(step.file);
        return;
      case "sync-folder":
        if (this.#forgets !== "folders") this.#syncFolder(step.path);
        return;
      case "fail-sync":
        this.#unsynced = this.#unsynced.filter(({ file }) => file !== step.file);
        return;
      case "fail-sync-folder":
        this.#unnamed = this.#unnamed.filter(({ path }) => folderOf(path) !== step.path);
        return;
      case "acknowledge":
        return;
      default:
        this.#unnamed.push(step);
    }
  }

  /** One of the states that a cut at this moment may leave. */
  cut(chance: Chance): Image {
    const fate = chance.pick(fates);
    const names: Names = new Map(this.#names);
    for (const naming of survivors(this.#unnamed, fate, chance)) name(names, naming);
    const contents = new Map<number, Content>();
    const sectorBytes = chance.pick(sectorSizes);
    for (const change of survivors(this.#unsynced, fate, chance)) {
      const content = contents.get(change.file) ?? this.#contentOf(change.file).copy();
      contents.set(change.file, content);
      if (fate === "mixed" && chance.is(1 / 3)) tear(content, change, sectorBytes, chance);
      else apply(content, change);
    }
    const files = new Map<string, Buffer>();
    const folders: string[] = [];
    for (const [path, file] of names) {
      if (!isReachable(path, names)) continue;
      if (file === "folder") folders.push(path);
      else files.set(path, (contents.get(file) ?? this.#contentOf(file)).bytes);
    }
    return { files, folders: folders.toSorted() };
  }

  #sync(file: number): void {
    const content = this.#contentOf(file);
    for (const change of this.#unsynced) if (change.file === file) apply(content, change);
    this.#unsynced = this.#unsynced.filter((change) => change.file !== file);
  }

  #contentOf(file: number): Content {
    const known = this.#contents.get(file) ?? new Content();
    this.#contents.set(file, known);
    return known;
  }

  #syncFolder(path: string): void {
    const isIn = (naming: Naming) => folderOf(naming.path) === path;
    for (const naming of this.#unnamed) if (isIn(naming)) name(this.#names, naming);
    this.#unnamed = this.#unnamed.filter((naming) => !isIn(naming));
  }
}

function survivors<T>(steps: readonly T[], fate: Fate, chance: Chance): readonly T[] {
  switch (fate) {
    case "all":
      return steps;
    case "none":
      return [];
    case "first":
      return steps.slice(0, chance.below(steps.length + 1));
    case "last":
      return steps.slice(chance.below(steps.length + 1));
    case "mixed":
      return steps.filter(() => chance.is(2 / 3));
    default:
      return unreachable(fate);
  }
}

function name(names: Names, naming: Naming): void {
  switch (naming.do) {
    case "create":
      names.set(naming.path, naming.file);
      return;
    case "make-folder":
      names.set(naming.path, "folder");
      return;
    case "rename":
      names.delete(naming.path);
      names.set(naming.to, naming.file);
      return;
    case "remove":
      names.delete(naming.path);
  }
}

function apply(content: Content, change: Change): void {
  if (change.do === "write") content.write(change.at, change.bytes);
  else content.truncate(change.size);
}

/** Some of the write's sectors arrived; where the file grew, the others read as zeros. */
function tear(content: Content, change: Change, sectorBytes: number, chance: Chance): void {
  if (change.do === "truncate") return;
  const { at, bytes } = change;
  content.grow(at + bytes.length);
  for (let start = at; start < at + bytes.length;) {
    const end = Math.min(at + bytes.length, (Math.floor(start / sectorBytes) + 1) * sectorBytes);
    if (chance.is(1 / 2)) content.write(start, bytes.subarray(start - at, end - at));
    start = end;
  }
}

function kindOf(path: string): Forgetting {
  if (path.endsWith("-wal")) return "log";
  return path.includes(".db") ? "database" : "files";
}

function isReachable(path: string, names: Names): boolean {
  const folder = folderOf(path);
  return folder === "" || (names.get(folder) === "folder" && isReachable(folder, names));
}

function folderOf(path: string): string {
  const folder = dirname(path);
  return folder === "." ? "" : folder;
}
