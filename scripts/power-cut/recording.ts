import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type Ack, readAcks } from "./acks.ts";
import { bytesOf, callsOf, pathOf, type SystemCall } from "./trace.ts";

/** What happened to a state folder, in order: writes, syncs, names, and what was acknowledged in between. */

export type Step =
  | { readonly do: "create"; readonly path: string; readonly file: number }
  | { readonly do: "make-folder"; readonly path: string }
  | { readonly do: "write"; readonly file: number; readonly at: number; readonly bytes: Buffer }
  | { readonly do: "truncate"; readonly file: number; readonly size: number }
  | { readonly do: "rename"; readonly path: string; readonly to: string; readonly file: number }
  | { readonly do: "remove"; readonly path: string }
  /** All of the file's content that was written before. `path` is the name that it has at this moment. */
  | { readonly do: "sync"; readonly file: number; readonly path: string }
  | { readonly do: "sync-folder"; readonly path: string }
  /** A sync that the disk refused: the kernel drops what was not written, and never says so again. */
  | { readonly do: "fail-sync"; readonly file: number; readonly path: string }
  | { readonly do: "fail-sync-folder"; readonly path: string }
  | { readonly do: "acknowledge"; readonly ack: Ack };

/** Made anew at every opening, and in a power cut it is gone. */
const passing = /-shm$/;

/** Paths are relative to the state folder; the folder itself is the empty one, and is taken to be on disk. */
export class Recorder {
  readonly steps: Step[] = [];
  readonly #root: string;
  readonly #acks: string;
  readonly #files = new Map<string, { readonly file: number; size: number }>();
  readonly #folders = new Set([""]);
  #nextFile = 0;

  constructor(root: string, acks: string) {
    this.#root = root;
    this.#acks = acks;
  }

  static read(trace: Buffer, root: string, acks: string): Step[] {
    const recorder = new Recorder(root, acks);
    for (const call of callsOf(trace, [root, acks])) recorder.take(call);
    return recorder.steps;
  }

  take(call: SystemCall): void {
    const isSync = call.name === "fsync" || call.name === "fdatasync";
    if (isSync && call.result < 0) return this.#sync(pathOf(call.arguments[0] ?? ""), "fail-");
    if (call.result < 0 || call.isFaked) return;
    const [first = "", second = "", third = "", fourth = ""] = call.arguments;
    switch (call.name) {
      case "open":
      case "creat":
        throw new Error(`${call.name} is not expected: the runtime opens with openat`);
      case "openat":
        return this.#open(bytesOf(second).toString("utf8"), third);
      case "pwrite64":
        return this.#write(pathOf(first), bytesOf(second).subarray(0, call.result), Number(fourth));
      case "write":
        return this.#append(pathOf(first), bytesOf(second).subarray(0, call.result));
      case "ftruncate":
        return this.#truncate(pathOf(first), Number(second));
      case "fsync":
      case "fdatasync":
        return this.#sync(pathOf(first), "");
      case "mkdir":
        return this.#makeFolder(bytesOf(first).toString("utf8"));
      case "rename":
        return this.#rename(bytesOf(first).toString("utf8"), bytesOf(second).toString("utf8"));
      case "unlink":
      case "rmdir":
        return this.#remove(bytesOf(first).toString("utf8"));
      case "renameat":
        return this.#rename(bytesOf(second).toString("utf8"), bytesOf(fourth).toString("utf8"));
      case "mkdirat":
        return this.#makeFolder(bytesOf(second).toString("utf8"));
      case "unlinkat":
        return this.#remove(bytesOf(second).toString("utf8"));
      default:
        throw new Error(`${call.name} changes the state folder in a way that is not understood yet`);
    }
  }

  #open(absolute: string, flags: string): void {
    const path = this.#within(absolute);
    if (path === undefined || flags.includes("O_TMPFILE")) return;
    const known = this.#files.get(path);
    if (!known && flags.includes("O_CREAT")) {
      const file = this.#nextFile++;
      this.#files.set(path, { file, size: 0 });
      this.steps.push({ do: "create", path, file });
    } else if (known && known.size > 0 && flags.includes("O_TRUNC")) {
      this.#truncate(absolute, 0);
    }
  }

  #write(absolute: string | undefined, bytes: Buffer, at: number): void {
    const known = this.#fileAt(absolute);
    if (!known) return;
    known.size = Math.max(known.size, at + bytes.length);
    this.steps.push({ do: "write", file: known.file, at, bytes });
  }

  /** Files that are written from front to back, and files that are appended to. */
  #append(absolute: string | undefined, bytes: Buffer): void {
    if (absolute === this.#acks) {
      for (const ack of readAcks(bytes.toString("utf8"))) this.steps.push({ do: "acknowledge", ack });
      return;
    }
    this.#write(absolute, bytes, this.#fileAt(absolute)?.size ?? 0);
  }

  #truncate(absolute: string | undefined, size: number): void {
    const known = this.#fileAt(absolute);
    if (!known) return;
    known.size = size;
    this.steps.push({ do: "truncate", file: known.file, size });
  }

  #sync(absolute: string | undefined, outcome: "" | "fail-"): void {
    const path = absolute === undefined ? undefined : this.#within(absolute);
    if (path === undefined) return;
    const known = this.#files.get(path);
    if (known) this.steps.push({ do: `${outcome}sync`, file: known.file, path });
    else if (this.#folders.has(path)) this.steps.push({ do: `${outcome}sync-folder`, path });
    else throw new Error(`a sync of ${path}, which nobody made`);
  }

  #makeFolder(absolute: string): void {
    const path = this.#within(absolute);
    if (path === undefined || path === "") return;
    this.#folders.add(path);
    this.steps.push({ do: "make-folder", path });
  }

  #rename(from: string, target: string): void {
    const [path, to] = [this.#within(from), this.#within(target)];
    if (path === undefined || to === undefined) return;
    const known = this.#files.get(path);
    if (!known || dirname(path) !== dirname(to)) throw new Error(`a rename of ${path} to ${to} is not understood`);
    this.#files.delete(path);
    this.#files.set(to, known);
    this.steps.push({ do: "rename", path, to, file: known.file });
  }

  #remove(absolute: string): void {
    const path = this.#within(absolute);
    if (path === undefined || !(this.#files.delete(path) || this.#folders.delete(path))) return;
    this.steps.push({ do: "remove", path });
  }

  #fileAt(absolute: string | undefined) {
    const path = absolute === undefined ? undefined : this.#within(absolute);
    if (path === undefined) return undefined;
    const known = this.#files.get(path);
    if (!known) throw new Error(`a write to ${path}, which nobody made`);
    return known;
  }

  #within(absolute: string): string | undefined {
    const path = relative(this.#root, absolute);
    return path.startsWith("..") || passing.test(path) ? undefined : path;
  }
}

export interface Recording {
  readonly steps: readonly Step[];
  /** Wall time at its end. */
  readonly recordedAtMs: number;
}

interface KeptSteps {
  readonly seed: number;
  readonly recordedAtMs: number;
  readonly steps: readonly (Step | (Omit<Extract<Step, { do: "write" }>, "bytes"> & { readonly length: number }))[];
}

/** Keeps a recording in a folder, so that one image of it can be looked at again. */
export function keepRecording(folder: string, { steps, recordedAtMs }: Recording, seed: number): void {
  const kept = steps.map((step) =>
    step.do === "write" ? { do: step.do, file: step.file, at: step.at, length: step.bytes.length } : step,
  );
  const written = steps.flatMap((step) => (step.do === "write" ? [step.bytes] : []));
  writeFileSync(join(folder, "steps.json"), JSON.stringify({ seed, recordedAtMs, steps: kept } satisfies KeptSteps));
  writeFileSync(join(folder, "written.bin"), Buffer.concat(written));
}

export function readRecording(folder: string): Recording & { readonly seed: number } {
  const { steps, seed, recordedAtMs } = JSON.parse(readFileSync(join(folder, "steps.json"), "utf8")) as KeptSteps;
  const written = readFileSync(join(folder, "written.bin"));
  let at = 0;
  const read = steps.map((step): Step => {
    if (step.do !== "write" || !("length" in step)) return step;
    at += step.length;
    return { do: "write", file: step.file, at: step.at, bytes: written.subarray(at - step.length, at) };
  });
  return { steps: read, seed, recordedAtMs };
}
