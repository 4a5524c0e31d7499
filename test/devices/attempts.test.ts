import { expect, test } from "bun:test";
import { attemptLimits, Attempts } from "../../src/devices/index.ts";
import { attemptSource, credentialKinds } from "../../src/devices/attempts.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

const { failuresMax, windowMs, lockMs, sourcesMax } = attemptLimits;

function stage() {
  const clock = new FakeClock();
  return { clock, attempts: new Attempts(clock) };
}

function fail(attempts: Attempts, source: string, times: number): void {
  for (let count = 0; count < times; count++) attempts.fail(source, "token");
}

test("the limits are ten wrong ones a minute and then five minutes", () => {
  expect(attemptLimits).toEqual({ failuresMax: 10, windowMs: 60_000, lockMs: 300_000, sourcesMax: 4096 });
});

test("the tenth failure within a minute locks for five minutes, the ninth does not", async () => {
  const { clock, attempts } = stage();
  fail(attempts, "1.2.3.4", failuresMax - 1);
  expect(attempts.lockedForMs("1.2.3.4", "token")).toBe(0);
  attempts.fail("1.2.3.4", "token");
  expect(attempts.lockedForMs("1.2.3.4", "token")).toBe(lockMs);
  await clock.advance(lockMs - 1);
  expect(attempts.lockedForMs("1.2.3.4", "token")).toBe(1);
  await clock.advance(1);
  expect(attempts.lockedForMs("1.2.3.4", "token")).toBe(0);
});

test("after a lock the counting starts anew", async () => {
  const { clock, attempts } = stage();
  fail(attempts, "1.2.3.4", failuresMax);
  await clock.advance(lockMs);
  fail(attempts, "1.2.3.4", failuresMax - 1);
  expect(attempts.lockedForMs("1.2.3.4", "token")).toBe(0);
});

test("failures of an earlier minute are forgotten", async () => {
  const { clock, attempts } = stage();
  for (let minute = 0; minute < 5; minute++) {
    fail(attempts, "1.2.3.4", failuresMax - 1);
    await clock.advance(windowMs);
  }
  expect(attempts.lockedForMs("1.2.3.4", "token")).toBe(0);
});

test("a jump of the wall clock neither locks nor frees", () => {
  const { clock, attempts } = stage();
  fail(attempts, "1.2.3.4", failuresMax);
  clock.jump(86_400_000);
  expect(attempts.lockedForMs("1.2.3.4", "token")).toBe(lockMs);
  clock.jump(-86_400_000 * 2);
  expect(attempts.lockedForMs("1.2.3.4", "token")).toBe(lockMs);
});

test("kinds of credential and sources are counted apart", () => {
  const { attempts } = stage();
  fail(attempts, "1.2.3.4", failuresMax);
  const locked = credentialKinds.filter((kind) => attempts.lockedForMs("1.2.3.4", kind) > 0);
  expect(locked).toEqual(["token"]);
  expect(attempts.lockedForMs("1.2.3.5", "token")).toBe(0);
});

test("a right credential clears its own kind only", () => {
  const { attempts } = stage();
  fail(attempts, "1.2.3.4", failuresMax - 1);
  for (let count = 0; count < failuresMax - 1; count++) attempts.fail("1.2.3.4", "password");
  attempts.succeed("1.2.3.4", "password");
  fail(attempts, "1.2.3.4", 1);
  attempts.fail("1.2.3.4", "password");
  expect(attempts.lockedForMs("1.2.3.4", "token")).toBe(lockMs);
  expect(attempts.lockedForMs("1.2.3.4", "password")).toBe(0);
});

test("any number of sources fills a bounded table, and the latest are remembered", () => {
  const { attempts } = stage();
  for (let index = 0; index < sourcesMax * 3; index++) attempts.fail(`source-${index}`, "token");
  expect(attempts.sourcesCount).toBe(sourcesMax);
  for (let count = 1; count < failuresMax; count++) attempts.fail(`source-${sourcesMax * 3 - 1}`, "token");
  expect(attempts.lockedForMs(`source-${sourcesMax * 3 - 1}`, "token")).toBe(lockMs);
});

const sources: readonly (readonly [address: string, origin: string | undefined, source: string])[] = [
  ["1.2.3.4", undefined, "1.2.3.4"],
  ["::ffff:1.2.3.4", undefined, "1.2.3.4"],
  ["::FFFF:1.2.3.4", undefined, "1.2.3.4"],
  ["2001:db8:1:2:3:4:5:6", undefined, "2001:db8:1:2::/64"],
  ["2001:0db8:0001:0002:ffff::1", undefined, "2001:db8:1:2::/64"],
  ["2001:db8:1:3::1", undefined, "2001:db8:1:3::/64"],
  ["::1", undefined, "::1"],
  ["127.0.0.1", "http://127.0.0.1:18789", "127.0.0.1 http://127.0.0.1:18789"],
];
for (const [address, origin, source] of sources) {
  test(`attempts from ${address}${origin ? ` of ${origin}` : ""} count under ${source}`, () => {
    expect(attemptSource(address, origin)).toBe(source);
  });
}
