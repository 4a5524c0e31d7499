import { type Environment, type Flags, secretNames, secretTexts } from "../config/index.ts";
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
import { drainBudgetMs, isStartedAgain, Notifier, restarter } from "../service/index.ts";
import { DiskRefused, faultOf, type Holder, StateLock } from "../storage/index.ts";
import { bindAddresses } from "./bind.ts";
import { chooseConfig, type ChosenConfig } from "./choose-config.ts";
import { buildHouse, type House } from "./house.ts";
import { addressOf } from "./listening.ts";
import { type GatewayTls, gatewayTls } from "./tls.ts";
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
  /** Resolves, with the reason, when the process is to end and be started again. */
  readonly restartWanted: Promise<string>;
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
  // The token of the state folder joins them as soon as it is read or made.
  const known = { secrets: secretTexts(config) };
  const { world, logFile } = openWorld(stack, options, { paths, config, known });
  const certificateOf = (settings: typeof config.gateway.tls) => gatewayTls({ settings, paths, world });
  const tls = certificateOf(config.gateway.tls);
  const stored = storedToken(paths, world);
  const configured = (current: typeof config) => {
    known.secrets = [...secretTexts(current), stored];
  };
  configured(config);
  const restart = Promise.withResolvers<string>();
  const notifier = Notifier.from(options.environment);
  const announce = announcer(lock, notifier, world.clock.nowMs());
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
      secrets: { tokens: [stored], password: undefined },
      listen: { addresses, port: config.gateway.port, tls: pairOf(tls) },
      certificateFor: (settings) => pairOf(certificateOf(settings)),
      moved: announce,
      configured,
      ...(isStartedAgain(options.environment) && { restart: restarter(world.clock, restart.resolve) }),
      checksResults: false,
    }),
  );
  const url = addressOf(addresses, config.gateway.port || house.gateway.port, tls !== undefined);
  const fingerprint = tls && { tlsFingerprint: tls.fingerprint };
  announce({ url, ...fingerprint });
  world.log.for("gateway").info("gateway.started", startedFacts(url, paths, fingerprint));
  if (place.trouble) world.log.for("config").error("config.refused", { reason: place.trouble.reason });
  house.keepConfig();
  stack.use(notifier ?? null);
  notifier?.ready(readyWords(url), { clock: world.clock, ...house.store });
  const all = stack.move();
  return {
    house,
    world,
    url,
    token: config.gateway.auth.token ?? stored,
    restartWanted: restart.promise,
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

interface WorldParts extends Pick<ChosenConfig, "paths" | "config"> {
  readonly known: { readonly secrets: readonly string[] };
}

/** Time, chance and the log, with what keeps them going. */
function openWorld(stack: AsyncDisposableStack, options: StartOptions, { paths, config, known }: WorldParts) {
  const logFile = stack.use(new LogFile(paths.logFile));
  const { isTerminal, writeLine } = options;
  const secrets = () => known.secrets;
  const world = realWorld({ level: config.logging.level, logFile, isTerminal, writeLine, secretNames, secrets });
  const supervisor = new Supervisor({ clock: world.clock, log: world.log.for("process") });
  stack.defer(flushRegularly(logFile, world, supervisor));
  stack.defer(lookAtMemory(world, supervisor));
  return { world, logFile };
}

/** Says where the gateway is, to this machine's programs and to its service manager. */
function announcer(lock: StateLock, notifier: Notifier | undefined, startedAtMs: number) {
  return (facts: { readonly url: string; readonly tlsFingerprint?: string }) => {
    lock.announce({ pid: process.pid, version, startedAtMs, ...facts });
    notifier?.moved(readyWords(facts.url));
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

function readyWords(url: string): string {
  return `ready at ${url}`;
}

function pairOf(tls: GatewayTls | undefined) {
  return tls && { cert: tls.certificate, key: tls.key };
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
