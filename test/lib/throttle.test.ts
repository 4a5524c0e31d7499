import { expect, test } from "bun:test";
import { Throttle } from "../../src/lib/index.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

function stage() {
  const clock = new FakeClock();
  const at: number[] = [];
  const throttle = new Throttle(clock, 100, () => at.push(clock.elapsedMs()));
  return { clock, at, throttle };
}

test("the first request runs at once, those within the interval together at its end", async () => {
  const { clock, at, throttle } = stage();
  for (let count = 0; count < 5; count++) throttle.request();
  expect(at).toEqual([0]);
  await clock.advance(99);
  expect(at).toEqual([0]);
  await clock.advance(1);
  expect(at).toEqual([0, 100]);
});

test("a steady stream of requests runs once an interval", async () => {
  const { clock, at, throttle } = stage();
  for (let count = 0; count < 50; count++) {
    throttle.request();
    await clock.advance(10);
  }
  expect(at).toEqual([0, 100, 200, 300, 400, 500]);
});

test("flush runs what waits now, and nothing when nothing waits", async () => {
  const { clock, at, throttle } = stage();
  throttle.flush();
  expect(at).toEqual([]);
  throttle.request();
  throttle.request();
  throttle.flush();
  expect(at).toEqual([0, 0]);
  await clock.advance(1000);
  expect(at).toEqual([0, 0]);
});

test("drop forgets what waits", async () => {
  const { clock, at, throttle } = stage();
  throttle.request();
  throttle.request();
  throttle.drop();
  await clock.advance(1000);
  expect(at).toEqual([0]);
  throttle.request();
  expect(at).toEqual([0, 1000]);
});

test("a closed throttle runs nothing any more", async () => {
  const { clock, at, throttle } = stage();
  throttle.request();
  throttle.request();
  throttle.close();
  throttle.request();
  await clock.advance(1000);
  expect(at).toEqual([0]);
});
