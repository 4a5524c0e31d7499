import { expect, test } from "bun:test";
import { failed } from "../../src/headless/failure.ts";
import { type Ask, firstFix, patienceMs } from "../../src/headless/first-fix.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { rejectionOf } from "../doubles/rejection.ts";

/** Several that may know where the machine is. */

const fix = (source: "gpsd" | "geoclue") => ({ lat: 1, lon: 2, accuracyMeters: 3, source });
const knows =
  (source: "gpsd" | "geoclue"): Ask =>
  () =>
    Promise.resolve(fix(source));
const ignorant: Ask = () => Promise.resolve(undefined);
const failing: Ask = () => Promise.reject(new Error("away"));
const refusing: Ask = () => Promise.reject(failed("LOCATION_DISABLED", "it is off"));
const order = (signal = new AbortController().signal) => ({
  accuracy: "balanced" as const,
  signal,
  waitsFor: () => undefined,
});

/** Says nothing until it is told that nobody waits any more. */
function silent() {
  const stopped = Promise.withResolvers<void>();
  const ask: Ask = ({ signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        stopped.resolve();
        reject(new Error("nobody waits"));
      });
    });
  return { ask, stopped: stopped.promise };
}

test("the next is not asked while the first knows the place", async () => {
  let asked = 0;
  const second: Ask = () => Promise.resolve(void asked++);
  expect(await firstFix([knows("gpsd"), second], order(), new FakeClock())).toEqual(fix("gpsd"));
  expect(asked).toBe(0);
});

test("the next is asked at once when the one before does not know, or fails", async () => {
  expect(await firstFix([failing, ignorant, knows("geoclue")], order(), new FakeClock())).toEqual(fix("geoclue"));
});

test("one that says nothing is not waited for alone, and is let go when another knows", async () => {
  const clock = new FakeClock();
  const first = silent();
  const found = firstFix([first.ask, knows("geoclue")], order(), clock);
  await clock.advance(patienceMs);
  expect(await found).toEqual(fix("geoclue"));
  await first.stopped;
});

test("the first may still answer while the next is asked", async () => {
  const clock = new FakeClock();
  const late = Promise.withResolvers<ReturnType<typeof fix>>();
  const found = firstFix([() => late.promise, silent().ask], order(), clock);
  await clock.advance(patienceMs);
  late.resolve(fix("gpsd"));
  expect(await found).toEqual(fix("gpsd"));
});

test("when nobody knows, everybody's reason is told; a single one's refusal stays its own", async () => {
  const clock = new FakeClock();
  expect(String(await rejectionOf(firstFix([ignorant, refusing], order(), clock)))).toContain("no fix; ");
  expect(String(await rejectionOf(firstFix([refusing], order(), clock)))).toContain("it is off");
});

test("nobody is asked any more when the time is over", async () => {
  const clock = new FakeClock();
  const time = new AbortController();
  let asked = 0;
  const second: Ask = () => Promise.resolve(void asked++);
  const found = rejectionOf(firstFix([silent().ask, second], order(time.signal), clock));
  time.abort(new Error("over"));
  expect(String(await found)).toContain("over");
  await clock.advance(patienceMs);
  expect(asked).toBe(0);
});
