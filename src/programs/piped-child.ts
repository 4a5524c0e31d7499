import { spawn } from "node:child_process";
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

/** Rejects with a `StartError` when it cannot be started. */
export async function startPiped({ program, args, folder, environment }: PipedOptions): Promise<PipedChild> {
  const child = spawn(program, [...args], {
    cwd: folder,
    env: { ...environment },
    stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
    detached: true,
  });
  const ended = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => resolve(signal === null ? `with exit code ${code}` : `by signal ${signal}`));
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) =>
      reject(new StartError(`cannot start ${program}: ${error.message}`, { cause: error })),
    );
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
  const pid = child.pid!;
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

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
