import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openNetworks, chaosNetworkIds } from "../chaos/networks.ts";
import { openWorldOf } from "../chaos/world.ts";
import { binary, memoryOf } from "../lib/gateway-process.ts";
import type { Figure } from "./figures.ts";

/** What each network costs: from the start to a link that hears, and the memory of a gateway that has it alone. */

const settleMs = 2_000;
const waitMs = 30_000;

export async function measureNetworks(): Promise<Figure[]> {
  const figures = await measureOne([]);
  for (const id of chaosNetworkIds) figures.push(...(await measureOne([id])));
  return figures;
}

async function measureOne(ids: readonly string[]): Promise<Figure[]> {
  const networks = ids.length === 0 ? [] : await openNetworks(ids, 1);
  const stateDir = mkdtempSync(join(tmpdir(), "clawdia-network-"));
  await using world = await openWorldOf(networks, { binary, stateDir });
  const name = ids[0] ?? "no network";
  const startedAt = performance.now();
  const child = await world.start();
  try {
    const [person] = networks.flatMap(({ people }) => people);
    if (person) {
      await person.says("hello.");
      await until(() => person.hears().length > 0, `${name} did not answer`);
    }
    const answeredMs = performance.now() - startedAt;
    await Bun.sleep(settleMs);
    const memory: Figure = { name: `memory with ${name}`, unit: "MB", value: memoryOf(child.pid).rss };
    return person ? [{ name: `start to first answer, ${name}`, unit: "ms", value: answeredMs }, memory] : [memory];
  } finally {
    child.kill("SIGTERM");
    await child.exited;
    rmSync(stateDir, { recursive: true, force: true });
  }
}

async function until(isSo: () => boolean, otherwise: string): Promise<void> {
  const startedAt = performance.now();
  while (!isSo()) {
    if (performance.now() - startedAt > waitMs) throw new Error(otherwise);
    await Bun.sleep(5);
  }
}
