import type { Clock } from "../../lib/index.ts";
import { type Child, childEnvironment, startChild } from "../../programs/index.ts";
import { type IMessageSettings, thisMac } from "./settings.ts";

/** The gateway's own environment; programs get a part of it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The Mac with Messages: this one, or one at the other end of ssh. Starts programs there. */
export interface Mac {
  /** Undefined: this machine. */
  readonly host: string | undefined;
  /** The name of imsg's program, for words. */
  readonly command: string;
  /** Throws a StartError. */
  startRpc(): Child;
  /** Runs a script of the POSIX shell there. What is in it stands in no list of processes. */
  runScript(script: string, options: ScriptOptions): Promise<ScriptEnd>;
}

export interface ScriptOptions {
  readonly clock: Pick<Clock, "sleep">;
  /** Of the output; more ends the script. */
  readonly bytesMax: number;
  readonly signal: AbortSignal;
  /** Beside the script's own time; then it is ended. */
  readonly patienceMs: number;
}

export interface ScriptEnd {
  /** Undefined when it was ended by a signal. */
  readonly exitCode: number | undefined;
  readonly output: Uint8Array;
  readonly isCut: boolean;
}

/** Where Homebrew puts programs: neither a service nor a command over ssh has it in its PATH. */
const brewFolders = "/opt/homebrew/bin:/usr/local/bin";
const commandOverSsh = `PATH="$PATH:${brewFolders}"; export PATH; exec "$@"`;
/** Keys may have a passphrase, which only an agent knows. Nobody is there to be asked. */
const sshOptions = ["BatchMode=yes", "ConnectTimeout=15", "ServerAliveInterval=15", "ServerAliveCountMax=3"];
/** So that a large file never waits in memory twice. */
const pieceChars = 256 * 1024;

export function macOf(settings: IMessageSettings, linkedHost: string | undefined, environment: Environment): Mac {
  const host = settings.remoteHost ?? (linkedHost === thisMac ? undefined : linkedHost);
  const [command = "", ...args] = settings.command;
  const run = (program: string, its: readonly string[]): Child =>
    startChild({ command: program, args: its, folder: "/", environment: childEnv(environment) });
  const ssh = (line: string): Child =>
    run("ssh", [...settings.sshArgs, "-T", ...sshOptions.flatMap((option) => ["-o", option]), host!, line]);
  const startShell = () => (host === undefined ? run("/bin/sh", ["-s"]) : ssh("/bin/sh -s"));
  return {
    host,
    command,
    startRpc: () => {
      if (host === undefined) return run(command, args);
      return ssh(["/bin/sh", "-c", commandOverSsh, "sh", ...settings.command].map(quoted).join(" "));
    },
    runScript: async (script, options) => runScript(startShell(), script, options),
  };
}

function childEnv(environment: Environment): Record<string, string> {
  const path = environment["PATH"] ?? "/usr/bin:/bin";
  const passed = childEnvironment(environment, { passEnv: ["SSH_AUTH_SOCK", "SSH_AGENT_PID"], env: {} });
  return { ...passed, PATH: `${path}:${brewFolders}` };
}

/** One word of a POSIX shell, whatever is in it. */
export function quoted(word: string): string {
  if (word.includes("\0")) throw new RangeError("a word with a zero character");
  return /^[A-Za-z0-9_/.:=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

async function runScript(child: Child, script: string, options: ScriptOptions): Promise<ScriptEnd> {
  const { signal, bytesMax, clock, patienceMs } = options;
  const stop = () => child.kill();
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const drained = collect(child.stderr, 0, () => undefined);
    const collected = collect(child.stdout, bytesMax, stop);
    await write(child, script);
    const closed = child.close(clock, patienceMs);
    const [{ output, isCut }, how] = await Promise.all([collected, child.ended, closed, drained]);
    signal.throwIfAborted();
    const exitCode = /exit code (\d+)$/.exec(how)?.[1];
    return { exitCode: exitCode === undefined ? undefined : Number(exitCode), output, isCut };
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}

/** A program that ends early does not read on; how it ended says more than that. */
async function write(child: Child, text: string): Promise<void> {
  try {
    for (let at = 0; at < text.length; at += pieceChars) await child.write(text.slice(at, at + pieceChars));
  } catch {
    child.kill();
  }
}

async function collect(stream: ReadableStream<Uint8Array>, bytesMax: number, onTooMuch: () => void) {
  const pieces: Uint8Array[] = [];
  let held = 0;
  for await (const piece of stream) {
    held += piece.length;
    if (held <= bytesMax) pieces.push(piece.slice());
    else onTooMuch();
  }
  return { output: new Uint8Array(Buffer.concat(pieces)), isCut: held > bytesMax };
}
