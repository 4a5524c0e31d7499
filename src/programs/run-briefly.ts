import { type Clock, deadline } from "../lib/index.ts";

/** A program that is asked one thing and may neither hang, nor talk without an end, nor leave children behind. */

export interface BriefOptions {
  /** A whole path: nothing is looked up, and no shell reads the arguments. */
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment; see `childEnvironment`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Pick<Clock, "sleep">;
  readonly deadlineMs: number;
  readonly outputBytesMax: number;
  readonly signal?: AbortSignal | undefined;
}

export interface BriefOutcome {
  /** late: its time was up; cut: it said too much; stopped: by the signal. Its group was killed then. */
  readonly end: "exited" | "late" | "cut" | "stopped" | "unstartable";
  readonly code: number | null;
  /** What it had said by then. */
  readonly stdout: string;
  readonly stderr: string;
}

/** How long what it started may hold its output after it ended. */
const leftoverMs = 250;

/** Never rejects for what the program does. */
export async function runBriefly(options: BriefOptions): Promise<BriefOutcome> {
  const { program, args, clock, signal } = options;
  if (signal?.aborted) return { end: "stopped", code: null, stdout: "", stderr: "" };
  let child: Bun.Subprocess<"ignore", "pipe", "pipe">;
  try {
    child = Bun.spawn([program, ...args], {
      env: { ...options.environment },
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
      windowsHide: true,
    });
  } catch (error) {
    return { end: "unstartable", code: null, stdout: "", stderr: error instanceof Error ? error.message : "" };
  }
  let isCut = false;
  const kill = () => killGroup(child);
  const tooMuch = () => {
    isCut = true;
    kill();
  };
  const outputs = [child.stdout, child.stderr].map((stream) => new Output(stream, options.outputBytesMax, tooMuch));
  using limit = deadline(clock, options.deadlineMs, signal);
  limit.signal.addEventListener("abort", kill, { once: true });
  const code = await child.exited;
  const over = new AbortController();
  const patience = clock.sleep(leftoverMs, over.signal).catch(() => undefined);
  await Promise.race([Promise.all(outputs.map(({ ended }) => ended)), patience]);
  over.abort();
  for (const output of outputs) output.stop();
  const [stdout = "", stderr = ""] = outputs.map(({ text }) => text);
  const end = isCut ? "cut" : limit.isOver ? "late" : limit.signal.aborted ? "stopped" : "exited";
  return { end, code: end === "exited" ? code : null, stdout, stderr };
}

/** The group has the child's number, which is nobody else's before the child was waited for. */
function killGroup(child: Bun.Subprocess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (process.platform === "win32") child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** What one stream said, up to a limit. */
class Output {
  readonly ended: Promise<void>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #pieces: Uint8Array[] = [];

  constructor(stream: ReadableStream<Uint8Array>, bytesMax: number, tooMuch: () => void) {
    this.#reader = stream.getReader();
    this.ended = this.#read(bytesMax, tooMuch);
  }

  get text(): string {
    return Buffer.concat(this.#pieces).toString("utf8");
  }

  stop(): void {
    void this.#reader.cancel().catch(() => undefined);
  }

  async #read(bytesMax: number, tooMuch: () => void): Promise<void> {
    for (let bytes = 0; ;) {
      const { done, value } = await this.#reader.read();
      if (done) return;
      bytes += value.length;
      if (bytes > bytesMax) return tooMuch();
      this.#pieces.push(value);
    }
  }
}
