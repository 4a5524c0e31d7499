import { expect, test } from "bun:test";
import { type Announcement, Announcer, type AnnouncerParts, CannotAnnounce } from "../../src/discovery/index.ts";
import { type NetworkInterface, Supervisor } from "../../src/lib/index.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

/** When it announces, when it takes back, and what it does with failures; the network is a list of what was done. */

const home: NetworkInterface = {
  name: "eth0",
  addresses: [{ address: "192.168.1.5", family: "IPv4", isInternal: false, scope: undefined }],
};

class Stage implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly captured = new CapturedLog(this.clock);
  readonly done: string[] = [];
  readonly announcer: Announcer;
  wishes: ReturnType<AnnouncerParts["wishes"]> = {
    facts: { displayName: "Attic", hostLabel: "clawdia-1a2b3c", port: 18_789 },
    bound: ["0.0.0.0"],
  };
  interfaces: readonly NetworkInterface[] = [home];
  /** What the next tries come to; absent: they succeed. */
  fault: Error | undefined;
  isDeaf = false;
  changes = 0;

  constructor() {
    const { clock, captured } = this;
    const log = captured.log.for("discovery");
    this.announcer = new Announcer({
      clock,
      log,
      supervisor: new Supervisor({ clock, log }),
      wishes: () => this.wishes,
      named: (hosts) => this.done.push(hosts.length === 0 ? "no names" : `named ${hosts[0]}`),
      changed: () => this.changes++,
      interfaces: () => this.interfaces,
      openWays: (ways) => (this.fault ? Promise.reject(this.fault) : Promise.resolve([...ways])),
      announce: (parts, signal) => this.#announce(parts.plans[0]!.host, signal),
    });
  }

  async #announce(host: string, signal: AbortSignal): Promise<Announcement> {
    this.done.push("announce");
    if (this.isDeaf) {
      await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
    }
    return {
      hosts: [`${host}.local`],
      close: () => {
        this.done.push("goodbye");
        return Promise.resolve();
      },
    };
  }

  /** What was done since it was asked last. */
  news(): string[] {
    return this.done.splice(0);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.announcer[Symbol.asyncDispose]();
  }
}

async function started(stage: Stage): Promise<Stage> {
  stage.announcer.start();
  await stage.clock.advance(0);
  return stage;
}

const begun = ["named clawdia-1a2b3c.local", "announce"];

test("what is announced stays so while nothing changes", async () => {
  await using stage = await started(new Stage());
  expect(stage.news()).toEqual(begun);
  await stage.clock.advance(3_600_000);
  expect(stage.news()).toEqual([]);
});

test("a stop says goodbye once, whoever asks for it", async () => {
  await using stage = await started(new Stage());
  stage.news();
  await Promise.all([stage.announcer.leave(), stage.announcer.leave()]);
  expect(stage.news()).toEqual(["goodbye", "no names"]);
});

test("one that never started stops as well", async () => {
  await using stage = new Stage();
  await stage.announcer.leave();
  expect(stage.news()).toEqual([]);
});

test("a changed wish is followed at once, and the wish for nothing ends it", async () => {
  await using stage = await started(new Stage());
  stage.news();
  stage.wishes = { ...stage.wishes!, facts: { ...stage.wishes!.facts, displayName: "Cellar" } };
  stage.announcer.follow();
  await stage.clock.advance(0);
  expect(stage.news()).toEqual(["goodbye", "announce"]);
  stage.wishes = undefined;
  stage.announcer.follow();
  await stage.clock.advance(0);
  expect(stage.news()).toEqual(["goodbye", "no names"]);
});

test("a network that goes and comes is followed within seconds", async () => {
  await using stage = await started(new Stage());
  stage.news();
  stage.interfaces = [];
  await stage.clock.advance(5_000);
  expect(stage.news()).toEqual(["goodbye", "no names"]);
  expect(stage.announcer.trouble?.reason).toContain("in no network");
  stage.interfaces = [home];
  await stage.clock.advance(5_000);
  expect(stage.news()).toEqual(begun);
  expect(stage.announcer.trouble).toBeUndefined();
});

test("whoever wishes for nothing has no trouble with the network", async () => {
  await using stage = new Stage();
  stage.interfaces = [];
  await started(stage);
  expect(stage.announcer.trouble).toBeDefined();
  stage.wishes = undefined;
  stage.announcer.follow();
  await stage.clock.advance(0);
  expect(stage.announcer.trouble).toBeUndefined();
});

test("after the machine slept everything is announced anew", async () => {
  await using stage = await started(new Stage());
  stage.news();
  stage.clock.jump(3_600_000);
  await stage.clock.advance(5_000);
  expect(stage.news()).toEqual(["goodbye", "announce"]);
  await stage.clock.advance(60_000);
  expect(stage.news()).toEqual([]);
});

test("a failure is told once and tried again once a minute, without a word until it is over", async () => {
  await using stage = new Stage();
  stage.fault = new CannotAnnounce("eth0 takes no multicast (ENODEV)", "connect this machine");
  await started(stage);
  await stage.clock.advance(600_000);
  const failed = stage.captured.records.filter(({ event }) => event === "mdns.failed");
  expect(failed.map(({ level, fields }) => [level, fields])).toEqual([
    ["warn", { reason: "eth0 takes no multicast (ENODEV)", next: "connect this machine" }],
  ]);
  expect([stage.news(), stage.changes]).toEqual([[], 1]);
  expect(stage.announcer.trouble).toEqual({ reason: "eth0 takes no multicast (ENODEV)", cure: "connect this machine" });
  stage.fault = undefined;
  await stage.clock.advance(65_000);
  expect([stage.news(), stage.announcer.trouble, stage.changes]).toEqual([begun, undefined, 2]);
});

test("a network that lets nothing through is given up after half a minute", async () => {
  await using stage = new Stage();
  stage.isDeaf = true;
  await started(stage);
  await stage.clock.advance(29_000);
  expect(stage.announcer.trouble).toBeUndefined();
  await stage.clock.advance(1_000);
  expect(stage.announcer.trouble?.reason).toBe("the network let no name be announced within 30 s");
});

test("a wish that changes while it is announced does not wait for that", async () => {
  await using stage = new Stage();
  stage.isDeaf = true;
  await started(stage);
  stage.news();
  stage.isDeaf = false;
  stage.wishes = { ...stage.wishes!, facts: { ...stage.wishes!.facts, displayName: "Cellar" } };
  stage.announcer.follow();
  await stage.clock.advance(0);
  expect([stage.news(), stage.announcer.trouble]).toEqual([["announce"], undefined]);
});

test("a fault of ours ends what is announced, is logged, and is started again by the supervisor", async () => {
  await using stage = new Stage();
  stage.fault = new TypeError("x is not a function");
  await started(stage);
  const failed = stage.captured.records.find(({ event }) => event === "unit.failed");
  expect(failed?.fields).toMatchObject({ unit: "announcing" });
  stage.fault = undefined;
  await stage.clock.advance(1_000);
  expect(stage.news()).toEqual(begun);
});
