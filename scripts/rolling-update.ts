import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openNetworks } from "./chaos/networks.ts";
import { judge, type Sent } from "./chaos/verdict.ts";
import { openWorldOf } from "./chaos/world.ts";
import { Chance } from "./fuzz/chance.ts";
import { binary } from "./lib/gateway-process.ts";
import { say } from "./lib/run.ts";
import { Crowd } from "./rolling-update/crowd.ts";
import { Talkers } from "./rolling-update/talkers.ts";

/**
 * `bun scripts/rolling-update.ts [--cycles N --clients N --runs N --seed N --json]`: the binary of dist/ is replaced
 * and restarted by SIGTERM again and again, while clients are connected, runs of 2 to 20 seconds go on, and people
 * write on a network. What counts is what clients and people see. Exit code 1 when a promise is broken.
 */

const option = (name: string, usual: number) => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? usual : Number(process.argv[at + 1]);
};

const cycles = option("cycles", 10);
const clientCount = option("clients", 200);
const runCount = option("runs", 20);
const seed = option("seed", 1);
/** Messages a second on the network. */
const rate = 100;
const peopleCount = 50;
/** What a service manager grants; see `stop-budget.ts`. */
const stopBudgetMs = 45_000;
const gapMsMax = 1_000;
const bucketMs = 10;
const bucketShareMax = 0.05;
const stillMs = 60_000;

if (!existsSync(binary)) throw new Error("there is no dist/clawdia: bun run build");
const chance = new Chance(seed);
const stateDir = mkdtempSync(join(tmpdir(), "clawdia-rolling-"));
const program = join(stateDir, "bin", "clawdia");
mkdirSync(join(stateDir, "bin"));
copyFileSync(binary, program);
const port = freePort();
const agents = { echoPauseMs: 20, echoNetworks: true, runsMax: 64 };
const networks = await openNetworks(["telegram"], peopleCount);
await using world = await openWorldOf(networks, { binary: program, stateDir, port, config: { agents } });
const people = world.networks.flatMap((network) => network.people.map((person) => ({ network, person })));

let child = await world.start();
const url = `ws://127.0.0.1:${port}`;
const token = readFileSync(join(stateDir, "secrets", "gateway-token"), "utf8").trim();
const crowd = new Crowd(url, token, clientCount);
await crowd.allOpen();
const talkers = new Talkers(url, token, { count: runCount, chance, pauseMs: agents.echoPauseMs });
const sent: Sent[] = [];
const traffic = { isOver: false };
const writing = write();

const stops: number[] = [];
let killed = 0;
for (let cycle = 0; cycle < cycles; cycle++) {
  await Bun.sleep(500 + chance.below(1_000));
  // The new binary takes the place of the old one while that runs.
  copyFileSync(binary, `${program}.new`);
  renameSync(`${program}.new`, program);
  crowd.watch();
  const stopsAt = performance.now();
  child.kill("SIGTERM");
  const late = setTimeout(() => {
    killed++;
    child.kill("SIGKILL");
  }, stopBudgetMs);
  await child.exited;
  clearTimeout(late);
  stops.push(performance.now() - stopsAt);
  child = await world.start();
  await crowd.allOpen();
  say(`cycle ${cycle + 1} of ${cycles}: stopped in ${Math.round(stops.at(-1)!)} ms, ${sent.length} messages so far`);
}
traffic.isOver = true;
await writing;
const runs = await talkers.finish();
let verdict = judge(sent);
for (let answered = -1, atMs = performance.now(); ; await Bun.sleep(500), verdict = judge(sent)) {
  if (verdict.answered > answered) [answered, atMs] = [verdict.answered, performance.now()];
  const isDone = verdict.accepted === verdict.sent && verdict.missing.length === 0;
  if (isDone || performance.now() - atMs > stillMs) break;
}
const { gapsMs, backMs } = crowd;
crowd.close();
child.kill("SIGTERM");
await child.exited;

const sorted = gapsMs.toSorted((left, right) => left - right);
const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
// Of one restart each: how many come back in the same hundredth of a second.
const fullest = Math.max(...backMs.map((times) => fullestBucket(times)));
const facts = {
  seed,
  cycles,
  clients: clientCount,
  runs: runs.taken,
  runsLost: runs.lost.length,
  runsDoubled: runs.doubled.length,
  messages: verdict.sent,
  lost: verdict.missing.length,
  doubled: verdict.doubled.length,
  disordered: verdict.disordered.length,
  cut: verdict.cut,
  stopMsMax: Math.round(Math.max(...stops)),
  killed,
  gapMsP50: Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0),
  gapMsP99: Math.round(p99),
  fullestBucketPercent: Math.round(fullest * 1000) / 10,
};
say(
  process.argv.includes("--json")
    ? JSON.stringify(facts)
    : Object.entries(facts)
        .map(([name, value]) => `${name} ${value}`)
        .join("  "),
);
const faults = runs.lost.length + runs.doubled.length + verdict.missing.length + verdict.doubled.length + killed;
const isSpread = fullest <= bucketShareMax;
if (p99 > gapMsMax) say(`clients were away for ${Math.round(p99)} ms: at most ${gapMsMax}`);
if (!isSpread) say(`clients come back in a herd: ${facts.fullestBucketPercent} % within ${bucketMs} ms`);
const isWhole = verdict.accepted === verdict.sent && verdict.disordered.length === 0;
process.exitCode = faults === 0 && p99 <= gapMsMax && isSpread && isWhole ? 0 : 1;

/** Messages from everybody, at the intended rate whatever the gateway does. */
async function write(): Promise<void> {
  const startedAt = performance.now();
  for (let index = 0; !traffic.isOver; index++) {
    const dueMs = (index / rate) * 1000 - (performance.now() - startedAt);
    if (dueMs > 0) await Bun.sleep(dueMs);
    const { network, person } = chance.pick(people);
    const word = `w${index}`;
    sent.push({ word, network, person, message: await person.says(`${word}.`) });
  }
}

function fullestBucket(times: readonly number[]): number {
  const first = Math.min(...times);
  const counts = new Map<number, number>();
  for (const time of times) {
    const bucket = Math.floor((time - first) / bucketMs);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values()) / Math.max(1, times.length);
}

function freePort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
  listener.stop(true);
  return listener.port;
}
