import { accountDefaults, type Config } from "../../src/config/index.ts";
import { FakeNetwork } from "../../test/doubles/fake-network.ts";
import { openHouse } from "../../test/open-house.ts";
import type { Figure } from "./figures.ts";
import { percentile } from "./measures.ts";

/** Five networks in one gateway: what one of them goes through, and how long another's answers take meanwhile. */

const ids = ["telegram", "discord", "slack", "signal", "imessage"] as const;
const answersMeasured = 150;
const stormPerSecond = 100;
const rounds = 3;

type Weather = "calm" | "outage" | "storm" | "rate limit";

export async function measureIsolation(): Promise<Figure[]> {
  const samples = new Map<Weather, number[]>();
  // Round by round, so that a machine that is slow for a while is slow for all of them.
  for (let round = 0; round < rounds; round++) {
    for (const weather of ["calm", "outage", "storm", "rate limit"] as const) {
      const times = await answerTimes(weather);
      samples.set(weather, [...(samples.get(weather) ?? []), ...times]);
    }
  }
  const calm = percentile(samples.get("calm")!, 0.5);
  return [...samples].map(([weather, times]) => ({
    name: `answer while another network has: ${weather}, p50`,
    unit: "ms",
    value: percentile(times, 0.5),
    floor: calm,
  }));
}

async function answerTimes(weather: Weather): Promise<number[]> {
  const networks = ids.map((id) => new FakeNetwork({ id, identity: "idempotent" }));
  const accounts = { main: { ...accountDefaults("telegram"), dmPolicy: "open", allowFrom: ["*"], streaming: "off" } };
  await using house = await openHouse({
    providers: networks.map(({ provider }) => provider),
    networks: Object.fromEntries(ids.map((id) => [id, { enabled: true, accounts }])) as Partial<Config["providers"]>,
    session: { dmScope: "per-channel-peer" },
    messages: { queueMode: "followup", typing: "never" },
    agents: { runsMax: 16 },
  });
  using alice = await house.operator();
  const [measured, troubled] = networks;
  const over = new AbortController();
  const trouble = makeTrouble(troubled!, weather, over.signal);
  const times: number[] = [];
  for (let index = 0; index < answersMeasured; index++) {
    const startedAt = performance.now();
    await measured!.says(`question ${index}`);
    await measured!.until((shown) => shown.length > index);
    times.push(performance.now() - startedAt);
  }
  over.abort();
  await trouble;
  await alice.call("status", {});
  return times;
}

async function makeTrouble(network: FakeNetwork, weather: Weather, signal: AbortSignal): Promise<void> {
  if (weather === "calm") return;
  for (let index = 0; !signal.aborted; index++) {
    const peer = { kind: "direct" as const, id: `${index % 20}` };
    if (weather === "outage") network.lose();
    if (weather === "rate limit") network.faults.push({ kind: "refuse", retryAfterMs: 2_000 });
    // While its link is away nobody takes what is said there.
    await network.says(`storm ${index}`, { peer, sender: { id: peer.id } }).catch(() => undefined);
    await Bun.sleep(1_000 / stormPerSecond);
  }
}
