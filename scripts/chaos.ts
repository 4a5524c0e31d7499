import { existsSync } from "node:fs";
import { chaosBinary, type ChaosWorld, failpoints, openWorld, owner } from "./chaos/world.ts";
import { chaosNetworkIds } from "./chaos/networks.ts";
import { judge, type Sent, type Verdict } from "./chaos/verdict.ts";
import { Chance } from "./fuzz/chance.ts";
import { root } from "./lib/gateway-process.ts";
import { run, say } from "./lib/run.ts";

/**
 * `bun run chaos [--cycles N --seed N --networks a,b --json]`: messages come all the time on every network, and the
 * gateway is killed with -9, half of the times at random and half at a named place. At the end every message that it
 * took has one answer, in the order of its chat, or is reported as held where the network cannot tell. Exit code 1
 * otherwise.
 */

const cyclesUsual = 100;
/** Messages a second. */
const rate = 100;
/** Nothing new for so long means that nothing more comes. */
const stillMs = 60_000;
const failpointMs = 4_000;

const networkOption = process.argv.indexOf("--networks");
const networkIds = networkOption === -1 ? chaosNetworkIds : (process.argv[networkOption + 1] ?? "").split(",");

const option = (name: string, usual: number) => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? usual : Number(process.argv[at + 1]);
};

const cycles = option("cycles", cyclesUsual);
const seed = option("seed", 1);
const chance = new Chance(seed);
if (!existsSync(chaosBinary) || !process.argv.includes("--no-build")) {
  run([process.execPath, "scripts/build.ts", "--failpoints"], { cwd: root, quiet: true });
}

await using world = await openWorld(networkIds);
const everybody = world.networks.flatMap((network) => network.people.map((person) => ({ network, person })));
const sent: Sent[] = [];
const startMs: number[] = [];
for (let cycle = 0; cycle < cycles; cycle++) {
  await oneCycle(world, cycle);
  if ((cycle + 1) % 10 === 0) say(`cycle ${cycle + 1} of ${cycles}: ${sent.length} messages so far`);
}
report(await drain(world));

async function oneCycle({ start }: ChaosWorld, cycle: number): Promise<void> {
  const atPlace = cycle % 2 === 1 ? `${chance.pick(failpoints)}:${1 + chance.below(12)}` : undefined;
  const startedAt = performance.now();
  const child = await start(atPlace);
  startMs.push(performance.now() - startedAt);
  const aliveMs = 300 + chance.below(1_200);
  const talking = talk(aliveMs);
  if (atPlace === undefined) await talking;
  else await Promise.race([child.exited, talking.then(() => Bun.sleep(failpointMs))]);
  child.kill("SIGKILL");
  await child.exited;
  await talking;
}

/** Messages from everybody, at the intended rate whatever the gateway does. */
async function talk(forMs: number): Promise<void> {
  const startedAt = performance.now();
  const count = Math.round((forMs / 1000) * rate);
  for (let index = 0; index < count; index++) {
    const dueMs = (index / rate) * 1000 - (performance.now() - startedAt);
    if (dueMs > 0) await Bun.sleep(dueMs);
    const { network, person } = chance.pick(everybody);
    const word = `w${sent.length}`;
    sent.push({ word, network, person, message: await person.says(`${word}.`) });
  }
}

/** A last start without any fault, until everything has its answer, or nothing more comes of it. */
async function drain({ stateDir, start }: ChaosWorld) {
  const child = await start();
  const held: string[] = [];
  let progress = { settled: -1, atMs: performance.now() };
  for (;;) {
    held.push(...(await dropHeld(stateDir)));
    const verdict = judge(sent);
    const settled = verdict.accepted + verdict.answered + held.length;
    if (settled > progress.settled) progress = { settled, atMs: performance.now() };
    const isDone = verdict.accepted === verdict.sent && verdict.missing.length <= held.length + verdict.cut;
    if (isDone || performance.now() - progress.atMs > stillMs) {
      child.kill("SIGTERM");
      await child.exited;
      return { verdict, held };
    }
    await Bun.sleep(500);
  }
}

/**
 * Sends whose arrival nobody knows, as the gateway reports them to its owner, by network; the owner drops them, so that
 * the list never comes to its limit.
 */
async function dropHeld(stateDir: string): Promise<readonly string[]> {
  // Judging takes long in the end, and a client that is silent for so long is cut.
  const client = await owner(stateDir);
  const { deliveries } = await client.call("deliveries.list", { troubled: true, limit: 2_000 });
  const held = deliveries.filter(({ state }) => state === "unknown");
  for (const { id } of held) await client.call("deliveries.resolve", { id, decision: "drop" });
  client.close();
  return held.map(({ channel }) => channel);
}

function report({ verdict, held }: { readonly verdict: Verdict; readonly held: readonly string[] }): void {
  const sorted = startMs.toSorted((left, right) => left - right);
  const p99 = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0;
  const lost = Math.max(0, verdict.missing.length - held.length - verdict.cut);
  const wrong = wronglyHeld(held);
  const facts = {
    seed,
    cycles,
    sent: verdict.sent,
    accepted: verdict.accepted,
    answered: verdict.answered,
    held: held.length,
    wronglyHeld: wrong.length,
    cut: verdict.cut,
    lost,
    doubled: verdict.doubled.length,
    disordered: verdict.disordered.length,
    startMsP50: Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0),
    startMsP99: Math.round(p99),
  };
  if (process.argv.includes("--json")) say(JSON.stringify(facts));
  else
    say(
      Object.entries(facts)
        .map(([name, value]) => `${name} ${value}`)
        .join("  "),
    );
  if (lost > 0) say(`lost: ${verdict.missing.map(({ word }) => word).join(" ")}`);
  if (verdict.doubled.length > 0) say(`doubled: ${verdict.doubled.map(({ word }) => word).join(" ")}`);
  if (wrong.length > 0) say(`held where the network can tell: ${wrong.join(" ")}`);
  if (verdict.disordered.length > 0) say(`out of order: ${verdict.disordered.map(({ word }) => word).join(" ")}`);
  if (verdict.accepted !== verdict.sent) say("not every message was taken from its network in time");
  const faults = lost + wrong.length + verdict.doubled.length + verdict.disordered.length;
  process.exitCode = faults === 0 && verdict.accepted === verdict.sent ? 0 : 1;
}

/** Held sends at networks that know a message again, or can be asked for it. */
function wronglyHeld(held: readonly string[]): readonly string[] {
  const able = new Set(world.networks.filter(({ identity }) => identity !== "none").map(({ id }) => id));
  return held.filter((channel) => able.has(channel));
}
