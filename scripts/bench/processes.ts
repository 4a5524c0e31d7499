import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchToken, binary, connectRaw, makeDevice, startGatewayProcess } from "../lib/gateway-process.ts";
import type { Figure } from "./figures.ts";
import { percentile } from "./measures.ts";

/** Whole processes: how long until a client is served, and how long commands take. */

const starts = 15;
const commandRuns = 20;

export async function measureStarts(): Promise<Figure[]> {
  const first = [await timeFirstStart()];
  for (let run = 1; run < 5; run++) first.push(await timeFirstStart());
  const folder = mkdtempSync(join(tmpdir(), "clawdia-bench-"));
  const kept: number[] = [];
  for (let run = 0; run <= starts; run++) kept.push(await timeStart(folder));
  rmSync(folder, { recursive: true, force: true });
  const warm = kept.slice(1);
  return [
    { name: "start to first hello-ok, state kept", unit: "ms", value: percentile(warm, 0.5), samples: warm },
    { name: "first start ever to hello-ok", unit: "ms", value: percentile(first, 0.5), samples: first },
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
  return commands.map((args) => {
    const samples = Array.from({ length: commandRuns + 1 }, () => timeCommand(args, env)).slice(1);
    return { name: `clawdia ${args.join(" ")}`, unit: "ms", value: percentile(samples, 0.5), samples };
  });
}

function timeCommand(args: readonly string[], env: Readonly<Record<string, string | undefined>>): number {
  const startMs = performance.now();
  const { exitCode, stderr } = Bun.spawnSync([binary, ...args], { env: { ...env }, stdout: "ignore" });
  if (exitCode !== 0) throw new Error(`clawdia ${args.join(" ")} ended with ${exitCode}: ${stderr.toString()}`);
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
