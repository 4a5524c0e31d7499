import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "../../src/client/index.ts";
import { realClock } from "../../src/lib/index.ts";
import type { Certificate } from "../doubles/certificate.ts";
import { newDevice } from "../open-house.ts";

/** Inside the private network: the binary that people get, with no setting but the one that trusts the double. */

const binary = join(import.meta.dir, "../../dist/clawdia");

export interface Scene {
  /** For the hosts; the binary trusts it. */
  readonly certificate: Pick<Certificate, "cert" | "key">;
  readonly folder: string;
  /** Starts the gateway on the scene's state folder; again after a stop it is the same state. */
  readonly gateway: (config: object, secrets?: Readonly<Record<string, string>>) => Promise<SceneGateway>;
  /** Runs a command of the binary as its user would, and gives what it printed. */
  readonly run: (...command: readonly string[]) => Promise<string>;
  /** The owner, connected. */
  readonly owner: () => Promise<Client>;
}

export interface SceneGateway extends AsyncDisposable {
  readonly port: number;
  readonly process: Bun.Subprocess;
  log(): string;
}

/** Plays the scenario and tells how it went; a throw is what went wrong. */
export async function play(scenario: (scene: Scene) => Promise<void>): Promise<never> {
  const folder = process.env["SCENARIO_FOLDER"]!;
  const pem = (name: string) => readFileSync(join(folder, name), "utf8");
  const certificate = { cert: pem("ca.pem"), key: pem("key.pem") };
  const stateDir = join(folder, "state");
  mkdirSync(join(stateDir, "secrets"), { recursive: true, mode: 0o700 });
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    CLAWDIA_STATE_DIR: stateDir,
    NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
  };
  try {
    await scenario({
      certificate,
      folder,
      gateway: (config, secrets) => startGateway({ env, stateDir, config, secrets: secrets ?? {} }),
      run: (...command) => runBinary(command, env),
      owner: () => connectOwner(stateDir),
    });
    process.stdout.write("passed\n");
    process.exit(0);
  } catch (error) {
    process.stdout.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  }
}

interface Start {
  readonly env: Record<string, string>;
  readonly stateDir: string;
  readonly config: object;
  readonly secrets: Readonly<Record<string, string>>;
}

async function startGateway({ env, stateDir, config, secrets }: Start): Promise<SceneGateway> {
  // The network is tried, and no model is there.
  const whole = { agents: { echoNetworks: true }, ...config };
  writeFileSync(join(stateDir, "clawdia.json"), JSON.stringify(whole), { mode: 0o600 });
  for (const [name, value] of Object.entries(secrets)) {
    writeFileSync(join(stateDir, "secrets", name), `${value}\n`, { mode: 0o600 });
  }
  const child = Bun.spawn([binary, "gateway", "--port", "0"], { env, stdout: "pipe", stderr: "pipe" });
  let log = "";
  const started = Promise.withResolvers<void>();
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const chunk of stream) {
      log += Buffer.from(chunk).toString("utf8");
      if (log.includes("gateway.started")) started.resolve();
    }
  };
  void read(child.stdout);
  void read(child.stderr);
  void child.exited.then((code) => started.reject(new Error(`the gateway ended with ${code}: ${log}`)));
  await started.promise;
  const { url } = JSON.parse(readFileSync(join(stateDir, "gateway.json"), "utf8")) as { url: string };
  return {
    port: Number(new URL(url).port),
    process: child,
    log: () => log,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}

async function runBinary(command: readonly string[], env: Record<string, string>): Promise<string> {
  const child = Bun.spawn([binary, ...command], { env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [output, trouble] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  const code = await child.exited;
  if (code !== 0) throw new Error(`clawdia ${command.join(" ")} ended with ${code}: ${output}${trouble}`);
  return output;
}

function connectOwner(stateDir: string): Promise<Client> {
  const { url } = JSON.parse(readFileSync(join(stateDir, "gateway.json"), "utf8")) as { url: string };
  return Client.connect({
    url,
    clock: realClock,
    identity: { id: "test", mode: "test", version: "1", platform: "linux" },
    credentials: { token: readFileSync(join(stateDir, "secrets", "gateway-token"), "utf8").trim() },
    signer: newDevice(),
  });
}
