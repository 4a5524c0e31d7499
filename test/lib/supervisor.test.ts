import { expect, test } from "bun:test";
import { Supervisor, supervision } from "../../src/lib/index.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

function stage() {
  const clock = new FakeClock();
  const log = new CapturedLog(clock);
  const told: string[][] = [];
  const supervisor: Supervisor = new Supervisor({
    clock,
    log: log.log,
    changed: () => void told.push(supervisor.troubles.map(({ unit, reason }) => `${unit}: ${reason}`)),
  });
  const stop = new AbortController();
  return { clock, log, told, supervisor, stop };
}

const events = ({ records }: CapturedLog) => records.map(({ event }) => event);

test("a unit that throws is started again, and one that ends is not", async () => {
  const { clock, log, supervisor, stop } = stage();
  let starts = 0;
  const kept = supervisor.keep(
    "ticks",
    () => (++starts < 3 ? Promise.reject(new Error("broke")) : Promise.resolve()),
    stop.signal,
  );
  await clock.advance(10_000);
  await kept;
  expect(starts).toBe(3);
  expect(events(log)).toEqual(["unit.failed", "unit.failed"]);
  expect(supervisor.troubles).toEqual([]);
});

test("a unit that throws over and over is in trouble once, is tried seldom, and is well when it holds", async () => {
  const { clock, log, told, supervisor, stop } = stage();
  let starts = 0;
  let isBroken = true;
  const work = async () => {
    starts++;
    if (isBroken) throw new Error("broke");
    await clock.sleep(3_600_000, stop.signal);
  };
  const kept = supervisor.keep("ticks", work, stop.signal);
  await clock.advance(600_000);
  expect(told).toEqual([["ticks: broke"]]);
  expect(events(log).filter((event) => event === "unit.in-trouble")).toHaveLength(1);
  const startsBefore = starts;
  expect(startsBefore).toBeLessThan(20);
  isBroken = false;
  await clock.advance(supervision.maxMs + supervision.windowMs + 1_000);
  expect(starts).toBe(startsBefore + 1);
  expect(told).toEqual([["ticks: broke"], []]);
  stop.abort();
  await kept;
});

test("a hundred failures of one unit leave the others alone, and a stop ends them all", async () => {
  const { clock, supervisor, stop } = stage();
  let ticks = 0;
  const well = async () => {
    for (;;) {
      await clock.sleep(1_000, stop.signal);
      ticks++;
    }
  };
  const kept = [
    supervisor.keep("broken", () => Promise.reject(new Error("broke")), stop.signal),
    supervisor.keep("well", well, stop.signal),
  ];
  await clock.advance(100_000);
  expect(ticks).toBe(100);
  expect(supervisor.troubles.map(({ unit }) => unit)).toEqual(["broken"]);
  stop.abort();
  await Promise.all(kept);
});
