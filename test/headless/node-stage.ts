import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Config, defaultConfig } from "../../src/config/index.ts";
import { HeadlessNode, type Machine } from "../../src/headless/index.ts";
import { makeIds, realClock, realRandom } from "../../src/lib/index.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { NodeGateway, type NodeGatewayOptions } from "../doubles/node-gateway.ts";
import { newDevice, temporaryFolder } from "../open-house.ts";

/** A node with real programs, files and sockets, and a gateway double that asks it. */

type Settings = Config["node"];

export interface NodeStageOptions extends NodeGatewayOptions {
  readonly node?: { readonly [Key in keyof Settings]?: Partial<Settings[Key]> | Settings[Key] };
  readonly environment?: Readonly<Record<string, string>>;
  /** Programs that are not there. */
  readonly without?: readonly string[];
  readonly cameraArgs?: readonly string[];
}

export class NodeStage implements AsyncDisposable {
  readonly #folder = temporaryFolder();
  readonly #stop = new AbortController();
  readonly #running: Promise<unknown>;
  readonly captured = new CapturedLog(realClock);
  readonly gateway: NodeGateway;
  readonly machine: Machine;
  readonly node: HeadlessNode;
  /** What the person at the machine was told. */
  readonly words: string[] = [];
  #told = Promise.withResolvers<void>();

  private constructor(options: NodeStageOptions) {
    this.gateway = new NodeGateway(options);
    this.machine = machineIn(this.#folder.path, this.captured, options);
    this.node = new HeadlessNode({
      machine: this.machine,
      settings: settingsWith(options.node ?? {}),
      version: "1",
      homeDir: undefined,
      ids: makeIds(realClock, realRandom),
      random: realRandom,
      link: {
        url: this.gateway.url,
        identity: { id: "node-host", mode: "node", version: "1", platform: "linux", deviceFamily: "Linux" },
        signer: newDevice(),
        credentials: () => ({ token: "a-token" }),
        tokens: { read: () => undefined, write: () => undefined, forget: () => undefined },
      },
      say: (words) => {
        this.words.push(words);
        this.#told.resolve();
        this.#told = Promise.withResolvers();
      },
      pid: process.pid,
      ...(options.cameraArgs && { cameraArgs: options.cameraArgs }),
    });
    this.#running = this.node.run(this.#stop.signal);
  }

  static async open(options: NodeStageOptions = {}): Promise<NodeStage> {
    const stage = new NodeStage(options);
    await stage.gateway.connected;
    return stage;
  }

  get folder(): string {
    return this.#folder.path;
  }

  /** Resolves once the person was told something with these words. */
  async told(words: string): Promise<string> {
    for (;;) {
      const found = this.words.find((said) => said.includes(words));
      if (found !== undefined) return found;
      await this.#told.promise;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.node[Symbol.asyncDispose]();
    this.gateway[Symbol.dispose]();
    this.#folder[Symbol.dispose]();
  }
}

export function machineIn(
  folder: string,
  { log }: CapturedLog,
  { environment = {}, without = [] }: NodeStageOptions = {},
): Machine {
  const own = { PATH: process.env["PATH"] ?? "", HOME: folder, ...environment };
  return {
    platform: process.platform,
    environment: own,
    clock: realClock,
    log,
    folder,
    isRoot: process.getuid?.() === 0,
    which: (name) => (without.includes(name) ? undefined : (Bun.which(name, { PATH: own.PATH }) ?? undefined)),
    list: (path) => (existsSync(path) ? readdirSync(path) : []),
    read: (path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined),
    exists: existsSync,
  };
}

/** A camera that ffmpeg draws. */
export const testCamera = {
  id: "test",
  name: "A test picture",
  position: "front" as const,
  format: "lavfi",
  input: "testsrc2=size=1280x720:rate=30",
};

export const fixture = (name: string) => join(import.meta.dir, "fixtures", name);

function settingsWith(changes: NonNullable<NodeStageOptions["node"]>): Settings {
  const standard = defaultConfig().node;
  const parts = Object.entries(standard).map(([name, value]) => {
    const change = changes[name as keyof Settings];
    const isPart = typeof change === "object" && change !== null;
    return [name, isPart ? { ...(value as object), ...change } : (change ?? value)];
  });
  return Object.fromEntries(parts) as Settings;
}
