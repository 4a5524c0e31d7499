import { expect, test } from "bun:test";
import { isStartedAgain, restartCooldownMs, restarter } from "../../src/service/index.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

test("S-53 a restart is asked for once, not before the process has stood for a while, and says when", async () => {
  const clock = new FakeClock();
  const ended: string[] = [];
  const ask = restarter(clock, (reason) => ended.push(reason));
  await clock.advance(10_000);
  expect(ask("the session's name", 2_000)).toBe(restartCooldownMs - 10_000);
  await clock.advance(5_000);
  expect(ask("and another", 0)).toBe(restartCooldownMs - 15_000);
  await clock.advance(14_999);
  expect(ended).toEqual([]);
  await clock.advance(1);
  expect(ended).toEqual(["the session's name"]);
});

test("one that has stood for long is restarted as soon as was asked for", async () => {
  const clock = new FakeClock();
  const ended: string[] = [];
  const ask = restarter(clock, (reason) => ended.push(reason));
  await clock.advance(3_600_000);
  expect(ask("soon", 2_000)).toBe(2_000);
  await clock.advance(2_000);
  expect(ended).toEqual(["soon"]);
});

test("only what a service manager started is started again", () => {
  expect(
    [{}, { NOTIFY_SOCKET: "" }, { NOTIFY_SOCKET: "/run/x" }, { CLAWDIA_SUPERVISOR: "launchd" }].map(isStartedAgain),
  ).toEqual([false, false, true, true]);
});
