import { closeSync } from "node:fs";
import type { Clock } from "../lib/index.ts";

/**
 * A program that runs beside this one and talks over its standard streams. It has a process group of its own, and the
 * whole group ends with it, with `close`, and with this process, however this process ends: a watcher in the group
 * holds one end of a socket whose other end is here; when that closes, it kills the group. What a program starts in
 * yet another session is out of reach. On Windows there is neither group nor watcher: standard input closes, and the
 * program is to end by itself.
 */
export interface Child {
  readonly pid: number;
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  /** Resolves once the program took it; rejects when it is gone, or reads nothing for `unreadBytesMax`. */
  write(text: string): Promise<void>;
  /** Resolves when the program ended, with a phrase for people: `with exit code 3`, `by signal SIGKILL`. */
  readonly ended: Promise<string>;
  /** Ends the group now. */
  kill(): void;
  /** Closes standard input, lets the program end by itself, then asks, then kills. Returns once it is gone. */
  close(clock: Pick<Clock, "sleep">, graceMs: number): Promise<void>;
}

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  /** The whole environment; see `childEnvironment`. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A program could not be started. The message is for people. */
export class StartError extends Error {
  override readonly name = "StartError";
}

const unreadBytesMax = 64 * 1024 * 1024;
const isWindows = process.platform === "win32";

/**
 * The shell forks the watcher, which waits on descriptor 3, and becomes the program, which does not have it. Its number
 * is the group's: it leads a session of its own.
 */
const watched = `( read -r end <&3; kill -s KILL -- -$$ ) </dev/null >/dev/null 2>&1 & exec 3<&-; exec "$@"`;

/** Throws a `StartError` when there is no such program or folder. */
export function startChild(options: ChildOptions): Child {
  const program = findProgram(options);
  const direct = [program, ...options.args];
  const cmd = isWindows ? direct : ["/bin/sh", "-c", watched, "sh", ...direct];
  try {
    const spawned = Bun.spawn(cmd, {
      cwd: options.folder,
      env: { ...options.environment },
      stdio: isWindows ? ["pipe", "pipe", "pipe"] : ["pipe", "pipe", "pipe", "pipe"],
      detached: !isWindows,
      windowsHide: true,
    });
    return childOf(spawned);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartError(`cannot start ${options.command} in ${options.folder}: ${why}`, { cause: error });
  }
}

function findProgram({ command, folder, environment }: ChildOptions): string {
  const path = environment["PATH"] ?? "";
  const found = Bun.which(command, { PATH: path, cwd: folder });
  if (found !== null) return found;
  const where = command.includes("/") ? "there is no such program" : "it is not in PATH";
  throw new StartError(`cannot start ${command}: ${where}; install it, or write its whole path`);
}

function childOf(spawned: Bun.Subprocess<"pipe", "pipe", "pipe">): Child {
  const { pid, stdin } = spawned;
  // Whoever reads the number owns the descriptor: it stays open until it is closed below.
  const watcher = spawned.stdio[3];
  const killGroup = (signal: NodeJS.Signals) => {
    if (isWindows) return spawned.kill(signal);
    // A watcher keeps the number of the group from going to somebody else until the group is killed.
    if (!isEnded) ignoreMissing(() => process.kill(-pid, signal));
  };
  let isEnded = false;
  let unreadBytes = 0;
  const ended = spawned.exited.then((code) => {
    killGroup("SIGKILL");
    isEnded = true;
    if (typeof watcher === "number") closeSync(watcher);
    return spawned.signalCode === null ? `with exit code ${code}` : `by signal ${spawned.signalCode}`;
  });
  return {
    pid,
    stdout: spawned.stdout,
    stderr: spawned.stderr,
    ended,
    write: async (text) => {
      const bytes = Buffer.byteLength(text);
      if (isEnded) throw new Error("the program has ended");
      if (unreadBytes + bytes > unreadBytesMax) throw new Error("the program does not read its input");
      unreadBytes += bytes;
      try {
        await Promise.all([stdin.write(text), stdin.flush()]);
      } finally {
        unreadBytes -= bytes;
      }
    },
    kill: () => killGroup("SIGKILL"),
    close: async (clock, graceMs) => {
      const over = new AbortController();
      void ended.then(() => over.abort());
      const ends = (ms: number) =>
        clock.sleep(ms, over.signal).then(
          () => false,
          () => true,
        );
      // What it did not read is not its concern any more.
      void Promise.resolve(stdin.end()).catch(() => undefined);
      if (await ends(graceMs)) return;
      killGroup("SIGTERM");
      if (await ends(graceMs)) return;
      killGroup("SIGKILL");
      await ended;
    },
  };
}

function ignoreMissing(kill: () => void): void {
  try {
    kill();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
