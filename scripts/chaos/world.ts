import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "../../src/client/index.ts";
import { realClock } from "../../src/lib/index.ts";
import { newDevice } from "../../test/open-house.ts";
import { root } from "../lib/gateway-process.ts";
import type { ChaosNetwork } from "./network.ts";
import { openNetworks } from "./networks.ts";

/** Networks with fifty people on them, and a gateway that is killed again and again on one state folder. */

export const chaosBinary = join(root, "dist/clawdia-chaos");
const peopleCount = 50;

/** Places in the gateway where it can be made to die, in the order of a message's way. */
export const failpoints = [
  "inbox.stored",
  "inbox.claimed",
  "run.stored",
  "outbox.sending-stored",
  "outbox.sent",
] as const;

export interface ChaosWorld extends AsyncDisposable {
  readonly networks: readonly ChaosNetwork[];
  readonly stateDir: string;
  /** Resolves once the gateway says that it runs, or is gone. */
  readonly start: (failpoint?: string) => Promise<Bun.Subprocess>;
}

export async function openWorld(ids: readonly string[]): Promise<ChaosWorld> {
  const networks = await openNetworks(ids, peopleCount);
  return openWorldOf(networks, { binary: chaosBinary, stateDir: mkdtempSync(join(tmpdir(), "clawdia-chaos-")) });
}

export interface WorldSettings {
  readonly binary: string;
  readonly stateDir: string;
  /** 0 takes any, another one at every start. */
  readonly port?: number;
  /** Settings in place of the usual ones. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A gateway's state for these networks, and a way to start it. */
export async function openWorldOf(
  networks: readonly ChaosNetwork[],
  { binary, stateDir, port = 0, config = {} }: WorldSettings,
): Promise<ChaosWorld> {
  prepareState(stateDir, networks, config);
  const world: ChaosWorld = {
    networks,
    stateDir,
    start: async (failpoint) => {
      const env = {
        PATH: process.env["PATH"] ?? "",
        HOME: stateDir,
        CLAWDIA_STATE_DIR: stateDir,
        ...(failpoint !== undefined && { CLAWDIA_FAILPOINT: failpoint }),
      };
      const child = Bun.spawn([binary, "gateway", "--port", String(port)], { env, stdout: "pipe", stderr: "inherit" });
      await Promise.race([said(child.stdout, "gateway.started"), child.exited]);
      return child;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(networks.map((network) => network[Symbol.asyncDispose]()));
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
  await linkAll(world);
  return world;
}

function prepareState(
  stateDir: string,
  networks: readonly ChaosNetwork[],
  more: Readonly<Record<string, unknown>>,
): void {
  const policy = { dmPolicy: "open", allowFrom: ["*"], streaming: "off", ackScope: "off" };
  const config = {
    agents: { echoPauseMs: 0, echoNetworks: true, runsMax: 16 },
    session: { dmScope: "per-channel-peer" },
    // A long run leaves some of them waiting for longer than a person would want an answer.
    messages: { queueMode: "followup", queueMax: 64, typing: "never", catchUpMinutes: 10_080 },
    ...more,
    providers: Object.fromEntries(
      networks.map(({ id, settings }) => [id, { accounts: { main: { ...policy, ...settings } } }]),
    ),
  };
  writeFileSync(join(stateDir, "clawdia.json"), JSON.stringify(config), { mode: 0o600 });
  mkdirSync(join(stateDir, "secrets"), { mode: 0o700 });
  for (const { id, secrets } of networks) {
    for (const [name, value] of Object.entries(secrets)) {
      writeFileSync(join(stateDir, "secrets", `${id}.main.${name}`), `${value}\n`, { mode: 0o600 });
    }
  }
}

/** A first start for the networks that must be linked by a person's doing. */
async function linkAll({ networks, stateDir, start }: ChaosWorld): Promise<void> {
  const linked = networks.filter(({ link }) => link !== undefined);
  if (linked.length === 0) return;
  const child = await start();
  const client = await owner(stateDir);
  for (const { link } of linked) await link!(client);
  client.close();
  child.kill("SIGTERM");
  await child.exited;
}

/** Resolves once the text came; what follows is read and dropped, so that the pipe never fills. */
async function said(stream: ReadableStream<Uint8Array>, text: string): Promise<void> {
  const heard = Promise.withResolvers<void>();
  void (async () => {
    let output = "";
    for await (const chunk of stream) {
      if (output.includes(text)) continue;
      output += Buffer.from(chunk).toString("utf8");
      if (output.includes(text)) heard.resolve();
    }
  })();
  await heard.promise;
}

/** The owner, connected to the gateway that runs on the state folder. */
export async function owner(stateDir: string): Promise<Client> {
  const { url } = JSON.parse(readFileSync(join(stateDir, "gateway.json"), "utf8")) as { url: string };
  return Client.connect({
    url,
    clock: realClock,
    identity: { id: "test", mode: "test", version: "1", platform: "linux" },
    credentials: { token: readFileSync(join(stateDir, "secrets", "gateway-token"), "utf8").trim() },
    signer: newDevice(),
  });
}
