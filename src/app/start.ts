import { type Config, type Environment, type Flags, secretNames, secretTexts } from "../config/index.ts";
import {
  armFailpoint,
  keepMemorySmall,
  LogFile,
  makePrivateFolder,
  type Paths,
  type Random,
  readTextIfPresent,
  realClock,
  slept,
  Supervisor,
  writePrivateFile,
} from "../lib/index.ts";
import { drainBudgetMs, Notifier } from "../service/index.ts";
import { DiskRefused, faultOf, type Holder, StateLock } from "../storage/index.ts";
import { bindAddresses } from "./bind.ts";
import { chooseConfig, type ChosenConfig } from "./choose-config.ts";
import { buildHouse, type House } from "./house.ts";
import { gatewayTls } from "./tls.ts";
import { commit, version } from "./version.ts";
import { type RealWorld, realWorld, type World } from "./world.ts";

export { DiskRefused };

/** From flags and environment to a running gateway on one state folder. */

export interface StartOptions {
  readonly environment: Environment;
  readonly flags: Flags;
  readonly isTerminal: boolean;
  readonly writeLine: (line: string) => void;
}

export interface StartedGateway {
  readonly house: House;
  readonly world: World;
  readonly url: string;
  /** The token that opens the gateway; print it only where the person asked. */
  readonly token: string;
  /** SHA-256 of the certificate, where it speaks TLS. */
  readonly tlsFingerprint: string | undefined;
  readonly paths: Paths;
  stop(reason: string): Promise<void>;
}

/** Somebody else runs on this state. */
export class AlreadyRunning extends Error {
  override readonly name = "AlreadyRunning";
  readonly holder: Holder | undefined;

  constructor(paths: Paths, holder: Holder | undefined) {
    const who = holder ? `process ${holder.pid} at ${holder.url}` : "another process";
    super(
      `the gateway already runs on ${paths.stateDir}: ${who} holds it; ` +
        "use that one (clawdia status), stop it, or start with --profile NAME",
    );
    this.holder = holder;
  }
}

const logFlushMs = 250;
const keyBytes = 32;

export async function startGateway(options: StartOptions): Promise<StartedGateway> {
  const chosen = await chooseConfig(options.environment, options.flags);
  try {
    return await startOn(chosen, options);
  } catch (error) {
    const fault = faultOf(error, chosen.paths.stateDir);
    throw fault ? new DiskRefused(fault, error) : error;
  }
}

async function startOn({ paths, config, place }: ChosenConfig, options: StartOptions): Promise<StartedGateway> {
  makePrivateFolder(paths.stateDir);
  await using stack = new AsyncDisposableStack();
  const lock = StateLock.take(paths.lockFile, paths.holderFile);
  if (!(lock instanceof StateLock)) throw new AlreadyRunning(paths, lock.heldBy);
  stack.use(lock);
  const addresses = bindAddresses(config.gateway.bind);
  armFailpoint(options.environment["CLAWDIA_FAILPOINT"]);
  const logFile = stack.use(new LogFile(paths.logFile));
  // The token of the state folder joins them as soon as it is read or made.
  const known = secretTexts(config);
  const world = realWorld({
    level: config.logging.level,
    logFile,
    isTerminal: options.isTerminal,
    writeLine: options.writeLine,
    secretNames,
    secrets: () => known,
  });
  const supervisor = new Supervisor({ clock: world.clock, log: world.log.for("process") });
  stack.defer(flushRegularly(logFile, world, supervisor));
  stack.defer(lookAtMemory(world, supervisor));
  const tls = gatewayTls({ settings: config.gateway.tls, paths, world });
  const stored = storedToken(paths, world);
  const token = config.gateway.auth.token ?? stored;
  known.push(stored);
  const house = stack.use(
    await buildHouse({
      world,
      config,
      version,
      commit,
      databasePath: paths.database,
      mediaDir: paths.mediaDir,
      environment: options.environment,
      stateDir: paths.stateDir,
      secretsDir: paths.secretsDir,
      configPlace: place,
      logFile,
      deviceTokenKey: deviceTokenKey(paths, world.random),
      secrets: { tokens: [...new Set([token, stored])], password: config.gateway.auth.password },
      listen: { addresses, port: config.gateway.port, tls: tls && { cert: tls.certificate, key: tls.key } },
      checksResults: false,
    }),
  );
  const url = addressOf(config, addresses, house.gateway.port);
  const fingerprint = tls && { tlsFingerprint: tls.fingerprint };
  lock.announce({ pid: process.pid, url, version, startedAtMs: world.clock.nowMs(), ...fingerprint });
  world.log.for("gateway").info("gateway.started", startedFacts(url, paths, fingerprint));
  if (place.trouble) world.log.for("config").error("config.refused", { reason: place.trouble.reason });
  house.keepConfig();
  const notifier = Notifier.from(options.environment);
  stack.use(notifier ?? null);
  notifier?.ready(`ready at ${url}`, { clock: world.clock, ...house.store });
  const all = stack.move();
  return {
    house,
    world,
    url,
    token,
    tlsFingerprint: tls?.fingerprint,
    paths,
    stop: async (reason) => {
      notifier?.stopping(reason);
      world.log.for("gateway").info("gateway.stopping", { reason });
      await house.stop(reason, drainBudgetMs);
      world.log.for("gateway").info("gateway.stopped", { reason });
      await all.disposeAsync();
    },
  };
}

/** The token that is made at the first start and opens the gateway for the owner of this state folder. */
function storedToken(paths: Paths, world: World): string {
  const known = readTextIfPresent(paths.gatewayTokenFile)?.trim();
  if (known) return known;
  const made = world.ids.secret();
  writePrivateFile(paths.gatewayTokenFile, `${made}\n`);
  return made;
}

function deviceTokenKey(paths: Paths, random: Random): Uint8Array {
  const known = readTextIfPresent(paths.deviceTokenKeyFile)?.trim();
  if (known) return new Uint8Array(Buffer.from(known, "base64url"));
  const made = random.bytes(keyBytes);
  writePrivateFile(paths.deviceTokenKeyFile, `${Buffer.from(made).toString("base64url")}\n`);
  return made;
}

function addressOf(config: Config, addresses: readonly string[], port: number): string {
  const isNear = addresses.some((address) => ["127.0.0.1", "0.0.0.0", "::"].includes(address));
  const host = isNear ? "127.0.0.1" : addresses[0]!;
  const name = host.includes(":") ? `[${host}]` : host;
  return `${config.gateway.tls.enabled ? "wss" : "ws"}://${name}:${config.gateway.port || port}`;
}

function startedFacts(url: string, { stateDir }: Paths, fingerprint: object | undefined) {
  return { url, version, pid: process.pid, stateDir, ...fingerprint };
}

function lookAtMemory(world: World, supervisor: Supervisor): () => void {
  const stop = new AbortController();
  void supervisor.keep("the look at memory", () => keepMemorySmall(world.clock, stop.signal), stop.signal);
  return () => stop.abort();
}

function flushRegularly(logFile: LogFile, world: RealWorld, supervisor: Supervisor): () => void {
  const stop = new AbortController();
  const run = async () => {
    while (await slept(realClock, logFlushMs, stop.signal)) {
      world.tellRepeats();
      logFile.flush();
    }
  };
  void supervisor.keep("the log file", run, stop.signal);
  return () => {
    stop.abort();
    world.tellRepeats(Number.POSITIVE_INFINITY);
  };
}
