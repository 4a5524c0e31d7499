import { expect, test } from "bun:test";
import { Supervisor } from "../../src/lib/index.ts";
import {
  type Exposure,
  type TailscaleTrouble,
  WayIn,
  wayInLimits,
  type WayInParts,
} from "../../src/tailscale/index.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

/** How the gateway is kept at its place in the tailnet, on time that the test moves. */

const name = "box.tail1234.ts.net";
const target = "http://127.0.0.1:18789";
const here = { backend: "Running", name, addresses: [], loginUrl: undefined, hasCertificates: true };
const down: TailscaleTrouble = { reason: "the daemon sleeps", cure: "wake it" };

class Stage {
  readonly clock = new FakeClock();
  readonly log = new CapturedLog(this.clock);
  readonly calls: string[] = [];
  readonly told: string[] = [];
  settings: { mode: "off" | Exposure; resetOnExit: boolean } = { mode: "serve", resetOnExit: false };
  trouble: Partial<Record<"status" | "served" | "expose" | "hide", TailscaleTrouble>> = {};
  served: { root: string | undefined; isFunnel: boolean } = { root: undefined, isFunnel: false };
  remembered: string | undefined;
  hasPassword = false;
  readonly wayIn: WayIn = new WayIn(this.parts());

  parts(): WayInParts {
    const tell = <T>(what: keyof Stage["trouble"], call: string, value: () => T) => {
      this.calls.push(call);
      const trouble = this.trouble[what];
      const answer = trouble
        ? ({ kind: "trouble", ...trouble } as const)
        : ({ kind: "answer", value: value() } as const);
      return Promise.resolve(answer);
    };
    return {
      tailscale: {
        status: () => tell("status", "status", () => here),
        served: () => tell("served", "served", () => this.served),
        expose: (how, to) =>
          tell("expose", how, () => {
            this.served = { root: to, isFunnel: how === "funnel" };
            return undefined;
          }),
        hide: () =>
          tell("hide", "off", () => {
            this.served = { root: undefined, isFunnel: false };
            return undefined;
          }),
      },
      settings: () => this.settings,
      target: () => target,
      hasPassword: () => this.hasPassword,
      memory: {
        read: () => this.remembered,
        write: (to) => {
          this.remembered = to;
          return Promise.resolve();
        },
      },
      clock: this.clock,
      random: { unit: () => 0 },
      log: this.log.log,
      supervisor: new Supervisor({ clock: this.clock, log: this.log.log }),
      changed: () => void this.told.push(this.wayIn.state.kind),
    };
  }

  async started(): Promise<this> {
    this.wayIn.start();
    await this.clock.advance(0);
    return this;
  }

  /** The calls since the last time somebody looked. */
  heard(): string[] {
    return this.calls.splice(0);
  }

  async becomes(settings: Partial<Stage["settings"]>): Promise<void> {
    this.settings = { ...this.settings, ...settings };
    this.wayIn.follow();
    await this.clock.advance(0);
  }
}

test("while it is off, Tailscale is not even asked", async () => {
  const stage = new Stage();
  await using wayIn = stage.wayIn;
  stage.settings = { mode: "off", resetOnExit: true };
  await stage.started();
  await stage.clock.advance(3_600_000);
  expect([stage.calls, wayIn.state, wayIn.front, wayIn.url]).toEqual([[], { kind: "off" }, undefined, undefined]);
});

test("it serves once, says where, and only looks from then on", async () => {
  const stage = await new Stage().started();
  await using wayIn = stage.wayIn;
  expect(stage.heard()).toEqual(["status", "served", "serve"]);
  expect(wayIn.state).toEqual({ kind: "open", how: "serve", name });
  expect([wayIn.url, wayIn.front, stage.remembered]).toEqual([`https://${name}`, { name, how: "serve" }, target]);
  await stage.clock.advance(wayInLimits.lookMs * 3);
  expect(stage.heard()).toEqual(Array.from({ length: 3 }, () => ["status", "served"]).flat());
  expect(stage.told).toEqual(["opening", "open"]);
});

test("what somebody reset is served again at the next look", async () => {
  const stage = await new Stage().started();
  await using _ = stage.wayIn;
  stage.heard();
  stage.served = { root: undefined, isFunnel: false };
  await stage.clock.advance(wayInLimits.lookMs);
  expect(stage.heard()).toEqual(["status", "served", "serve"]);
});

test("what stands there already needs no right to change it", async () => {
  const stage = new Stage();
  await using wayIn = stage.wayIn;
  stage.served = { root: target, isFunnel: false };
  stage.trouble = { expose: down };
  await stage.started();
  expect([stage.heard(), wayIn.state.kind]).toEqual([["status", "served"], "open"]);
});

test("another program's place is left to it, and our own of another port is taken over", async () => {
  const stage = new Stage();
  await using wayIn = stage.wayIn;
  stage.served = { root: "http://127.0.0.1:3000", isFunnel: false };
  await stage.started();
  expect([stage.heard(), wayIn.state]).toEqual([
    ["status", "served"],
    {
      kind: "waiting",
      how: "serve",
      reason: `port 443 of ${name} leads to http://127.0.0.1:3000 already`,
      cure: "tailscale serve --https=443 off, if nobody needs that any more",
    },
  ]);
  stage.remembered = "http://127.0.0.1:3000";
  await stage.clock.advance(wayInLimits.retry.firstMs);
  expect([stage.heard(), wayIn.state.kind]).toEqual([["status", "served", "serve"], "open"]);
});

test("in trouble it says so once, tries seldom and more seldom, and is there when the trouble is over", async () => {
  const stage = new Stage();
  await using wayIn = stage.wayIn;
  stage.trouble = { status: down };
  await stage.started();
  expect(wayIn.state).toEqual({ kind: "waiting", how: "serve", ...down });
  await stage.clock.advance(3_600_000);
  // 5, 10, 20, 40 s, and then one a minute.
  expect(stage.heard().length).toBeWithin(60, 66);
  expect(stage.log.of("tailscale.waiting")).toHaveLength(1);
  expect(stage.log.of("unit.failed")).toHaveLength(0);
  expect([wayIn.url, stage.told]).toEqual([undefined, ["opening", "waiting"]]);
  stage.trouble = {};
  await stage.clock.advance(wayInLimits.retry.maxMs);
  expect(wayIn.state.kind).toBe("open");
});

test("a fault of ours is started again by the supervisor, and not in haste", async () => {
  const stage = new Stage();
  await using wayIn = stage.wayIn;
  let faults = 0;
  Object.defineProperty(stage, "remembered", {
    get: () => {
      faults++;
      throw new Error("the disk is full");
    },
  });
  stage.served = { root: "http://127.0.0.1:3000", isFunnel: false };
  await stage.started();
  await stage.clock.advance(60_000);
  expect(faults).toBeWithin(3, 10);
  expect(wayIn.state.kind).toBe("opening");
  expect(stage.log.of("unit.failed").length).toBe(faults);
});

test("a changed mode holds at once: to the funnel, back, and off, which gives the place back", async () => {
  const stage = new Stage();
  await using wayIn = stage.wayIn;
  stage.hasPassword = true;
  await stage.started();
  stage.heard();
  await stage.becomes({ mode: "funnel" });
  expect([stage.heard(), stage.served.isFunnel, wayIn.front?.how]).toEqual([
    ["status", "served", "funnel"],
    true,
    "funnel",
  ]);
  await stage.becomes({ mode: "serve" });
  expect([stage.heard(), stage.served.isFunnel]).toEqual([["status", "served", "serve"], false]);
  await stage.becomes({ mode: "off" });
  expect([stage.heard(), stage.served.root, wayIn.state]).toEqual([["served", "off"], undefined, { kind: "off" }]);
  expect(stage.told.slice(-2)).toEqual(["open", "off"]);
});

test("a funnel waits for a password that is in force", async () => {
  const stage = new Stage();
  await using wayIn = stage.wayIn;
  stage.settings = { mode: "funnel", resetOnExit: false };
  await stage.started();
  expect([stage.heard(), wayIn.state.kind]).toEqual([[], "waiting"]);
  stage.hasPassword = true;
  await stage.clock.advance(wayInLimits.retry.firstMs);
  expect(stage.heard()).toEqual(["status", "served", "funnel"]);
});

test("at the end the place is given back only when that was asked for, and only when it is ours", async () => {
  const kept = await new Stage().started();
  kept.heard();
  await kept.wayIn[Symbol.asyncDispose]();
  expect(kept.heard()).toEqual([]);
  const reset = new Stage();
  reset.settings = { mode: "serve", resetOnExit: true };
  await reset.started();
  reset.heard();
  await reset.wayIn[Symbol.asyncDispose]();
  expect([reset.heard(), reset.served.root]).toEqual([["served", "off"], undefined]);
  const other = new Stage();
  other.settings = { mode: "serve", resetOnExit: true };
  await other.started();
  other.heard();
  other.served = { root: "http://127.0.0.1:3000", isFunnel: false };
  await other.wayIn[Symbol.asyncDispose]();
  expect([other.heard(), other.served.root]).toEqual([["served"], "http://127.0.0.1:3000"]);
});
