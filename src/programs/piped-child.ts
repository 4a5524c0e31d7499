import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { StartError } from "./child-process.ts";

/**
 * A program that is talked to over its descriptors 3 (it reads) and 4 (it writes), as Chromium is with
 * `--remote-debugging-pipe`. It has a process group of its own. It must end when descriptor 3 closes: that is what
 * happens when this process ends, however it ends.
 */
export interface PipedChild {
  readonly pid: number;
  write(text: string): void;
  /** What it writes to descriptor 4, piece by piece. */
  onData(hear: (piece: Uint8Array) => void): void;
  /** Resolves when it ended, with a phrase for people. */
  readonly ended: Promise<string>;
  /** The last words of its standard error. */
  lastWords(): string;
  /** Closes descriptor 3, after which it is to end by itself. */
  hangUp(): void;
  /** Ends the group now. */
  kill(): void;
}

export interface PipedOptions {
  /** A whole path. */
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

const wordsMax = 2_000;

/** Throws a `StartError` when it cannot be started. */
export function startPiped(options: PipedOptions): PipedChild {
  const child = spawned(options);
  const ended = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => resolve(signal === null ? `with exit code ${code}` : `by signal ${signal}`));
  });
  const [, , errors, toChild, fromChild] = child.stdio as readonly [null, null, Readable, Writable, Readable];
  // A pipe breaks when the program ends, which `ended` tells.
  for (const stream of [toChild, fromChild, errors]) stream.on("error", () => undefined);
  let words = "";
  errors.on("data", (piece: Uint8Array) => {
    words = (words + Buffer.from(piece).toString("utf8")).slice(-wordsMax);
  });
  let isEnded = false;
  void ended.then(() => {
    isEnded = true;
  });
  const { pid } = child;
  return {
    pid,
    ended,
    write: (text) => void (isEnded || toChild.write(text)),
    onData: (hear) => void fromChild.on("data", hear),
    lastWords: () => words.trim(),
    hangUp: () => void toChild.end(),
    kill: () => {
      if (!isEnded) killGroup(pid);
    },
  };
}

/** A program that is not there has no number. */
function spawned({ program, args, folder, environment }: PipedOptions): ChildProcess & { readonly pid: number } {
  try {
    const child = spawn(program, [...args], {
      cwd: folder,
      env: { ...environment },
      stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
      detached: true,
    });
    // Said by the missing number below.
    child.on("error", () => undefined);
    if (hasNumber(child)) return child;
  } catch (error) {
    throw new StartError(`cannot start ${program}: ${String(error)}`, { cause: error });
  }
  throw new StartError(`cannot start ${program}: it is not there, or cannot be run`);
}

function hasNumber(child: ChildProcess): child is ChildProcess & { readonly pid: number } {
  return child.pid !== undefined;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
