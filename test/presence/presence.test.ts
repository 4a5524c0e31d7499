import { expect, test } from "bun:test";
import { goneMax, Presence, presenceLifeMs, presenceMax } from "../../src/presence/index.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

function stage(listeners = 1) {
  const clock = new FakeClock(1_000_000);
  const told: { readonly atMs: number; readonly hosts: (string | undefined)[]; readonly version: number }[] = [];
  let version = 1;
  const presence = new Presence({
    clock,
    self: { host: "box", mode: "gateway", reason: "self" },
    listenersCount: () => listeners,
    bumpVersion: () => version++,
    publish: (_name, payload) =>
      told.push({ atMs: clock.elapsedMs(), hosts: payload.presence.map(({ host }) => host), version }),
  });
  return { clock, told, presence };
}

const others = (presence: Presence) => presence.list().filter(({ mode }) => mode !== "gateway");

test("the gateway's own line is there with the time of reading", async () => {
  const { clock, presence } = stage();
  await clock.advance(5);
  expect(presence.list()).toEqual([{ host: "box", mode: "gateway", reason: "self", ts: 1_000_005 }]);
});

test("changes within a quarter of a second are told together, each telling with a new version", async () => {
  const { clock, told, presence } = stage();
  presence.connected("c1", "d1", { host: "a" });
  presence.connected("c2", "d2", { host: "b" });
  presence.connected("c3", "d3", { host: "c" });
  presence.disconnected("c3", "d3");
  expect(told).toEqual([{ atMs: 0, hosts: ["box", "a"], version: 2 }]);
  await clock.advance(249);
  expect(told).toHaveLength(1);
  await clock.advance(1);
  expect(told[1]).toMatchObject({ atMs: 250, version: 3 });
  expect(told[1]?.hosts.toSorted()).toEqual(["a", "b", "box", "c"]);
});

test("to many listeners it is told less often, since a list for everybody grows with the square", async () => {
  const { clock, told, presence } = stage(250);
  presence.connected("c1", "d1", { host: "a" });
  presence.connected("c2", "d2", { host: "b" });
  await clock.advance(749);
  expect(told).toHaveLength(1);
  await clock.advance(1);
  expect(told).toHaveLength(2);
});

test("the list as JSON is at most a second old, and new after every change", async () => {
  const { clock, presence } = stage();
  const first = presence.snapshot();
  await clock.advance(1000);
  expect(presence.snapshot()).toBe(first);
  await clock.advance(1);
  expect(presence.snapshot()).not.toBe(first);
  presence.connected("c1", "d1", { host: "a" });
  expect(presence.snapshot().value).toHaveLength(2);
});

test("an entry lives as long as its connection, and five minutes after it", async () => {
  const { clock, presence } = stage();
  presence.connected("c1", "D1", { host: "a" });
  await clock.advance(10 * presenceLifeMs);
  expect(others(presence)).toEqual([{ host: "a", reason: "connect", ts: 1_000_000 }]);
  presence.disconnected("c1", "d1");
  expect(others(presence)).toEqual([{ host: "a", reason: "disconnect", ts: 1_000_000 + 10 * presenceLifeMs }]);
  await clock.advance(presenceLifeMs);
  expect(others(presence)).toHaveLength(1);
  await clock.advance(1);
  expect(others(presence)).toEqual([]);
});

test("with two connections of one device the entry leaves after the second", () => {
  const { presence } = stage();
  presence.connected("c1", "d1", { host: "a", roles: ["operator"] });
  presence.connected("c2", "d1", { host: "a", roles: ["node"] });
  presence.disconnected("c1", "d1");
  presence.disconnected("c1", "d1");
  expect(others(presence)).toEqual([{ host: "a", reason: "connect", roles: ["operator", "node"], ts: 1_000_000 }]);
  presence.disconnected("c2", "d1");
  expect(others(presence)).toMatchObject([{ reason: "disconnect" }]);
});

const beacons: readonly (readonly [name: string, before: object, after: object, isNews: boolean])[] = [
  ["the same again", { host: "a", reason: "x" }, { host: "a", reason: "x" }, false],
  ["another address", { host: "a", ip: "1" }, { host: "a", ip: "2" }, true],
  ["another mode", { host: "a", mode: "ui" }, { host: "a", mode: "local" }, true],
  ["another version", { host: "a", version: "1" }, { host: "a", version: "2" }, true],
  ["another reason", { host: "a", reason: "x" }, { host: "a", reason: "y" }, true],
  ["a periodic reason", { host: "a", reason: "x" }, { host: "a", reason: "periodic (180 s)" }, false],
  ["a heartbeat", { host: "a", reason: "x" }, { host: "a", reason: "heartbeat" }, false],
  ["a periodic word with another address", { host: "a", ip: "1" }, { ip: "2", reason: "periodic" }, true],
  ["other input", { host: "a", lastInputSeconds: 1 }, { lastInputSeconds: 2 }, false],
];

for (const [name, before, after, isNews] of beacons) {
  test(`a beacon with ${name} is ${isNews ? "news" : "no news"}`, () => {
    const { presence } = stage();
    expect(presence.beacon("k", before)).toBe(true);
    expect(presence.beacon("K", after)).toBe(isNews);
    expect(others(presence)).toHaveLength(1);
  });
}

test("of too many entries those that are gone leave first, the oldest of them", async () => {
  const { clock, presence } = stage();
  presence.connected("c0", "live", { host: "live" });
  await clock.advance(1);
  presence.beacon("gone", { host: "gone" });
  await clock.advance(1);
  for (let count = 0; count < presenceMax - 2; count++) presence.beacon(`b${count}`, { host: `b${count}` });
  const hosts = others(presence).map(({ host }) => host);
  expect(presence.list().length).toBeLessThanOrEqual(presenceMax);
  expect(hosts).toContain("live");
  expect(hosts).not.toContain("gone");
});

test("when all are connected, the list is bounded all the same", () => {
  const { presence } = stage();
  for (let count = 0; count < presenceMax + 20; count++)
    presence.connected(`c${count}`, `d${count}`, { host: `h${count}` });
  expect(presence.list()).toHaveLength(presenceMax);
  expect(others(presence).map(({ host }) => host)).toContain(`h${presenceMax + 19}`);
});

test("of those that are gone the newest stay, and who comes back is not gone", () => {
  const { presence } = stage();
  for (let count = 0; count <= goneMax; count++) {
    presence.connected(`c${count}`, `k${count}`, { host: `h${count}` });
    presence.disconnected(`c${count}`, `k${count}`);
    if (count === 1) presence.connected("again", "k1", { host: "h1" });
  }
  const hosts = others(presence).map(({ host }) => host);
  expect(hosts).toHaveLength(goneMax + 1);
  expect(hosts).toContain("h0");
  presence.connected("late", "late", { host: "late" });
  presence.disconnected("late", "late");
  const later = others(presence).map(({ host }) => host);
  expect([later.includes("h0"), later.includes("h1"), later.includes("late")]).toEqual([false, true, true]);
});
