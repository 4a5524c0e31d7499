import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keyFingerprint, makeKeyPair, parsePublicKey, signText } from "../../src/lib/index.ts";
import { signatureTextV3 } from "../../src/protocol/index.ts";
import { RawSocket } from "./raw-socket.ts";

/** The real binary as a process of its own, for benchmarks and the fuzzer. */

export const root = join(import.meta.dir, "../..");
export const binary = join(root, "dist/clawdia");
export const benchToken = "bench-token-0123456789abcdef";

export interface GatewayProcess extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  readonly stateDir: string;
  readonly process: Bun.Subprocess;
  output(): string;
}

/** Starts on any free port; resolves when it listens. A folder given is kept. */
export async function startGatewayProcess(stateDir?: string): Promise<GatewayProcess> {
  const folder = stateDir ?? mkdtempSync(join(tmpdir(), "clawdia-bench-"));
  const config = join(folder, "clawdia.json");
  // The pause between two words is for people.
  if (!existsSync(config)) writeFileSync(config, '{ "agents": { "echoPauseMs": 0 } }\n');
  const env = { PATH: process.env["PATH"], HOME: folder, CLAWDIA_STATE_DIR: folder, CLAWDIA_GATEWAY_TOKEN: benchToken };
  const child = Bun.spawn([binary, "gateway", "--port", "0"], { env, stdout: "pipe", stderr: "pipe" });
  let output = "";
  const listening = Promise.withResolvers<void>();
  void (async () => {
    for await (const chunk of child.stdout) {
      output = (output + Buffer.from(chunk).toString("utf8")).slice(-100_000);
      if (output.includes("gateway.started")) listening.resolve();
    }
  })();
  void child.exited.then((code) => listening.reject(new Error(`the gateway ended with ${code}: ${output}`)));
  await listening.promise;
  const { url } = JSON.parse(readFileSync(join(folder, "gateway.json"), "utf8")) as { url: string };
  return {
    pid: child.pid,
    port: Number(new URL(url).port),
    stateDir: folder,
    process: child,
    output: () => output,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await child.exited;
      if (stateDir === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Resident and anonymous memory, in MiB. */
export function memoryOf(pid: number): { readonly rss: number; readonly anonymous: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0) / 1024;
  return { rss: field("VmRSS"), anonymous: field("RssAnon") };
}

/** Processor time used so far, in microseconds (clock ticks are 10 ms, so measure for seconds). */
export function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

export interface BenchDevice {
  readonly deviceId: string;
  readonly publicKey: string;
  readonly privateKeyPem: string;
}

export function makeDevice(): BenchDevice {
  const { publicKey, privateKeyPem } = makeKeyPair();
  return { deviceId: keyFingerprint(parsePublicKey(publicKey)!), publicKey, privateKeyPem };
}

/** The `connect` request of a device with the shared token. */
export function connectRequest(
  device: BenchDevice,
  challenge: { readonly nonce: string; readonly ts: number },
  token = benchToken,
): string {
  const scopes = ["operator.admin"];
  const signature = signText(
    device.privateKeyPem,
    signatureTextV3({
      deviceId: device.deviceId,
      clientId: "test",
      clientMode: "test",
      role: "operator",
      scopes,
      signedAtMs: challenge.ts,
      token,
      nonce: challenge.nonce,
      platform: "linux",
      deviceFamily: "",
    }),
  );
  const { deviceId: id, publicKey } = device;
  return JSON.stringify({
    type: "req",
    id: "connect",
    method: "connect",
    params: {
      minProtocol: 3,
      maxProtocol: 4,
      client: { id: "test", mode: "test", version: "1", platform: "linux" },
      scopes,
      auth: { token },
      device: { id, publicKey, signature, signedAt: challenge.ts, nonce: challenge.nonce },
    },
  });
}

/** A raw socket that has said hello. */
export async function connectRaw(port: number, device = makeDevice(), token = benchToken): Promise<RawSocket> {
  const challenge = Promise.withResolvers<{ nonce: string; ts: number }>();
  const hello = Promise.withResolvers<void>();
  const socket = await RawSocket.connect({
    port,
    onFrame: ({ payload }) => {
      const frame = JSON.parse(payload.toString("utf8")) as {
        id?: string;
        ok?: boolean;
        event?: string;
        payload?: never;
      };
      if (frame.event === "connect.challenge") challenge.resolve(frame.payload);
      else if (frame.id === "connect") {
        if (frame.ok) hello.resolve();
        else hello.reject(new Error(payload.toString("utf8")));
      }
    },
  });
  void socket.closed.then(() => hello.reject(new Error(`closed before hello: ${socket.status}`)));
  challenge.promise.catch(() => undefined);
  socket.send(
    connectRequest(
      device,
      await Promise.race([challenge.promise, hello.promise.then(() => ({ nonce: "", ts: 0 }))]),
      token,
    ),
  );
  await hello.promise;
  return socket;
}
