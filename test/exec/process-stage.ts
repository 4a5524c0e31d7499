import { join } from "node:path";
import { Processes, type ProcessOrder } from "../../src/exec/spawn.ts";
import { makeIds, realClock, realRandom } from "../../src/lib/index.ts";
import { Told } from "../cli/command-house.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { temporaryFolder } from "../open-house.ts";

/** Real processes, and a way to see that they are gone without waiting for a while. */

export const searchPath = "/usr/local/bin:/usr/bin:/bin";

export function openProcesses(recordFile?: string): Processes & { readonly captured: CapturedLog } {
  const captured = new CapturedLog(realClock);
  const ids = makeIds(realClock, realRandom);
  return Object.assign(new Processes({ recordFile, clock: realClock, ids, log: captured.log }), { captured });
}

/** What a shell does, as a process. */
export function shell(script: string, { cwd = "/", timeoutMs = 20_000, args = [] as readonly string[] } = {}) {
  const order: ProcessOrder = {
    executable: "/bin/sh",
    argv: ["sh", "-c", script, "sh", ...args],
    cwd,
    environment: { PATH: searchPath },
    timeoutMs,
  };
  return order;
}

export const never = new AbortController().signal;

/**
 * A pipe in the file system. Who is to be watched opens it for writing (`exec 9>"$1"`), says something, and hands it
 * down to all that it starts: it ends when the last of them is gone.
 */
export class Tripwire implements AsyncDisposable {
  readonly fifo: string;
  readonly heard: Told;
  readonly #folder = temporaryFolder();
  readonly #reader: Bun.Subprocess<"ignore", "pipe", "inherit">;

  constructor() {
    this.fifo = join(this.#folder.path, "alive");
    Bun.spawnSync(["mkfifo", this.fifo]);
    this.#reader = Bun.spawn(["cat", this.fifo], { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
    this.heard = new Told(this.#reader.stdout);
  }

  /** Resolves when all are gone. */
  get allGone(): Promise<number> {
    return this.#reader.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#reader.kill("SIGKILL");
    await this.#reader.exited;
    this.#folder[Symbol.dispose]();
  }
}

/** A command that leaves children in its group, in groups of their own, and without their environment. */
export const prolific = `exec 9>"$1"
sleep 300 &
setsid sleep 300 &
sh -c 'trap "" TERM HUP; while :; do sleep 300; done' &
env -i /bin/sleep 300 &
echo ready >&9
wait`;
