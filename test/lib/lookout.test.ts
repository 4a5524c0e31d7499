import { expect, test } from "bun:test";
import { Lookout } from "../../src/lib/index.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

function keeping(look: () => boolean) {
  const clock = new FakeClock();
  const stop = new AbortController();
  const looks: number[] = [];
  const lookout = new Lookout(clock, stop.signal, () => {
    looks.push(clock.elapsedMs());
    return look();
  });
  return { clock, stop, looks, lookout, kept: lookout.keep() };
}

test("work is looked after every second", async () => {
  const { clock, stop, looks, kept } = keeping(() => true);
  await clock.advance(3_000);
  stop.abort();
  await kept;
  expect(looks).toEqual([0, 1_000, 2_000, 3_000]);
});

test("without work it looks seldom, until it is stirred", async () => {
  let isBusy = false;
  const { clock, stop, looks, lookout, kept } = keeping(() => isBusy);
  await clock.advance(20_000);
  isBusy = true;
  lookout.stir();
  await clock.advance(1_000);
  isBusy = false;
  await clock.advance(16_000);
  stop.abort();
  await kept;
  expect(looks).toEqual([0, 15_000, 20_000, 21_000, 22_000, 37_000]);
});

test("it ends at once, whether it is idle or not", async () => {
  const { clock, stop, looks, kept } = keeping(() => false);
  await clock.advance(0);
  stop.abort();
  await kept;
  expect(looks).toEqual([0]);
});
