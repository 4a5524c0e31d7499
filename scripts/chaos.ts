import { existsSync } from "node:fs";
import type { Client } from "../src/client/index.ts";
import { chaosBinary, type ChaosWorld, failpoints, openWorld, owner } from "./chaos/world.ts";
import { judge, type Sent, type Verdict } from "./chaos/verdict.ts";
import { Chance } from "./fuzz/chance.ts";
import { root } from "./lib/gateway-process.ts";
import { run, say } from "./lib/run.ts";

/**
 * `bun run chaos [--cycles N --seed N --json]`: messages come all the time, and the gateway is killed with -9, half of
 * the times at random and half at a named place. At the end every message that it took has one answer, or is reported
 * as held. Exit code 1 otherwise.
 */

const cyclesUsual = 100;
/** Messages a second. */
const rate = 100;
const drainMs = 90_000;
const failpointMs = 4_000;

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

await using world = await openWorld();
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
    const person = chance.pick(world.people);
    const word = `w${sent.length}`;
    const { updateId } = await person.says(`${word}.`);
    sent.push({ word, chat: person.id, updateId });
  }
}

/** A last start without any fault, until everything has its answer or time is up. */
async function drain({ telegram, stateDir, start }: ChaosWorld) {
  const child = await start();
  const client = await owner(stateDir);
  const until = performance.now() + drainMs;
  for (;;) {
    const held = await heldBy(client);
    const verdict = judge(telegram, sent);
    const isRead = telegram.confirmed >= Math.max(...sent.map(({ updateId }) => updateId ?? 0));
    const isDone = isRead && verdict.missing.length <= held + verdict.cut;
    if (isDone || performance.now() > until) {
      client.close();
      child.kill("SIGTERM");
      await child.exited;
      return { verdict, held };
    }
    await Bun.sleep(200);
  }
}

/** Sends whose arrival nobody knows, as the gateway reports them to its owner. */
async function heldBy(client: Client): Promise<number> {
  const { deliveries } = await client.call("deliveries.list", { troubled: true, limit: 2_000 });
  return deliveries.filter(({ state }) => state === "unknown").length;
}

function report({ verdict, held }: { readonly verdict: Verdict; readonly held: number }): void {
  const sorted = startMs.toSorted((left, right) => left - right);
  const p99 = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0;
  const lost = Math.max(0, verdict.missing.length - held - verdict.cut);
  const facts = {
    seed,
    cycles,
    sent: verdict.sent,
    accepted: verdict.accepted,
    answered: verdict.answered,
    held,
    cut: verdict.cut,
    lost,
    doubled: verdict.doubled.length,
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
  if (verdict.accepted !== verdict.sent) say("not every message was taken from the network in time");
  process.exitCode = lost === 0 && verdict.doubled.length === 0 && verdict.accepted === verdict.sent ? 0 : 1;
}
