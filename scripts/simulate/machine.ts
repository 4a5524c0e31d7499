import { Database as Sqlite } from "bun:sqlite";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildHouse, type House } from "../../src/app/index.ts";
import { Client, type DeviceSigner } from "../../src/client/index.ts";
import type { Config } from "../../src/config/index.ts";
import type { AgentEngine } from "../../src/engine/index.ts";
import { type LogRecord, makeIds, makeLog, type Random, realClock } from "../../src/lib/index.ts";
import type { Provider } from "../../src/providers/index.ts";
import { newDevice } from "../../test/open-house.ts";
import { Chance } from "../fuzz/chance.ts";
import type { ProcessClock, SimTime } from "./sim-time.ts";
import type { Trace } from "./trace.ts";

/** The machine on which the gateway runs: it starts it, stops it, drops it in the middle, and sleeps. */

const token = "alice-owns-this-gateway-0123456789";
/** Where a commit costs no disk; what a crash leaves is copied from there. */
const memoryFolder = "/dev/shm";
/** Logs of sockets hold what differs from process to process: ports and keys. */
const untracedLogs = new Set(["gateway", "devices"]);

export interface MachineParts {
  readonly time: SimTime;
  readonly seed: number;
  readonly trace: Trace;
  readonly config: Config;
  readonly providers: readonly Provider[];
  readonly engine: AgentEngine;
  /** Something that must not be. */
  readonly fault: (what: string) => void;
}

export type MachineState = "down" | "up" | "stopping";

export class Machine implements Disposable {
  readonly #parts: MachineParts;
  readonly #folder = mkdtempSync(join(existsSync(memoryFolder) ? memoryFolder : tmpdir(), "clawdia-simulated-"));
  readonly #signer: DeviceSigner = newDevice();
  boots = 0;
  state: MachineState = "down";
  /** True while a request of the owner's is under way: a crash waits for its end. */
  isCalled = false;
  /** World time since which the gateway is up. */
  upSinceMs = 0;
  /** Spans of world time in which no gateway ran. */
  readonly downs: { readonly fromMs: number; toMs: number }[] = [];
  #databases = 0;
  #house: House | undefined;
  #clock: ProcessClock;

  constructor(parts: MachineParts) {
    this.#parts = parts;
    this.#clock = parts.time.startProcess();
  }

  get clock(): ProcessClock {
    return this.#clock;
  }

  get takesCalls(): boolean {
    return this.state === "up" && !this.#parts.time.isAsleep && !this.isCalled;
  }

  get databasePath(): string {
    return join(this.#folder, `${this.#databases}.db`);
  }

  async start(): Promise<void> {
    const { time, seed, trace, config, providers, engine } = this.#parts;
    this.boots++;
    const clock = time.startProcess();
    this.#clock = clock;
    trace.add(time.nowMs, `boot ${this.boots}`);
    const random = seededRandom(seed * 1_000_003 + this.boots);
    const stateDir = join(this.#folder, "state");
    mkdirSync(stateDir, { recursive: true });
    const log = makeLog({
      clock,
      level: "info",
      sinks: [(record) => clock.isAlive && this.#hearLog(record)],
    });
    this.#house = await buildHouse({
      world: { clock, random, ids: makeIds(clock, random), log },
      config,
      version: "0.0.0-simulated",
      commit: undefined,
      databasePath: this.databasePath,
      mediaDir: undefined,
      stateDir,
      secretsDir: undefined,
      providers,
      configPlace: { path: join(stateDir, "clawdia.json"), isWatched: false },
      logFile: { path: join(stateDir, "clawdia.log"), flush: () => undefined },
      deviceTokenKey: new Uint8Array(32).fill(7),
      secrets: { tokens: [token], password: undefined },
      listen: { addresses: ["127.0.0.1"], port: 0 },
      engine,
      checksResults: true,
    });
    this.state = "up";
    this.upSinceMs = time.nowMs;
    const down = this.downs.at(-1);
    if (down) down.toMs = time.nowMs;
  }

  /** The process is gone at once, like after a kill -9. What was committed is there for the next one. */
  crash(): void {
    const { time, trace } = this.#parts;
    if (this.state === "down") return;
    trace.add(time.nowMs, "crash");
    this.#clock.kill();
    this.#wentDown();
    this.#house?.gateway.stopListening();
    this.#house = undefined;
    const before = this.databasePath;
    this.#databases++;
    for (const ending of ["", "-wal"]) {
      if (existsSync(`${before}${ending}`)) copyFileSync(`${before}${ending}`, `${this.databasePath}${ending}`);
    }
    for (const ending of ["", "-wal", "-shm"]) rmSync(`${before}${ending}`, { force: true });
  }

  /** Asks the gateway to stop; it takes the time that it needs. */
  stop(budgetMs: number, stopped: () => void): void {
    const { time, trace, fault } = this.#parts;
    const house = this.#house;
    const clock = this.#clock;
    if (!house || !this.takesCalls) return;
    this.state = "stopping";
    time.isCareful = true;
    trace.add(time.nowMs, "stop");
    void house
      .stop("restart", budgetMs)
      .catch((error: unknown) => fault(`the stop failed: ${String(error)}`))
      .then(() => {
        time.isCareful = false;
        if (this.#clock !== clock || this.state !== "stopping") return;
        clock.kill();
        this.#house = undefined;
        this.#wentDown();
        trace.add(time.nowMs, "stopped");
        stopped();
      });
  }

  /** One request of the owner's, over a socket of its own. Time stands meanwhile. */
  async call(method: Parameters<Client["call"]>[0], params: Record<string, unknown>): Promise<Record<string, unknown>> {
    const { gateway } = this.#house!;
    this.isCalled = true;
    const client = await Client.connect({
      url: `ws://127.0.0.1:${gateway.port}`,
      clock: { ...realClock, nowMs: () => this.#clock.nowMs() },
      identity: { id: "test", mode: "test", version: "1", platform: "linux" },
      credentials: { token },
      signer: this.#signer,
    });
    try {
      return (await client.call(method, params)) as Record<string, unknown>;
    } finally {
      client.close();
      while (gateway.connectionCount > 0) await new Promise((resolve) => setImmediate(resolve));
      this.isCalled = false;
    }
  }

  /** What a delivery is called on its network. */
  sendIdOf(deliveryId: string): string {
    using database = new Sqlite(this.databasePath, { readonly: true });
    return database.query<{ send_id: string }, [string]>("SELECT send_id FROM outbox WHERE id = ?").get(deliveryId)!
      .send_id;
  }

  [Symbol.dispose](): void {
    this.#clock.kill();
    this.#house?.gateway.stopListening();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #wentDown(): void {
    this.state = "down";
    this.downs.push({ fromMs: this.#parts.time.nowMs, toMs: Number.POSITIVE_INFINITY });
  }

  #hearLog({ level, name, event, fields }: LogRecord): void {
    const { time, trace, fault } = this.#parts;
    if (untracedLogs.has(name)) return;
    trace.add(time.nowMs, `log ${level} ${name} ${event} ${JSON.stringify(fields)}`);
    const isOurs = level === "error" && fields["error"] !== "a fault of the engine";
    if (isOurs && this.#clock.isAlive) fault(`an error in the log: ${event} ${JSON.stringify(fields)}`);
  }
}

function seededRandom(seed: number): Random {
  const chance = new Chance(seed);
  return {
    bytes: (count) => Uint8Array.from({ length: count }, () => chance.below(256)),
    unit: () => chance.unit(),
  };
}
