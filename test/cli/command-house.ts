import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The command line as real processes, each person with a home folder of their own, and a real gateway beside them. */

const entry = join(import.meta.dir, "../../src/main.ts");

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A person with a state folder. */
export class Person implements Disposable {
  readonly home = mkdtempSync(join(tmpdir(), "clawdia-cli-"));
  readonly stateDir = join(this.home, ".clawdia");

  environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    const path = process.env["PATH"] ?? "";
    return { PATH: path, HOME: this.home, CLAWDIA_STATE_DIR: this.stateDir, TZ: "UTC", ...more };
  }

  async types(args: readonly string[], { stdin, env }: RunOptions = {}): Promise<Outcome> {
    const child = Bun.spawn(commandOf(args), {
      cwd: this.home,
      env: this.environment(env),
      stdin: stdin === undefined ? "ignore" : Buffer.from(stdin),
      stdout: "pipe",
      stderr: "pipe",
    });
    const [stdout, stderr, code] = await Promise.all([textOf(child.stdout), textOf(child.stderr), child.exited]);
    return { code, stdout, stderr };
  }

  /** What a command prints with --json. */
  async asks<T = Record<string, unknown>>(...args: readonly string[]): Promise<T> {
    const { code, stdout, stderr } = await this.types([...args, "--json"]);
    if (code !== 0) throw new Error(`clawdia ${args.join(" ")} ended with ${code}: ${stderr}${stdout}`);
    return JSON.parse(stdout) as T;
  }

  writesConfig(config: unknown): void {
    mkdirSync(this.stateDir, { recursive: true });
    writeFileSync(join(this.stateDir, "clawdia.json"), JSON.stringify(config));
  }

  file(...path: readonly string[]): string {
    return readFileSync(join(this.stateDir, ...path), "utf8");
  }

  [Symbol.dispose](): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** A gateway of that person, running. */
export interface RunningGateway extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** Ends as a service manager ends it. */
  stop(): Promise<void>;
}

export async function startGateway(
  owner: Person,
  port = 0,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningGateway> {
  const child = Bun.spawn(commandOf(["gateway", "--port", String(port)]), {
    cwd: owner.home,
    env: owner.environment(env),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  const output = new Told(child.stdout);
  await output.until("WebChat:");
  const { url } = JSON.parse(owner.file("gateway.json")) as { url: string };
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await child.exited;
  };
  const token = owner.file("secrets", "gateway-token").trim();
  return {
    url,
    port: Number(new URL(url).port),
    token,
    stop: () => end("SIGTERM"),
    // Nobody waits for runs that a test left behind.
    [Symbol.asyncDispose]: () => end("SIGKILL"),
  };
}

/** What a stream has told so far, in the pieces in which it came. */
export class Told {
  readonly pieces: string[] = [];
  #changed = Promise.withResolvers<void>();
  #hasEnded = false;
  /** Resolves when the stream has nothing more to tell. */
  readonly ended: Promise<void>;

  constructor(stream?: ReadableStream<Uint8Array>) {
    this.ended = stream ? this.#read(stream) : Promise.resolve();
  }

  get text(): string {
    return this.pieces.join("");
  }

  hear(piece: string): void {
    this.pieces.push(piece);
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }

  /** Resolves once the words were told (after the first `from` characters). */
  async until(words: string, from = 0): Promise<void> {
    while (!this.text.slice(from).includes(words)) {
      if (this.#hasEnded) throw new Error(`it ended without "${words}": ${this.text}`);
      await this.#changed.promise;
    }
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const piece of stream) this.hear(decoder.decode(piece, { stream: true }));
    this.#hasEnded = true;
    this.#changed.resolve();
  }
}

/** A command in a terminal. */
export class Terminal implements AsyncDisposable {
  readonly screen = new Told();
  readonly #child: Bun.Subprocess;

  constructor(person: Person, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const decoder = new TextDecoder();
    this.#child = Bun.spawn(commandOf(args), {
      cwd: person.home,
      env: person.environment({ TERM: "xterm", ...env }),
      terminal: {
        cols: 100,
        rows: 40,
        data: (_terminal, bytes) => this.screen.hear(decoder.decode(bytes, { stream: true })),
      },
    });
  }

  get exited(): Promise<number> {
    return this.#child.exited;
  }

  types(keys: string): void {
    this.#child.terminal?.write(keys);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.exited;
    this.#child.terminal?.close();
  }
}

export function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(stream).text();
}

export function commandOf(args: readonly string[]): string[] {
  return [process.execPath, entry, ...args];
}
