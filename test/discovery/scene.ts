import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startGateway, type StartedGateway } from "../../src/app/start.ts";
import { Ear } from "./ear.ts";

/** Inside the network of its own: gateways as `clawdia gateway` starts them, and an ear. */

export interface Scene {
  readonly ear: Ear;
  readonly gateway: (name: string, config: object) => Promise<SceneGateway>;
  /** Runs the command line on the state of a gateway, and gives what it printed. */
  readonly command: (name: string, ...command: readonly string[]) => Promise<{ code: number; output: string }>;
  /** Changes the network: `ip …`. */
  readonly ip: (words: string) => void;
}

export interface SceneGateway extends StartedGateway {
  readonly log: LogLine[];
  /** Writes the config file, as its owner does. */
  readonly set: (config: object) => void;
  /** The log's line of that event; the second one, where `nth` is 1. */
  readonly logged: (event: string, nth?: number) => Promise<LogLine>;
}

export interface LogLine {
  readonly event: string;
  readonly reason?: string;
  readonly next?: string;
}

const main = join(import.meta.dir, "../../src/main.ts");

/** Plays the scene and prints what it tells; a throw is what went wrong. */
export async function play(scene: (parts: Scene) => Promise<object>): Promise<never> {
  const folder = process.env["SCENE_FOLDER"]!;
  const stateOf = (name: string) => join(folder, name);
  const ear = new Ear();
  await ear.ready;
  const facts = await scene({
    ear,
    gateway: (name, config) => begin(stateOf(name), config),
    command: async (name, ...command) => {
      const env = { PATH: process.env["PATH"] ?? "", HOME: folder, CLAWDIA_STATE_DIR: stateOf(name) };
      const child = Bun.spawn([process.execPath, main, ...command], { env, stdout: "pipe", stderr: "pipe" });
      const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
      return { code: await child.exited, output: out + err };
    },
    ip: (words) => {
      const { success, stderr } = Bun.spawnSync(["ip", ...words.split(" ")]);
      if (!success) throw new Error(`ip ${words}: ${stderr.toString()}`);
    },
  });
  process.stdout.write(`\n${JSON.stringify(facts)}\n`);
  process.exit(0);
}

/** Whether this process loaded the responder. */
export function isCiaoLoaded(): boolean {
  return Object.keys(require.cache).some((path) => path.includes("@homebridge/ciao"));
}

async function begin(stateDir: string, config: object): Promise<SceneGateway> {
  if (!existsSync(stateDir)) mkdirSync(stateDir, { mode: 0o700 });
  const set = (next: object) => {
    writeFileSync(join(stateDir, "clawdia.json"), JSON.stringify(next), { mode: 0o600 });
  };
  set(config);
  const log: LogLine[] = [];
  let told = Promise.withResolvers<void>();
  const started = await startGateway({
    environment: { CLAWDIA_STATE_DIR: stateDir, HOME: stateDir },
    flags: { port: 0 },
    isTerminal: false,
    writeLine: (line) => {
      log.push(JSON.parse(line) as LogLine);
      told.resolve();
      told = Promise.withResolvers();
    },
  });
  const logged = async (event: string, nth = 0): Promise<LogLine> => {
    for (;;) {
      const found = log.filter((line) => line.event === event)[nth];
      if (found) return found;
      await told.promise;
    }
  };
  return { ...started, log, set, logged };
}
