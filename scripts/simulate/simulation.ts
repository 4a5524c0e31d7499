import { heapStats } from "bun:jsc";
import { Chance } from "../fuzz/chance.ts";
import { houseConfig } from "./house-config.ts";
import { Machine } from "./machine.ts";
import { Owner } from "./owner.ts";
import { People } from "./people.ts";
import { type DayCount, countDay, judgeGrowth } from "./growth.ts";
import { SimEngine } from "./sim-engine.ts";
import type { Shown } from "./network-words.ts";
import { SimNetwork } from "./sim-network.ts";
import { SimTime } from "./sim-time.ts";
import { Trace } from "./trace.ts";
import { Trouble } from "./trouble.ts";
import { type Fate, Verdict } from "./verdict.ts";

/** A person's life with the gateway, on simulated time: the same seed gives the same life, line by line. */

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Within this time after all is well again, everything that was taken has come to its end. */
export const drainMs = 75 * minuteMs;
/** Friday before the night in which the clocks of Berlin go back. */
const startMs = Date.UTC(2026, 9, 23);
const zone = "Europe/Berlin";
const faultsMax = 100;
const kinds = [
  ["whatsapp", "idempotent"],
  ["discord", "reconcilable"],
  ["telegram", "none"],
] as const;

export interface SimulationOptions {
  readonly days: number;
  readonly seed: number;
  readonly keepsTrace?: boolean;
  /** Counts objects on the heap every day; worth something only where nothing else runs in the process. */
  readonly watchesHeap?: boolean;
  readonly dayOver?: (day: number) => void;
}

export interface SimulationReport {
  readonly seed: number;
  readonly days: number;
  /** What must not be and was; empty when all is well. */
  readonly faults: readonly string[];
  readonly said: number;
  readonly asked: number;
  readonly shown: number;
  readonly turns: number;
  readonly boots: number;
  readonly troubles: Readonly<Record<string, number>>;
  readonly fates: Readonly<Partial<Record<Fate, number>>>;
  readonly approvals: number;
  readonly decided: number;
  readonly notices: number;
  readonly growth: readonly DayCount[];
  readonly traceLines: number;
  readonly digest: string;
  readonly lines: readonly string[];
}

export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const zoneBefore = process.env["TZ"];
  process.env["TZ"] = zone;
  try {
    return await simulateInZone(options);
  } finally {
    if (zoneBefore === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zoneBefore;
  }
}

interface Cast {
  readonly time: SimTime;
  readonly trace: Trace;
  readonly faults: string[];
  readonly fault: (what: string) => void;
  readonly networks: readonly SimNetwork[];
  readonly engine: SimEngine;
  readonly machine: Machine;
  readonly people: People;
  readonly owner: Owner;
  readonly trouble: Trouble;
  readonly verdict: Verdict;
}

async function simulateInZone(options: SimulationOptions): Promise<SimulationReport> {
  const cast = makeCast(options);
  using machine = cast.machine;
  const { time, people, owner, trouble, verdict, networks, fault } = cast;
  const growth: DayCount[] = [];
  await machine.start();
  people.start();
  owner.start();
  trouble.start();
  for (let hour = 1; hour <= options.days * 24; hour++) {
    await time.passUntil(hour * hourMs);
    const { calmSinceMs } = trouble;
    if (calmSinceMs !== undefined && time.nowMs - calmSinceMs > drainMs) verdict.look(time.nowMs - drainMs);
    if (hour % 24 !== 0) continue;
    options.dayOver?.(hour / 24);
    growth.push(countDay(machine, hour / 24, options.watchesHeap ? heapStats : undefined));
  }
  await trouble.end();
  await time.passUntil(time.nowMs + drainMs);
  verdict.look(time.nowMs);
  verdict.judgeAll();
  if (verdict.untaken > 0) fault(`${verdict.untaken} messages were never taken`);
  for (const network of networks) judgeRetries(network, machine.boots, fault);
  judgeGrowth(growth, machine.boots, fault);
  return reportOf(options, cast, growth);
}

function makeCast({ days, seed, keepsTrace = false }: SimulationOptions): Cast {
  const endMs = days * dayMs;
  const faults: string[] = [];
  const trace = new Trace(keepsTrace);
  const time = new SimTime(startMs);
  const fault = (what: string) => {
    trace.add(time.nowMs, `FAULT ${what}`);
    if (faults.length < faultsMax) faults.push(`day ${Math.floor(time.nowMs / dayMs) + 1}: ${what}`);
  };
  const chanceFor = (salt: number) => new Chance(seed * 7_919 + salt);
  const process = () => machine.clock;
  const engine = new SimEngine({ time, chance: chanceFor(1), trace, process });
  const changed = (shown: Shown) => verdict.shown(shown);
  const networks = kinds.map(
    ([id, identity], index) =>
      new SimNetwork({ id, identity, time, chance: chanceFor(10 + index), trace, process, changed }),
  );
  const providers = networks.map(({ provider }) => provider);
  const config = houseConfig(seed, networks);
  const machine: Machine = new Machine({ time, seed, trace, config, providers, engine, fault });
  const people = new People({ time, chance: chanceFor(2), networks, machine, endMs });
  const trouble = new Trouble({ time, chance: chanceFor(3), trace, networks, engine, machine, endMs });
  const wasClockWrong = (atMs: number) => trouble.wasClockWrong(atMs);
  const verdict: Verdict = new Verdict({ networks, engine, people, machine, wasClockWrong, fault });
  const owner = new Owner({ time, chance: chanceFor(4), networks, machine, people, endMs, fault });
  return { time, trace, faults, fault, networks, engine, machine, people, owner, trouble, verdict };
}

function reportOf(
  { days, seed }: SimulationOptions,
  { faults, networks, people, engine, machine, trouble, verdict, owner, trace }: Cast,
  growth: readonly DayCount[],
): SimulationReport {
  return {
    seed,
    days,
    faults,
    said: networks.reduce((sum, { said }) => sum + said.length, 0),
    asked: people.asked.length,
    shown: networks.reduce((sum, { shown }) => sum + shown.length, 0),
    turns: engine.thoughts.size,
    boots: machine.boots,
    troubles: trouble.counts,
    fates: verdict.fates,
    approvals: people.approvals,
    decided: owner.decided,
    notices: engine.notices,
    growth,
    traceLines: trace.count,
    digest: trace.digest(),
    lines: trace.lines,
  };
}

/** Attempts of one message, and openings of a link within a minute: what the back-off allows. */
const attemptsMax = 12;
const opensMax = 8;

function judgeRetries(network: SimNetwork, boots: number, fault: (what: string) => void): void {
  for (const [sendId, count] of network.attempts) {
    const allowed = attemptsMax * (1 + (network.resent.get(sendId) ?? 0));
    if (count > allowed) fault(`${network.id}: ${sendId} was tried ${count} times`);
  }
  if (network.early > 0) fault(`${network.id}: ${network.early} sends came before the network allowed it`);
  const { opens } = network;
  const most = Math.max(0, ...opens.map((at, index) => opens.slice(index).findIndex((next) => next > at + minuteMs)));
  if (most > opensMax + Math.min(boots, 4)) fault(`${network.id}: ${most} links were opened within a minute`);
}
