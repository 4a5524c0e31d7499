import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client, type DeviceSigner } from "../../src/client/index.ts";
import { realClock } from "../../src/lib/index.ts";
import { Guest, newDevice } from "../open-house.ts";

/** The real gateway as a process of its own, from its source, on a state folder that outlives it. */

const root = join(import.meta.dir, "../..");

export interface ProcessOptions {
  /** Written as the config file before the start. */
  readonly config?: object;
  /** The umask of the one who starts it. */
  readonly umask?: string;
  /** A module that is loaded before the gateway. */
  readonly preload?: string;
}

export interface EndedProcess {
  readonly code: number;
  readonly stderr: string;
  readonly tookMs: number;
}

export class GatewayProcess implements AsyncDisposable {
  readonly stateDir: string;
  readonly child: Bun.Subprocess<"ignore", "pipe", "pipe">;
  readonly startedAt = performance.now();
  readonly #stderr: Promise<string>;
  #output = "";
  #watchers: { readonly text: string; readonly resolve: () => void }[] = [];

  constructor(stateDir: string, options: ProcessOptions = {}) {
    this.stateDir = stateDir;
    if (!existsSync(stateDir)) mkdirSync(stateDir, { recursive: true });
    if (options.config) writeFileSync(join(stateDir, "clawdia.json"), JSON.stringify(options.config), { mode: 0o600 });
    const preload = options.preload === undefined ? [] : ["--preload", options.preload];
    const command = [process.execPath, ...preload, join(root, "src/main.ts"), "gateway", "--port", "0"];
    const { umask } = options;
    const wrapped = umask === undefined ? command : ["sh", "-c", `umask ${umask}; exec "$@"`, "sh", ...command];
    const env = { PATH: process.env["PATH"] ?? "", HOME: stateDir, CLAWDIA_STATE_DIR: stateDir };
    this.child = Bun.spawn(wrapped, { env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
    this.#stderr = new Response(this.child.stderr).text();
    void this.#read();
  }

  /** Resolves once the gateway listens; rejects when the process ends before. */
  static async start(stateDir: string, options: ProcessOptions = {}): Promise<GatewayProcess> {
    const started = new GatewayProcess(stateDir, options);
    const early = started.ended().then(({ code, stderr }) => {
      throw new Error(`the gateway ended with ${code}: ${stderr}`);
    });
    await Promise.race([started.said('"gateway.started"'), early]);
    return started;
  }

  get pid(): number {
    return this.child.pid;
  }

  get url(): string {
    return (JSON.parse(readFileSync(join(this.stateDir, "gateway.json"), "utf8")) as { url: string }).url;
  }

  /** Resolves once the text was on standard output. */
  async said(text: string): Promise<void> {
    if (this.#output.includes(text)) return;
    await new Promise<void>((resolve) => this.#watchers.push({ text, resolve }));
  }

  async ended(): Promise<EndedProcess> {
    const [code, stderr] = await Promise.all([this.child.exited, this.#stderr]);
    return { code, stderr, tookMs: Math.round(performance.now() - this.startedAt) };
  }

  /** The process is gone, at once and without a word. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.child.exited;
  }

  /** The owner, by default on a new device. */
  async operator(signer: DeviceSigner = newDevice()): Promise<Guest> {
    const token = readFileSync(join(this.stateDir, "secrets", "gateway-token"), "utf8").trim();
    const guest = new Guest();
    guest.client = await Client.connect({
      url: this.url,
      clock: realClock,
      identity: { id: "test", mode: "test", version: "1", platform: "linux" },
      credentials: { token },
      signer,
      onEvent: (frame) => guest.hear(frame),
      onGap: (expected, received) => guest.gaps.push([expected, received]),
    });
    return guest;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null) await this.kill();
  }

  async #read(): Promise<void> {
    for await (const chunk of this.child.stdout) {
      this.#output += Buffer.from(chunk).toString("utf8");
      for (const { text, resolve } of this.#watchers) if (this.#output.includes(text)) resolve();
    }
  }
}
