import { expect, test } from "bun:test";
import { assert, BugError, isoTime, makePaths, parseJson5, realClock, sameSecret, slept } from "../../src/lib/index.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

test("a sleep ends with its time or, at once, with its signal's reason", async () => {
  const clock = new FakeClock();
  const stop = new AbortController();
  const outcomes: string[] = [];
  void clock.sleep(10).then(() => outcomes.push("over"));
  void clock.sleep(1000, stop.signal).catch((reason: unknown) => outcomes.push(String(reason)));
  await clock.advance(10);
  stop.abort("stopped");
  await clock.advance(0);
  expect(outcomes).toEqual(["over", "stopped"]);
});

test("the real clock rejects a sleep whose signal is or gets aborted", async () => {
  const stop = new AbortController();
  const sleeping = realClock.sleep(60_000, stop.signal).catch((reason: unknown) => reason);
  stop.abort("stopped");
  expect(await sleeping).toBe("stopped");
  expect(await realClock.sleep(60_000, stop.signal).catch((reason: unknown) => reason)).toBe("stopped");
  await realClock.sleep(0);
});

test("slept says whether the time was up", async () => {
  const stop = new AbortController();
  expect(await slept(realClock, 0, stop.signal)).toBe(true);
  const cut = slept(realClock, 60_000, stop.signal);
  stop.abort();
  expect([await cut, await slept(realClock, 0, stop.signal)]).toEqual([false, false]);
});

test("the monotonic clock does not notice a jump of the wall clock", () => {
  const clock = new FakeClock();
  clock.jump(-3_600_000);
  expect(clock.elapsedMs()).toBe(0);
});

test("times are written in UTC with milliseconds", () => {
  expect(isoTime(1_800_000_000_007)).toBe("2027-01-15T08:00:00.007Z");
});

test("secrets compare by content, whatever their length", () => {
  const rows = [
    ["abc", "abc", true],
    ["abc", "abd", false],
    ["abc", "abcd", false],
    ["", "", true],
    ["ä", "a\u0308", false],
  ] as const;
  for (const [given, expected, same] of rows) expect(sameSecret(given, expected)).toBe(same);
});

test("a failed assertion is a bug", () => {
  expect(() => assert(true, "fine")).not.toThrow();
  expect(() => assert(0, "zero is no run")).toThrow(new BugError("zero is no run"));
});

test("everything lies in the state folder, but for a config elsewhere", () => {
  expect(makePaths("/s")).toEqual({
    stateDir: "/s",
    configHistoryDir: "/s/config-history",
    configFile: "/s/clawdia.json",
    database: "/s/clawdia.db",
    lockFile: "/s/gateway.lock.db",
    holderFile: "/s/gateway.json",
    gatewayTokenFile: "/s/secrets/gateway-token",
    deviceTokenKeyFile: "/s/secrets/device-token-key",
    tlsCertificateFile: "/s/secrets/tls-certificate.pem",
    tlsKeyFile: "/s/secrets/tls-key.pem",
    identityFile: "/s/identity/device.json",
    secretsDir: "/s/secrets",
    mediaDir: "/s/media",
    logFile: "/s/logs/clawdia.log",
  });
  expect(makePaths("/s", "/etc/c.json").configFile).toBe("/etc/c.json");
});

test("configs may have comments, trailing commas and bare keys", () => {
  expect(parseJson5("{ // a port\n gateway: { port: 1, }, }")).toEqual({ gateway: { port: 1 } });
  expect(() => parseJson5("{ port: }")).toThrow(SyntaxError);
});
