import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { percentile } from "./bench/measures.ts";
import { root, startGatewayProcess } from "./lib/gateway-process.ts";
import { attempt, say } from "./lib/run.ts";
import { fill, type Filling } from "./loop-delay/fill.ts";
import { kinds, load } from "./loop-delay/load.ts";
import { turnsUnderLoad } from "./loop-delay/turns.ts";

/**
 * `bun run loop-delay [--sessions N --mebibytes N --seconds N --each --json --no-build]`: the event loop of the
 * compiled binary under load, on a state with years of conversations and on a small one. The delay is measured from
 * outside: how late answers to `health` are that are asked for every 4 ms on a connection of their own, which needs a
 * machine with nothing else to do. `--each` also puts on one kind of request after the other. Goal: p99 under 20 ms
 * with 10,000 sessions and 1 GiB.
 */

const option = (name: string, usual: number) => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? usual : Number(process.argv[at + 1]);
};
const has = (name: string) => process.argv.includes(`--${name}`);

const goalMs = 20;
const seconds = option("seconds", 20);
const full: Filling = {
  sessions: option("sessions", 10_000),
  transcriptBytes: option("mebibytes", 1_024) * 1024 * 1024,
  pictures: 40,
};
const small: Filling = { sessions: 20, transcriptBytes: 200_000, pictures: 0 };

interface Measured {
  readonly state: string;
  readonly startMs: number;
  readonly idle: Delay;
  readonly loaded: Delay;
  readonly took: Readonly<Record<string, Delay>>;
  /** Processor time between two turns of the loop, of the turns that took any. */
  readonly turns: Delay;
}

interface Delay {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

if (!has("no-build") && attempt([process.execPath, "scripts/build.ts"], { cwd: root, quiet: true }) !== 0) {
  process.exit(1);
}
const measured = [await measure("small", small), await measure("full", full)];
if (has("json")) say(JSON.stringify({ bun: Bun.version, filling: full, measured }, undefined, 2));
else for (const one of measured) print(one);
const [before, after] = measured;
say(
  `ratio full / small: start ${(after!.startMs / before!.startMs).toFixed(2)}, ` +
    `p99 under load ${(after!.loaded.p99 / before!.loaded.p99).toFixed(2)}; goal p99 ≤ ${goalMs} ms: ` +
    (after!.loaded.p99 <= goalMs ? "met" : "MISSED"),
);

async function measure(state: string, filling: Filling): Promise<Measured> {
  const stateDir = mkdtempSync(join(tmpdir(), "clawdia-delay-"));
  try {
    // The first start makes the tables.
    await (await startGatewayProcess(stateDir))[Symbol.asyncDispose]();
    const { entries, bytes } = fill(stateDir, filling);
    process.stderr.write(`${state}: ${entries} messages, ${Math.round(bytes / 1024 / 1024)} MiB\n`);
    const startedAt = performance.now();
    await using gateway = await startGatewayProcess(stateDir);
    const startMs = performance.now() - startedAt;
    const { port } = gateway;
    const idle = delayOf(await pings(port, 3_000));
    if (has("each")) await measureEach(port, filling.sessions);
    const [delays, took] = await Promise.all([
      pings(port, seconds * 1000),
      load({ port, forMs: seconds * 1000, sessions: filling.sessions }),
    ]);
    const byKind = Object.fromEntries([...took].map(([name, times]) => [name, delayOf(times)]));
    await gateway[Symbol.asyncDispose]();
    const { sessions } = filling;
    if (has("each")) await turnsOfEach(stateDir, sessions);
    const turns = delayOf(await turnsUnderLoad(stateDir, { forMs: seconds * 1000, sessions }));
    return { state, startMs, idle, loaded: delayOf(delays), took: byKind, turns };
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
}

async function measureEach(port: number, sessions: number): Promise<void> {
  for (const { name } of kinds) {
    const [delays, took] = await Promise.all([pings(port, 3_000), load({ port, forMs: 3_000, sessions, only: name })]);
    say(`only ${name.padEnd(28)} delay ${shown(delayOf(delays))}   took ${shown(delayOf(took.get(name) ?? []))}`);
  }
}

async function turnsOfEach(stateDir: string, sessions: number): Promise<void> {
  for (const { name } of kinds) {
    const turns = await turnsUnderLoad(stateDir, { forMs: 3_000, sessions, only: name });
    say(`only ${name.padEnd(28)} turns ${shown(delayOf(turns))}`);
  }
}

/** From a thread of its own, so that the load's own work does not count. */
async function pings(port: number, forMs: number): Promise<number[]> {
  const worker = new Worker(join(import.meta.dir, "loop-delay/pinger.ts"));
  const delays = Promise.withResolvers<number[]>();
  worker.addEventListener("message", ({ data }: MessageEvent<number[]>) => delays.resolve(data));
  worker.addEventListener("error", ({ message }) => delays.reject(new Error(message)));
  worker.postMessage({ port, forMs }, []);
  try {
    return await delays.promise;
  } finally {
    worker.terminate();
  }
}

function delayOf(times: readonly number[]): Delay {
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => percentile(times, share)) as [number, number, number];
  return { count: times.length, p50, p99, max };
}

function print({ state, startMs, idle, loaded, took, turns }: Measured): void {
  say(`${state}: start ${startMs.toFixed(0)} ms`);
  say(`  delay idle       ${shown(idle)}`);
  say(`  delay under load ${shown(loaded)}`);
  say(`  processor time between turns, under load ${shown(turns)}`);
  for (const [name, delay] of Object.entries(took)) say(`    ${name.padEnd(28)} ${shown(delay)}`);
}

function shown({ count, p50, p99, max }: Delay): string {
  const [a, b, c] = [p50, p99, max].map((value) => value.toFixed(1).padStart(7));
  return `p50 ${a}  p99 ${b}  max ${c} ms  (${count})`;
}
