import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the daemon behind the fake `tailscale` command knows: a file, so that every process sees the same. */
export interface Mind {
  /** Whether the daemon runs at all. */
  readonly isUp: boolean;
  readonly backend: "Running" | "NeedsLogin" | "NeedsMachineAuth" | "Stopped" | "Starting";
  readonly name: string;
  readonly addresses: readonly string[];
  readonly hasCertificates: boolean;
  /** The user may change what is served. */
  readonly isOperator: boolean;
  /** ask: the command shows a page and waits for somebody who says yes there. */
  readonly serve: "allowed" | "ask";
  readonly funnel: "allowed" | "ask" | "forbidden";
  readonly peers: readonly DoublePeer[];
  readonly config: ServeConfig;
  /** Commands (by their first word) that never end, or end late. */
  readonly hangs: readonly string[];
  readonly slowMs: number;
}

export interface DoublePeer {
  readonly address: string;
  readonly machine: string;
  readonly login: string;
  readonly displayName?: string;
  readonly tags?: readonly string[];
}

export interface ServeConfig {
  readonly TCP?: Readonly<Record<string, { readonly HTTPS?: true; readonly TCPForward?: string }>>;
  readonly Web?: Readonly<Record<string, { readonly Handlers: Readonly<Record<string, { readonly Proxy: string }>> }>>;
  readonly AllowFunnel?: Readonly<Record<string, boolean>>;
}

export const freshMind: Mind = {
  isUp: true,
  backend: "Running",
  name: "box.tail1234.ts.net",
  addresses: ["100.101.102.103", "fd7a:115c:a1e0::1"],
  hasCertificates: true,
  isOperator: true,
  serve: "allowed",
  funnel: "allowed",
  peers: [{ address: "100.64.0.7", machine: "phone", login: "Alice@example.com", displayName: "Alice" }],
  config: {},
  hangs: [],
  slowMs: 0,
};

export function readMind(folder: string): Mind {
  return JSON.parse(readFileSync(join(folder, "mind.json"), "utf8")) as Mind;
}

export function writeMind(folder: string, mind: Mind): void {
  const file = join(folder, "mind.json");
  writeFileSync(`${file}.new`, JSON.stringify(mind));
  renameSync(`${file}.new`, file);
}

/** What the command was called with, and the names of what it saw of the environment. */
export interface Call {
  readonly args: readonly string[];
  readonly environment: readonly string[];
}

export function noteCall(folder: string, call: Call): void {
  appendFileSync(join(folder, "calls"), `${JSON.stringify(call)}\n`);
}

export function readCalls(folder: string): Call[] {
  const file = join(folder, "calls");
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Call]));
}
