import type { ArgsDef } from "citty";
import { version } from "../../app/version.ts";
import type { Credentials } from "../../client/index.ts";
import { ConfigError, loadConfig, processEnvironment } from "../../config/index.ts";
import { ControlPathTooLong, HeadlessNode, serveControl } from "../../headless/index.ts";
import {
  fileLine,
  LogFile,
  makeIds,
  makeLog,
  makePrivateFolder,
  type Paths,
  realClock,
  realRandom,
} from "../../lib/index.ts";
import { pinnedKey } from "../../net/index.ts";
import { StateLock } from "../../storage/index.ts";
import { deviceTokensFor, noDeviceTokens } from "../device-tokens.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure, refused, UsageError, wholeNumber } from "../failure.ts";
import { gatewayFlags } from "../gateway-flags.ts";
import { clientIdentity, loadSigner } from "../identity.ts";
import { printLine } from "../print.ts";
import { connectFailure } from "../refusals.ts";
import { findTarget, type Target } from "../target.ts";
import { shownText } from "../words.ts";
import { keptAccess } from "./access.ts";
import { realMachine } from "./machine.ts";
import { controlFile, nodePathsIn } from "./place.ts";

/** `clawdia node run`: in the foreground until SIGTERM or SIGINT. */

export const nodeFlags = {
  host: { type: "string", description: "The gateway's machine (default: the gateway of this one)", valueHint: "NAME" },
  port: { type: "string", description: "Its port (default 18789)", valueHint: "N" },
  tls: { type: "boolean", description: "Connect by TLS" },
  "tls-fingerprint": gatewayFlags["tls-fingerprint"],
  token: gatewayFlags.token,
  password: gatewayFlags.password,
  "display-name": { type: "string", description: "What people call this node", valueHint: "NAME" },
  profile: gatewayFlags.profile,
} as const satisfies ArgsDef;

export interface NodeFlags {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly tls?: boolean | undefined;
  readonly "tls-fingerprint"?: string | undefined;
  readonly token?: string | undefined;
  readonly password?: string | undefined;
  readonly "display-name"?: string | undefined;
  readonly profile?: string | undefined;
}

const standardPort = 18_789;
const nameCharsMax = 128;
const logFlushMs = 250;

/** The gateway that the flags name. Throws a UsageError for flags that contradict each other. */
export function nodeTarget(flags: NodeFlags): Promise<Target> {
  const { host, tls, token, password, profile } = flags;
  const port = wholeNumber("port", flags.port, { min: 1, max: 65_535 });
  const pin = flags["tls-fingerprint"];
  const given = { token, password, profile, ...(pin !== undefined && { "tls-fingerprint": pin }) };
  if (host === undefined) {
    if (tls || pin !== undefined) throw new UsageError("--tls needs --host: the gateway of this machine needs none");
    return findTarget(port === undefined ? given : { ...given, url: `ws://127.0.0.1:${port}` });
  }
  if (!/^[A-Za-z0-9._-]+$|^\[?[0-9A-Fa-f:.]+\]?$/.test(host)) {
    throw new UsageError(`--host ${host}: give a name or an address, without ws:// and port`);
  }
  const name = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  const scheme = tls || pin !== undefined ? "wss" : "ws";
  return findTarget({ ...given, url: `${scheme}://${name}:${port ?? standardPort}` });
}

export async function runNode(flags: NodeFlags): Promise<void> {
  const target = await nodeTarget(flags);
  const paths = nodePathsIn(target.paths);
  makePrivateFolder(paths.stateDir);
  using stack = new DisposableStack();
  stack.use(lockOf(paths));
  const logFile = stack.use(new LogFile(paths.logFile));
  const node = makeNode(flags, target, paths, logFile);
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => stop.abort());
  // A gateway that does not answer keeps nobody waiting.
  stop.signal.addEventListener("abort", () => void target.sockets.end(), { once: true });
  stack.defer(flushRegularly(logFile));
  stack.use(controlOf(paths, node));
  try {
    printLine(`Connecting to ${target.url} …`);
    const refusal = await node.run(stop.signal);
    if (refusal) throw connectFailure(refusal, target);
  } finally {
    await node[Symbol.asyncDispose]();
    await target.sockets.end();
  }
}

function makeNode(flags: NodeFlags, target: Target, paths: Paths, logFile: LogFile): HeadlessNode {
  const environment = processEnvironment();
  const { config } = loadConfig(environment, { profile: flags.profile });
  const sinks = [(record: Parameters<typeof fileLine>[0]) => logFile.append(fileLine(record))];
  const log = makeLog({ clock: realClock, level: config.logging.level, sinks }).for("node");
  process.on("unhandledRejection", (reason) => log.error("process.rejection", { error: String(reason) }));
  const { displayName: hostName, ...identity } = clientIdentity();
  const displayName = (flags["display-name"] ?? config.node.displayName ?? hostName)?.slice(0, nameCharsMax);
  const origin = new URL(target.url).origin;
  const { pin } = target.sockets;
  const tokens = target.isLocal ? noDeviceTokens : deviceTokensFor(paths, origin);
  return new HeadlessNode({
    machine: realMachine(environment, paths.stateDir, log),
    settings: config.node,
    version,
    homeDir: environment["HOME"],
    ids: makeIds(realClock, realRandom),
    random: realRandom,
    link: {
      url: target.url,
      identity: { ...identity, id: "node-host", mode: "node", ...(displayName && { displayName }) },
      signer: loadSigner(paths.identityFile),
      openSocket: target.sockets.open,
      credentials: () => credentialsFor(target, tokens.read(), keptAccess(paths, origin)),
      tokens,
    },
    ...(pin !== undefined && { gatewayKey: () => pinnedKey(target.url, pin) }),
    say: (words) => printLine(shownText(words)),
    pid: process.pid,
  });
}

/** What was given now, else the node's own token, else what an installation was given for the first time. */
function credentialsFor({ credentials }: Target, own: string | undefined, kept: string | undefined): Credentials {
  if (credentials.token || credentials.password) return credentials;
  return own === undefined && kept !== undefined ? { token: kept } : {};
}

function lockOf(paths: Paths): StateLock {
  const lock = StateLock.take(paths.lockFile, paths.holderFile);
  if (!(lock instanceof StateLock)) {
    throw new Failure(`a node runs on ${paths.stateDir} already`, {
      exitCode: exitCodes.alreadyRunning,
      code: "ALREADY_RUNNING",
      next: "clawdia node status",
    });
  }
  return lock;
}

function controlOf(paths: Paths, node: HeadlessNode): Disposable {
  try {
    return serveControl(controlFile(paths), node);
  } catch (error) {
    if (error instanceof ControlPathTooLong) throw new ConfigError(error.message);
    throw refused(`the node cannot be reached from the command line: ${String(error)}`);
  }
}

/** Stops and flushes once more when called. */
function flushRegularly(logFile: LogFile): () => void {
  const over = new AbortController();
  const flush = async () => {
    while (!over.signal.aborted) {
      await realClock.sleep(logFlushMs, over.signal).catch(() => undefined);
      logFile.flush();
    }
  };
  void flush();
  return () => over.abort();
}
