import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { Config, Environment } from "../../config/index.ts";
import { readTextIfPresent } from "../../lib/index.ts";
import { countWords } from "../words.ts";
import { type Finding, type Look, well } from "./finding.ts";

/** The machine around the gateway: limits, clock, port, programs, other gateways. */

const openFilesMin = 1024;

/** Of the gateway that runs, or of what is started from here. */
export const lookAtLimits: Look = ({ holder }) => {
  if (process.platform !== "linux") return [];
  const limits = readTextIfPresent(`/proc/${holder?.pid ?? "self"}/limits`) ?? "";
  const soft = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? openFilesMin);
  if (soft >= openFilesMin) return [well("machine.open-files", `${soft} files may be open at once`)];
  const text = `only ${soft} files may be open at once: with many clients new ones are refused`;
  return [{ id: "machine.open-files", level: "warn", text, next: "clawdia service install (its unit allows 65536)" }];
};

const futureMs = 120_000;

export const lookAtClock: Look = async ({ paths, nowMs, run }) => {
  const store = Bun.file(`${paths.database}-wal`);
  const aheadMs = (await store.exists()) ? store.lastModified - nowMs : 0;
  const next = "timedatectl set-ntp true (or set the clock), then clawdia service restart";
  if (aheadMs > futureMs) {
    const text = `the clock is behind: the state was written ${Math.round(aheadMs / 60_000)} minutes in the future`;
    return [{ id: "machine.clock", level: "bad", text, next }];
  }
  if (process.platform !== "linux") return [];
  const { code, stdout } = await run(["timedatectl", "show", "--property=NTPSynchronized", "--value"]);
  if (code !== 0 || stdout.trim() !== "no") return [well("machine.clock", "the clock shows nothing odd")];
  const text = "nothing keeps the clock right: logins of networks and apps fail when it drifts";
  return [{ id: "machine.clock", level: "warn", text, next: "timedatectl set-ntp true" }];
};

/** Who else has the port, while our gateway does not run. */
export const lookAtPort: Look = async ({ config, holder }) => {
  if (holder || !config || config.gateway.port === 0) return [];
  const { port } = config.gateway;
  if (await isFree(port)) return [well("port.free", `port ${port} is free`)];
  const text = `port ${port} is taken by another program, so the gateway cannot start`;
  const who = process.platform === "darwin" ? `lsof -nP -iTCP:${port} -sTCP:LISTEN` : `ss -ltnp 'sport = :${port}'`;
  return [{ id: "port.taken", level: "bad", text, next: `${who}; or another gateway.port in the config` }];
};

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** What a network needs beside the gateway, by the network's name in the config. */
const needed = [
  { network: "signal", program: "signal-cli", next: "https://github.com/AsamK/signal-cli/wiki" },
  { network: "imessage", program: "imsg", next: "brew install steipete/tap/imsg" },
] as const;

export const lookAtPrograms: Look = ({ config, environment }) =>
  config === undefined ? [] : programFindings(config, (name) => isInstalled(name, environment));

export function programFindings(config: Config, has: (name: string) => boolean): Finding[] {
  const networks = config.providers as Readonly<Record<string, unknown>>;
  const missing = needed
    .filter(({ network, program }) => runsHere(networks[network]) && !has(program))
    .map(({ network, program, next }): Finding => {
      const text = `${network} needs ${program}, which is not installed, or not in PATH`;
      return { id: `program.${program}`, level: "bad", text, next };
    });
  if (has("ffmpeg")) return missing;
  const text = "without ffmpeg voice notes are handed on as they came";
  return [...missing, { id: "program.ffmpeg", level: "note", text, next: "install ffmpeg" }];
}

/** Accounts that reach their program over ssh or http have it elsewhere. */
function runsHere(network: unknown): boolean {
  const { accounts = {} } = (network ?? {}) as { readonly accounts?: Readonly<Record<string, object>> };
  return Object.values(accounts).some(
    (account) => !["ssh", "host", "url", "httpUrl", "cliPath"].some((name) => name in account),
  );
}

function isInstalled(name: string, environment: Environment): boolean {
  return Bun.which(name, { PATH: environment["PATH"] ?? "" }) !== null;
}

/** Another gateway on the same accounts takes messages away from this one, or is thrown out by it again and again. */
export const lookAtOthers: Look = ({ holder }) => {
  if (process.platform !== "linux") return [];
  const others = gatewaysIn(commandLines().filter(({ pid }) => pid !== holder?.pid && pid !== process.pid));
  const own = others.filter(({ kind }) => kind === "clawdia");
  const foreign = others.filter(({ kind }) => kind !== "clawdia");
  return [
    ...foreign.map(({ kind, pid }): Finding => {
      const text = `${kind} runs too (process ${pid}): on the same accounts both take messages from each other`;
      return { id: "others.foreign", level: "bad", text, next: `stop it: ${kind} gateway stop, or kill ${pid}` };
    }),
    ...(own.length === 0
      ? []
      : [
          {
            id: "others.own",
            level: "note",
            text: `${countWords(own.length, "more gateway")} of Clawdia run here (process ${own[0]!.pid})`,
            next: "that is well when each has a state folder and accounts of its own",
          } satisfies Finding,
        ]),
  ];
};

interface CommandLine {
  readonly pid: number;
  readonly words: readonly string[];
}

export function gatewaysIn(processes: readonly CommandLine[]): { readonly kind: string; readonly pid: number }[] {
  return processes.flatMap(({ pid, words }) => {
    const kinds = ["clawdia", "openclaw", "clawdbot", "moltbot"];
    const names = words.slice(0, 3).map((word) => word.split("/").at(-1) ?? "");
    const kind = kinds.find((name) => names.some((one) => one === name || one === `${name}-gateway`));
    const isGateway = words.includes("gateway") || names.some((name) => name.endsWith("-gateway"));
    return kind !== undefined && isGateway ? [{ kind, pid }] : [];
  });
}

function commandLines(): CommandLine[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && existsSync(`/proc/${name}/cmdline`));
  return pids.map((pid) => ({ pid: Number(pid), words: wordsOf(pid) }));
}

/** A process may end while it is looked at. */
function wordsOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch (error) {
    if (error instanceof Error && "code" in error) return [];
    throw error;
  }
}
