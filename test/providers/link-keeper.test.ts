import { heapStats } from "bun:jsc";
import { expect, test } from "bun:test";
import { realRandom } from "../../src/lib/index.ts";
import { type AccountState, LinkKeeper } from "../../src/providers/index.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { memoryRecords } from "../doubles/memory-records.ts";
import { FakeNetwork } from "../doubles/fake-network.ts";

function keep(network: FakeNetwork) {
  const clock = new FakeClock();
  const states: AccountState["kind"][] = [];
  const keeper = new LinkKeeper({
    provider: network.provider,
    account: { provider: "telegram", id: "main", settings: {} },
    secrets: { get: () => undefined, set: () => undefined, delete: () => undefined },
    records: memoryRecords(),
    folder: () => "/nowhere",
    environment: {},
    clock,
    random: { ...realRandom, unit: () => 0 },
    log: new CapturedLog(clock).log,
    receive: () => Promise.resolve(),
    serveWebhook: () => ({ [Symbol.dispose]: () => undefined }),
    changed: ({ state }) => {
      if (states.at(-1) !== state.kind) states.push(state.kind);
    },
  });
  keeper.start();
  return { clock, keeper, states };
}

test("a link that is lost is opened again after a pause, and only once", async () => {
  const network = new FakeNetwork();
  const { clock, keeper, states } = keep(network);
  await clock.advance(0);
  network.lose();
  await clock.advance(999);
  expect([network.opened, keeper.state.kind, keeper.link]).toEqual([1, "waiting", undefined]);
  await clock.advance(1);
  expect([network.opened, keeper.state.kind]).toEqual([2, "connected"]);
  expect(states).toEqual(["connecting", "connected", "waiting", "connecting", "connected"]);
  await keeper.stop();
});

test("the network's own word on when to come back is kept", async () => {
  const network = new FakeNetwork();
  const { clock, keeper } = keep(network);
  await clock.advance(0);
  network.lose("too many requests", 30_000);
  await clock.advance(29_999);
  expect(network.opened).toBe(1);
  await clock.advance(1);
  expect(network.opened).toBe(2);
  await keeper.stop();
});

test("a network that stays away is tried at most six times in the first minute, and once a minute later", async () => {
  const network = new FakeNetwork();
  network.isUp = false;
  const { clock, keeper } = keep(network);
  await clock.advance(60_000);
  expect(network.opened).toBeLessThanOrEqual(7);
  const before = network.opened;
  for (let minute = 0; minute < 10; minute++) await clock.advance(60_000);
  expect(network.opened - before).toBeLessThanOrEqual(11);
  await keeper.stop();
});

test("revoked credentials end it: nothing is tried again, and the cure is told", async () => {
  const network = new FakeNetwork();
  const { clock, keeper } = keep(network);
  await clock.advance(0);
  network.logOut();
  for (let hour = 0; hour < 24; hour++) await clock.advance(3_600_000);
  expect(network.opened).toBe(1);
  expect(keeper.state).toMatchObject({ kind: "logged-out", cure: "clawdia providers add telegram" });
  await keeper.stop();
});

test("a deaf connection is found within ninety seconds, and only that link is opened anew", async () => {
  const network = new FakeNetwork();
  const { clock, keeper, states } = keep(network);
  await clock.advance(0);
  network.isUp = false;
  for (let second = 0; second < 90 && !states.includes("waiting"); second++) await clock.advance(1_000);
  expect(keeper.state.kind).toBe("waiting");
  network.isUp = true;
  for (let second = 0; second < 30 && network.opened < 2; second++) await clock.advance(1_000);
  expect(keeper.state.kind).toBe("connected");
  await keeper.stop();
});

test("a day of silence is no reason to reconnect", async () => {
  const network = new FakeNetwork();
  const { clock, keeper } = keep(network);
  for (let quarter = 0; quarter < 96; quarter++) await clock.advance(900_000);
  expect(network.opened).toBe(1);
  await keeper.stop();
});

test("an account that is opened again and again leaves nothing behind", async () => {
  const network = new FakeNetwork();
  const { clock, keeper } = keep(network);
  await clock.advance(0);
  const signalsAfter = async (losses: number) => {
    for (let loss = 0; loss < losses; loss++) {
      network.lose();
      await clock.advance(60_000);
    }
    Bun.gc(true);
    return heapStats().objectTypeCounts["AbortSignal"] ?? 0;
  };
  const before = await signalsAfter(20);
  expect((await signalsAfter(200)) - before).toBeLessThan(100);
  await keeper.stop();
});
