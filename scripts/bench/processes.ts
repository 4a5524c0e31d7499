import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchToken, binary, connectRaw, makeDevice, startGatewayProcess } from "../lib/gateway-process.ts";
import { RawSocket } from "../lib/raw-socket.ts";
import type { Figure } from "./figures.ts";
import { percentile } from "./measures.ts";

/** Whole processes: how long until a client is served, and how long commands take. */

const starts = 15;
const commandRuns = 20;

export async function measureStarts(): Promise<Figure[]> {
  const bare = buildFloor();
  const first = [await timeFirstStart()];
  for (let run = 1; run < 5; run++) first.push(await timeFirstStart());
  const folder = mkdtempSync(join(tmpdir(), "clawdia-bench-"));
  const kept: number[] = [];
  for (let run = 0; run <= starts; run++) kept.push(await timeStart(folder));
  rmSync(folder, { recursive: true, force: true });
  const warm = kept.slice(1);
  const floors: number[] = [];
  for (let run = 0; run <= starts; run++) floors.push(await timeFloorStart(bare));
  const floor = percentile(floors.slice(1), 0.5);
  return [
    { name: "start to first hello-ok, state kept", unit: "ms", value: percentile(warm, 0.5), floor, samples: warm },
    { name: "first start ever to hello-ok", unit: "ms", value: percentile(first, 0.5), floor, samples: first },
    { name: "size of the binary", unit: "MB", value: statSync(binary).size / 1e6 },
  ];
}

export async function measureCommands(): Promise<Figure[]> {
  await using gateway = await startGatewayProcess();
  const env = {
    PATH: process.env["PATH"],
    HOME: gateway.stateDir,
    CLAWDIA_STATE_DIR: gateway.stateDir,
    CLAWDIA_GATEWAY_TOKEN: benchToken,
  };
  const commands: readonly (readonly string[])[] = [["--version"], ["call", "health"], ["status"]];
  const bare = buildFloor();
  const floors = Array.from({ length: commandRuns + 1 }, () => timeCommand([bare, "--version"], env)).slice(1);
  const floor = percentile(floors, 0.5);
  return commands.map((args) => {
    const samples = Array.from({ length: commandRuns + 1 }, () => timeCommand([binary, ...args], env)).slice(1);
    return { name: `clawdia ${args.join(" ")}`, unit: "ms", value: percentile(samples, 0.5), floor, samples };
  });
}

/** The floor as a binary of its own, built with the same flags. */
function buildFloor(): string {
  const output = join(tmpdir(), "clawdia-bench-floor", "floor");
  const flags = ["--compile", "--minify", "--bytecode", "--format=esm"];
  const built = Bun.spawnSync([
    process.execPath,
    "build",
    ...flags,
    join(import.meta.dir, "floor.ts"),
    `--outfile=${output}`,
  ]);
  if (built.exitCode !== 0) throw new Error(`the floor could not be built: ${built.stderr.toString()}`);
  return output;
}

async function timeFloorStart(bare: string): Promise<number> {
  const port = await freePort();
  const startMs = performance.now();
  const child = Bun.spawn([bare, String(port)], { stdout: "ignore" });
  for (;;) {
    const socket = await RawSocket.connect({ port }).catch(() => undefined);
    if (socket) {
      const tookMs = performance.now() - startMs;
      socket.end();
      child.kill();
      await child.exited;
      return tookMs;
    }
    await Bun.sleep(0.5);
  }
}

function timeCommand(command: readonly string[], env: Readonly<Record<string, string | undefined>>): number {
  const startMs = performance.now();
  const { exitCode, stderr } = Bun.spawnSync([...command], { env: { ...env }, stdout: "ignore" });
  if (exitCode !== 0) throw new Error(`${command.join(" ")} ended with ${exitCode}: ${stderr.toString()}`);
  return performance.now() - startMs;
}

async function timeFirstStart(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "clawdia-bench-"));
  try {
    return await timeStart(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** From spawn to the first hello-ok of a client that tries without pause. */
async function timeStart(stateDir: string): Promise<number> {
  const port = await freePort();
  const device = makeDevice();
  const env = {
    PATH: process.env["PATH"],
    HOME: stateDir,
    CLAWDIA_STATE_DIR: stateDir,
    CLAWDIA_GATEWAY_TOKEN: benchToken,
  };
  const startMs = performance.now();
  const child = Bun.spawn([binary, "gateway", "--port", String(port)], { env, stdout: "ignore", stderr: "ignore" });
  for (;;) {
    try {
      const socket = await connectRaw(port, device);
      const tookMs = performance.now() - startMs;
      socket.end();
      child.kill("SIGTERM");
      await child.exited;
      return tookMs;
    } catch (error) {
      if (performance.now() - startMs > 10_000) throw error;
      await Bun.sleep(0.5);
    }
  }
}

async function freePort(): Promise<number> {
  const probe = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const { port } = probe;
  await probe.stop(true);
  return port ?? 0;
}
