import { Glob } from "bun";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "../../src/client/index.ts";
import { realClock } from "../../src/lib/index.ts";
import type { TelegramDouble } from "../doubles/telegram/telegram-double.ts";
import { Guest, newDevice, temporaryFolder } from "../open-house.ts";

/** The gateway as it is shipped, as a process on a disk that a test can break, with an account on a Telegram. */

const root = join(import.meta.dir, "../..");
const binary = join(root, "dist/clawdia");

export interface DiskGatewayOptions {
  readonly telegram: TelegramDouble;
  /** One that ended: this one takes its folder over. */
  readonly after?: DiskGateway;
  /** What starts the gateway: it is given the state folder and the command. */
  readonly start?: (stateDir: string) => readonly string[];
  /** Where the process's own file system is seen from here; by default it is this one. */
  readonly seenAt?: (pid: number) => string;
}

export class DiskGateway implements AsyncDisposable {
  readonly telegram: TelegramDouble;
  readonly child: Bun.Subprocess<"ignore", "pipe", "inherit">;
  /** The state folder as it is seen from here. */
  readonly stateDir: string;
  readonly #folder: ReturnType<typeof temporaryFolder>;
  #output = "";
  readonly #watchers: { readonly text: string; readonly resolve: () => void }[] = [];

  private constructor({ telegram, after, start = () => [], seenAt = () => "" }: DiskGatewayOptions) {
    this.telegram = telegram;
    this.#folder = after ? after.#folder : temporaryFolder();
    const stateDir = join(this.#folder.path, "state");
    const config = join(this.#folder.path, "clawdia.json");
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    writeFileSync(config, JSON.stringify(configFor(telegram)), { mode: 0o600 });
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: stateDir,
      CLAWDIA_STATE_DIR: stateDir,
      CLAWDIA_CONFIG_PATH: config,
    };
    const command = [...start(stateDir), ...program(), "gateway", "--port", "0"];
    this.child = Bun.spawn(command, { env, stdin: "ignore", stdout: "pipe", stderr: "inherit" });
    this.stateDir = `${seenAt(this.child.pid)}${stateDir}`;
    void this.#read();
  }

  static async start(options: DiskGatewayOptions): Promise<DiskGateway> {
    const gateway = new DiskGateway(options);
    const early = gateway.child.exited.then((code) => {
      throw new Error(`the gateway ended with ${code}`);
    });
    await Promise.race([gateway.said('"gateway.started"'), early]);
    return gateway;
  }

  get url(): string {
    return (JSON.parse(readFileSync(join(this.stateDir, "gateway.json"), "utf8")) as { url: string }).url;
  }

  /** Resolves once the text was on standard output. */
  async said(text: string): Promise<void> {
    if (this.#output.includes(text)) return;
    await new Promise<void>((resolve) => this.#watchers.push({ text, resolve }));
  }

  async operator(): Promise<Guest> {
    const guest = new Guest();
    guest.client = await Client.connect({
      url: this.url,
      clock: realClock,
      identity: { id: "test", mode: "test", version: "1", platform: "linux" },
      credentials: { token: readFileSync(join(this.stateDir, "secrets", "gateway-token"), "utf8").trim() },
      signer: newDevice(),
      onEvent: (frame) => guest.hear(frame),
    });
    return guest;
  }

  /** What `/readyz` says, with its status. */
  async readiness(): Promise<string> {
    const answer = await fetch(`${this.url.replace("ws:", "http:")}/readyz`);
    return `${answer.status} ${(await answer.text()).trim()}`;
  }

  /** Asks until it says what fits; the milliseconds that this took. */
  async untilReadiness(fits: RegExp): Promise<number> {
    const startedAtMs = performance.now();
    for (;;) {
      if (fits.test(await this.readiness())) return performance.now() - startedAtMs;
    }
  }

  /** A command of the command line, with what it printed and its exit code. */
  async command(...words: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
    const env = { PATH: process.env["PATH"] ?? "", HOME: this.stateDir, CLAWDIA_STATE_DIR: this.stateDir };
    const child = Bun.spawn([...program(), ...words], { env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
    const [out, errors] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    return { code: await child.exited, said: `${out}${errors}` };
  }

  /** Of the gateway itself, which may run under another program. */
  get pid(): number {
    return (JSON.parse(readFileSync(join(this.stateDir, "gateway.json"), "utf8")) as { pid: number }).pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null) process.kill(this.pid, "SIGKILL");
    await this.child.exited;
    this.#folder[Symbol.dispose]();
  }

  async #read(): Promise<void> {
    for await (const chunk of this.child.stdout) {
      this.#output += Buffer.from(chunk).toString("utf8");
      for (const { text, resolve } of this.#watchers) if (this.#output.includes(text)) resolve();
    }
  }
}

/** The binary, if it was built from what the source is now; otherwise the source. */
function program(): readonly string[] {
  const isFresh = existsSync(binary) && newestSourceMs() < statSync(binary).mtimeMs;
  return isFresh ? [binary] : [process.execPath, join(root, "src/main.ts")];
}

function newestSourceMs(): number {
  const files = [...new Glob("src/**/*").scanSync({ cwd: root, absolute: true })];
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}

function configFor({ token, apiRoot }: TelegramDouble): object {
  const main = { botToken: token, apiRoot, dmPolicy: "open", allowFrom: ["*"], streaming: "off", ackScope: "off" };
  return {
    agents: { echoPauseMs: 20, echoNetworks: true },
    session: { dmScope: "per-peer" },
    messages: { typing: "never", queueMode: "followup" },
    providers: { telegram: { accounts: { main } } },
  };
}
