import { type Clock, errorFields, type Ids, type Log, slept } from "../lib/index.ts";
import { isGroupAlive, processesMarked, processStart, signalProcess } from "../programs/index.ts";
import { unavailable } from "../protocol/index.ts";
import type { CommandEnvironment } from "./environment.ts";
import { HeadAndTail } from "./output.ts";
import { ProcessRecord, type RunningGroup } from "./process-record.ts";
import { watchdogScript } from "./watchdog-script.ts";

/** The only place that starts processes. What it starts does not outlive its command, nor the gateway. */

export interface ProcessOrder {
  /** The file itself, not a name that is looked for. */
  readonly executable: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly environment: CommandEnvironment;
  readonly timeoutMs: number;
  /** Hears each stream by itself, piece by piece. */
  readonly hear?: HearOutput | undefined;
}

export type HearOutput = (stream: "stdout" | "stderr", text: string) => void;

export interface ProcessEnd {
  readonly kind: "exited" | "not-started" | "timed-out" | "stopped" | "flooded";
  readonly exitCode: number | undefined;
  /** The signal that ended it. */
  readonly signal: string | undefined;
  /** Both streams as they came, or why it was not started. */
  readonly output: string;
  readonly ms: number;
}

export interface ProcessesParts {
  /** Remembers what runs for the next start, in case this one ends without a word. Undefined: nothing is remembered. */
  readonly recordFile: string | undefined;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/** Commands at the same moment. */
export const processesMax = 16;
/** From the polite signal to the other one. */
const graceMs = 2_000;
/** What a command left in the background has this long to end. */
const leftoverGraceMs = 250;
const pollMs = 20;
const killRoundsMax = 50;
/** How long the streams of a command that ended may still be held open by somebody. */
const drainMs = 500;
/** A command that says more than this says nothing that anybody reads. */
const outputBytesMax = 64 * 1024 * 1024;
/** In the environment of everything that is started, so that it can be found again. */
export const markName = "CLAWDIA_EXEC";

type Watchdog = Bun.Subprocess<"pipe", "ignore", "ignore">;
type Child = Bun.Subprocess<"ignore", "pipe", "pipe">;
type Cause = Exclude<ProcessEnd["kind"], "not-started">;

interface Run extends RunningGroup {
  readonly mark: string;
  readonly child: Child;
}

export class Processes implements AsyncDisposable {
  readonly #parts: ProcessesParts;
  readonly #mark: string;
  readonly #record: ProcessRecord;
  readonly #running = new Set<Run>();
  readonly #closed = new AbortController();
  #watchdog: Watchdog | undefined;
  #count = 0;

  constructor(parts: ProcessesParts) {
    this.#parts = parts;
    this.#mark = parts.ids.uuid();
    this.#record = new ProcessRecord(parts.recordFile, this.#mark);
  }

  /** False where a command could not be ended together with everything that it started. */
  static get isSupported(): boolean {
    return process.platform !== "win32";
  }

  /** Kills what an earlier gateway left behind. Returns how many processes and groups that were. */
  sweep(): number {
    const swept = this.#record.sweep();
    if (swept > 0) this.#parts.log.warn("processes.swept", { count: swept });
    return swept;
  }

  /** Resolves when the command and all that it started has ended. Rejects only when there is no room for it. */
  async run(order: ProcessOrder, signal: AbortSignal): Promise<ProcessEnd> {
    if (this.#running.size >= processesMax) throw unavailable(`${processesMax} commands run already; wait for one`);
    const startedAtMs = this.#parts.clock.elapsedMs();
    const output = new HeadAndTail();
    const started = this.#start(order);
    const ms = () => Math.round(this.#parts.clock.elapsedMs() - startedAtMs);
    if ("failure" in started) {
      return { kind: "not-started", exitCode: undefined, signal: undefined, output: started.failure, ms: ms() };
    }
    try {
      const kind = await this.#awaitEnd(started, order, signal, output);
      const { exitCode, signalCode } = started.child;
      return {
        kind,
        exitCode: exitCode ?? undefined,
        signal: signalCode === null ? undefined : String(signalCode),
        output: output.text,
        ms: ms(),
      };
    } finally {
      this.#forget(started);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    await Promise.all([...this.#running].map((run) => this.#end(run, 0)));
    await this.#watchdog?.stdin.end();
  }

  #start({ executable, argv, cwd, environment }: ProcessOrder): Run | { readonly failure: string } {
    const mark = `${this.#mark}.${++this.#count}.`;
    try {
      this.#record.open();
      const watchdog = this.#watched();
      const child = Bun.spawn([executable, ...argv.slice(1)], {
        argv0: argv[0]!,
        cwd,
        env: { ...environment, PWD: cwd, [markName]: mark },
        detached: true,
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
      });
      const run = { pid: child.pid, start: processStart(child.pid) ?? "", mark, child };
      this.#running.add(run);
      tell(watchdog, `add ${run.pid} ${run.start}`);
      this.#writeDown();
      return run;
    } catch (error) {
      this.#writeDown();
      const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
      return { failure: `it could not be started: ${code}` };
    }
  }

  /** Waits for the end or brings it about; then nothing of the command is left. */
  async #awaitEnd(run: Run, order: ProcessOrder, signal: AbortSignal, output: HeadAndTail): Promise<Cause> {
    const { child } = run;
    const over = new AbortController();
    const flood = Promise.withResolvers<Cause>();
    const streams = (["stdout", "stderr"] as const).map((name) => {
      const add = (text: string) => {
        output.add(text);
        order.hear?.(name, text);
      };
      return collect(child[name], add, () => flood.resolve("flooded"));
    });
    const cause = await Promise.race<Cause>([
      child.exited.then(() => "exited"),
      flood.promise,
      slept(this.#parts.clock, order.timeoutMs, over.signal).then(() => "timed-out"),
      whenAborted([signal, this.#closed.signal, over.signal]),
    ]);
    over.abort();
    await this.#end(run, cause === "exited" ? leftoverGraceMs : graceMs);
    const drained = Promise.all([child.exited, ...streams.map(({ done }) => done)]);
    await Promise.race([drained, this.#parts.clock.sleep(drainMs)]);
    await Promise.all(streams.map(({ cancel }) => cancel()));
    return cause;
  }

  /** Ends the group and everything that carries the mark: first politely, then not. */
  async #end(run: Run, patienceMs: number): Promise<void> {
    const { clock } = this.#parts;
    if (!isAlive(run)) return;
    const untilMs = clock.elapsedMs() + patienceMs;
    if (patienceMs > 0) signalAll(run, "SIGTERM");
    while (isAlive(run) && clock.elapsedMs() < untilMs) await clock.sleep(pollMs);
    for (let round = 0; round < killRoundsMax && isAlive(run); round++) {
      signalAll(run, "SIGKILL");
      await clock.sleep(pollMs);
    }
    if (isAlive(run)) this.#parts.log.error("process.unkillable", { pid: run.pid });
  }

  #forget(run: Run): void {
    this.#running.delete(run);
    if (this.#watchdog) tell(this.#watchdog, `end ${run.pid} ${run.start}`);
    this.#writeDown();
  }

  /** A record that cannot be written leaves the watchdog, and the mark that is on disk already. */
  #writeDown(): void {
    try {
      this.#record.write([...this.#running]);
    } catch (error) {
      this.#parts.log.warn("processes.unrecorded", errorFields(error));
    }
  }

  /** The watchdog, started anew when somebody ended it. */
  #watched(): Watchdog {
    if (this.#watchdog && this.#watchdog.exitCode === null && this.#watchdog.signalCode === null) return this.#watchdog;
    const watchdog = Bun.spawn(["/bin/sh", "-c", watchdogScript, "clawdia-watchdog", `${this.#mark}.`], {
      env: { PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" },
      cwd: "/",
      detached: true,
      stdin: "pipe",
      stdout: "ignore",
      stderr: "ignore",
    });
    watchdog.unref();
    for (const run of this.#running) tell(watchdog, `add ${run.pid} ${run.start}`);
    this.#watchdog = watchdog;
    return watchdog;
  }
}

/** A watchdog that is gone is started anew by the next command, which tells it everything. */
function tell(watchdog: Watchdog, line: string): void {
  const said = async () => {
    const written = watchdog.stdin.write(`${line}\n`);
    // In the same breath: this process may be killed in the next one.
    await Promise.all([written, watchdog.stdin.flush()]);
  };
  void said().catch(() => undefined);
}

function isAlive(run: Run): boolean {
  if (processStart(run.pid) === run.start && run.start !== "") return true;
  return process.platform === "linux" ? processesMarked(run.mark).length > 0 : isGroupAlive(run.pid);
}

function signalAll(run: Run, signal: "SIGTERM" | "SIGKILL"): void {
  const start = processStart(run.pid);
  // Where marks cannot be read, a number that nobody has is still the name of the group that it was given to.
  const isOurs = start === run.start || (start === undefined && process.platform !== "linux");
  const reachedGroup = isOurs && run.start !== "" && signalProcess(-run.pid, signal);
  for (const { pid, group } of processesMarked(run.mark)) {
    if (reachedGroup && group === run.pid) continue;
    // A leader of its own group stands for all of it.
    signalProcess(group === pid ? -pid : pid, signal);
  }
}

function collect(
  stream: ReadableStream<Uint8Array>,
  add: (text: string) => void,
  flooded: () => void,
): { readonly done: Promise<void>; readonly cancel: () => Promise<void> } {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let bytes = 0;
  const read = async () => {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      bytes += piece.value.length;
      add(decoder.decode(piece.value, { stream: true }));
      if (bytes > outputBytesMax) flooded();
    }
    add(decoder.decode());
  };
  return { done: read().catch(() => undefined), cancel: () => reader.cancel().catch(() => undefined) };
}

function whenAborted(signals: readonly AbortSignal[]): Promise<Cause> {
  const any = AbortSignal.any([...signals]);
  return new Promise((resolve) => {
    if (any.aborted) resolve("stopped");
    else any.addEventListener("abort", () => resolve("stopped"), { once: true });
  });
}
