import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildHouse, type House } from "../src/app/index.ts";
import type { HouseOptions } from "../src/app/house-options.ts";
import { gatewayTls } from "../src/app/tls.ts";
import { Client, type ClientOptions, type Credentials, type DeviceSigner } from "../src/client/index.ts";
import { type Config, defaultConfig, type Environment, type Lookup } from "../src/config/index.ts";
import type { AgentEngine } from "../src/engine/index.ts";
import {
  type Clock,
  keyFingerprint,
  makeIds,
  makeKeyPair,
  makePaths,
  parsePublicKey,
  realClock,
  realRandom,
  signText,
} from "../src/lib/index.ts";
import type { Provider } from "../src/providers/index.ts";
import type { EventFrame } from "../src/protocol/index.ts";
import { CapturedLog } from "./doubles/captured-log.ts";
import { ScriptedEngine } from "./doubles/scripted-engine.ts";

/** The real app in this process, on any free port, with state in memory or in a folder of its own. */

export const ownerToken = "alice-owns-this-gateway-0123456789";

export interface OpenHouseOptions {
  readonly clock?: Clock;
  readonly engine?: AgentEngine;
  /** The house's own engine: echo, since no model is configured. */
  readonly ownEngine?: true;
  readonly password?: string;
  /** Keeps the state in this folder; by default it is in memory. */
  readonly stateDir?: string;
  readonly providers?: readonly Provider[];
  readonly messages?: Partial<Config["messages"]>;
  readonly accounts?: Config["providers"]["telegram"]["accounts"];
  /** Networks beside Telegram, with their accounts. */
  readonly networks?: Partial<Config["providers"]>;
  readonly gateway?: Partial<Config["gateway"]>;
  readonly agents?: Partial<Config["agents"]>;
  readonly session?: Partial<Config["session"]>;
  readonly hooks?: Partial<Config["hooks"]>;
  /** Absent: nothing is announced in the network of whoever runs the tests. */
  readonly discovery?: Config["discovery"];
  readonly cron?: Partial<Config["cron"]>;
  readonly heartbeat?: Partial<Config["heartbeat"]>;
  readonly canvasHost?: Partial<Config["canvasHost"]>;
  readonly addresses?: readonly string[];
  /** The ports speak TLS by this certificate. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** The config file is followed when it changes. */
  readonly watchesConfig?: boolean;
  /** As with a service manager that starts the gateway again. */
  readonly restart?: (reason: string, delayMs: number) => number;
  /** Secrets that the config only names. */
  readonly lookup?: Lookup;
  /** What programs are found in; by default there are none. */
  readonly environment?: Environment;
}

export type Approach = Partial<Omit<ClientOptions, "clock">> & {
  /** Headers of the upgrade, for instance an Origin. */
  readonly headers?: Readonly<Record<string, string>>;
};

export interface OpenHouse extends AsyncDisposable {
  readonly house: House;
  readonly engine: ScriptedEngine;
  readonly log: CapturedLog;
  readonly clock: Clock;
  readonly url: string;
  readonly port: number;
  readonly httpUrl: string;
  /** A client with the owner's token, a key of its own and every scope, on this host. */
  operator(approach?: Approach): Promise<Guest>;
  connect(approach: Approach): Promise<Guest>;
}

/** A connected client that remembers what it heard. */
export class Guest implements Disposable {
  readonly events: EventFrame[] = [];
  readonly gaps: [number, number][] = [];
  client!: Client;
  #watchers: { readonly fits: (frame: EventFrame) => boolean; readonly resolve: (frame: EventFrame) => void }[] = [];

  hear(frame: EventFrame): void {
    this.events.push(frame);
    for (const watcher of this.#watchers) if (watcher.fits(frame)) watcher.resolve(frame);
    this.#watchers = this.#watchers.filter((watcher) => !watcher.fits(frame));
  }

  /** The first event that fits, heard already or still to come. */
  async until(fits: (frame: EventFrame) => boolean): Promise<EventFrame> {
    const heard = this.events.find(fits);
    if (heard) return heard;
    return new Promise((resolve) => this.#watchers.push({ fits, resolve }));
  }

  payloads<T = Record<string, unknown>>(event: string): T[] {
    return this.events.filter((frame) => frame.event === event).map((frame) => frame.payload as T);
  }

  get call(): Client["call"] {
    return this.client.call.bind(this.client);
  }

  [Symbol.dispose](): void {
    this.client.close();
  }
}

/** Certificates as a start makes them, in the state folder. */
function certificatesIn(stateDir: string, clock: Clock, log: CapturedLog): NonNullable<HouseOptions["certificateFor"]> {
  return (settings) => {
    const world = { clock, random: realRandom, log: log.log };
    const tls = gatewayTls({ settings, paths: makePaths(stateDir), world });
    return tls && { cert: tls.certificate, key: tls.key };
  };
}

export async function openHouse(options: OpenHouseOptions = {}): Promise<OpenHouse> {
  const clock = options.clock ?? realClock;
  const log = new CapturedLog(clock);
  const engine = options.engine instanceof ScriptedEngine ? options.engine : new ScriptedEngine();
  const base = defaultConfig();
  const config: Config = {
    ...base,
    gateway: { ...base.gateway, ...options.gateway },
    agents: { ...base.agents, ...options.agents },
    session: { ...base.session, ...options.session },
    messages: { ...base.messages, ...options.messages },
    hooks: { ...base.hooks, ...options.hooks },
    discovery: options.discovery ?? { mdns: { mode: "off" } },
    cron: { ...base.cron, ...options.cron },
    heartbeat: { ...base.heartbeat, ...options.heartbeat },
    canvasHost: { ...base.canvasHost, ...options.canvasHost },
    providers: {
      ...base.providers,
      telegram: { enabled: true, accounts: options.accounts ?? {} },
      ...options.networks,
    },
  };
  const { stateDir } = options;
  const house = await buildHouse({
    world: { clock, random: realRandom, ids: makeIds(clock, realRandom), log: log.log },
    config,
    version: "0.0.0-test",
    commit: undefined,
    databasePath: stateDir === undefined ? ":memory:" : join(stateDir, "clawdia.db"),
    mediaDir: stateDir === undefined ? undefined : join(stateDir, "media"),
    stateDir: stateDir ?? "/nowhere",
    secretsDir: stateDir === undefined ? undefined : join(stateDir, "secrets"),
    ...(options.providers && { providers: options.providers }),
    ...(options.environment && { environment: options.environment }),
    configPlace: {
      path: join(stateDir ?? "/nowhere", "clawdia.json"),
      isWatched: options.watchesConfig ?? false,
      ...(options.lookup && { lookup: options.lookup }),
    },
    logFile: { path: join(stateDir ?? "/nowhere", "clawdia.log"), flush: () => undefined },
    deviceTokenKey: new Uint8Array(32).fill(7),
    secrets: { tokens: [ownerToken], password: options.password },
    ...(stateDir !== undefined && { certificateFor: certificatesIn(stateDir, clock, log) }),
    ...(options.restart && { restart: options.restart }),
    listen: { addresses: options.addresses ?? ["127.0.0.1"], port: 0, ...(options.tls && { tls: options.tls }) },
    ...(!options.ownEngine && { engine: options.engine ?? engine }),
    checksResults: true,
  });
  const { port } = house.gateway;
  const secure = options.tls ? "s" : "";
  const url = `ws${secure}://127.0.0.1:${port}`;
  const connect = (approach: Approach) => connectGuest(url, clock, approach);
  return {
    house,
    engine,
    log,
    clock,
    url,
    port,
    httpUrl: `http${secure}://127.0.0.1:${port}`,
    connect,
    operator: (approach = {}) => connect({ credentials: { token: ownerToken }, signer: newDevice(), ...approach }),
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  };
}

async function connectGuest(usual: string, clock: Clock, approach: Approach): Promise<Guest> {
  const { headers, url = usual, ...rest } = approach;
  const guest = new Guest();
  guest.client = await Client.connect({
    url,
    // Time-outs of the test's own client run on the real clock, whatever the house's clock does.
    clock: { ...realClock, nowMs: () => clock.nowMs() },
    identity: { id: "test", mode: "test", version: "1", platform: "linux" },
    ...(headers && {
      openSocket: (address: string): WebSocket => Reflect.construct(WebSocket, [address, { headers }]),
    }),
    onEvent: (frame) => guest.hear(frame),
    onGap: (expected, received) => guest.gaps.push([expected, received]),
    ...rest,
  });
  return guest;
}

/** A device with a fresh key. */
export function newDevice(): DeviceSigner {
  const { publicKey, privateKeyPem } = makeKeyPair();
  return {
    deviceId: keyFingerprint(parsePublicKey(publicKey)!),
    publicKey,
    sign: (text) => signText(privateKeyPem, text),
  };
}

export function sharedToken(): Credentials {
  return { token: ownerToken };
}

/** A folder that is gone after the test. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "clawdia-test-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
