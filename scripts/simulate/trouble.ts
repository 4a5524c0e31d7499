import type { Chance } from "../fuzz/chance.ts";
import type { Machine } from "./machine.ts";
import type { SimEngine } from "./sim-engine.ts";
import type { SimNetwork } from "./sim-network.ts";
import type { SimTime } from "./sim-time.ts";
import type { Trace } from "./trace.ts";

/** What goes wrong in a month: networks, the model, the machine, its clock, and the gateway itself. */

const secondMs = 1_000;
const minuteMs = 60_000;
const hourMs = 3_600_000;
const outagesMs = [5 * secondMs, minuteMs, 10 * minuteMs, 2 * hourMs, 9 * hourMs, 40 * hourMs] as const;
const jumpsMs = [30 * secondMs, -30 * secondMs, hourMs, -hourMs, -24 * hourMs] as const;

export interface TroubleParts {
  readonly time: SimTime;
  readonly chance: Chance;
  readonly trace: Trace;
  readonly networks: readonly SimNetwork[];
  readonly engine: SimEngine;
  readonly machine: Machine;
  readonly endMs: number;
}

export class Trouble {
  /** How often each kind came. */
  readonly counts: Record<string, number> = {};
  /** World time at which the last trouble was over. */
  lastMs = 0;
  /** Spans of world time in which the wall clock was wrong. */
  readonly wrongClock: { readonly fromMs: number; toMs: number }[] = [];
  readonly #parts: TroubleParts;
  #open = 0;

  constructor(parts: TroubleParts) {
    this.#parts = parts;
    parts.time.beforeSoon = () => this.#maybeCrash();
  }

  /** Since when nothing is wrong; undefined while something is. */
  get calmSinceMs(): number | undefined {
    const { machine, time } = this.#parts;
    return this.#open > 0 || machine.state !== "up" || time.isAsleep
      ? undefined
      : Math.max(this.lastMs, machine.upSinceMs);
  }

  /** Whether the wall clock was wrong then, or within an hour of it. */
  wasClockWrong(atMs: number): boolean {
    return this.wrongClock.some(({ fromMs, toMs }) => atMs > fromMs - hourMs && atMs < toMs + hourMs);
  }

  start(): void {
    const { networks, time } = this.#parts;
    for (const network of networks) {
      this.#every("outage", 40 * hourMs, () => this.#outage(network));
      this.#every("deaf", 48 * hourMs, () => this.#deaf(network));
      this.#every("limit", 12 * hourMs, () => this.#limit(network));
      this.#every("loss", 12 * hourMs, () => this.#loss(network));
      this.#every("cut", 8 * hourMs, () => network.cut("the connection broke"));
    }
    this.#every("model", 30 * hourMs, () => this.#illModel());
    this.#every("crash", 10 * hourMs, () => this.#crashSoon());
    this.#every("stop", 36 * hourMs, () => this.#restart());
    this.#every("jump", 60 * hourMs, () => this.#jump());
    this.#every("nap", 30 * hourMs, () => this.#sleep(5 * minuteMs + this.#parts.chance.below(2 * hourMs)));
    for (let day = 0; day * 24 * hourMs < this.#parts.endMs; day++) {
      if (this.#parts.chance.is(0.4)) {
        time.after(day * 24 * hourMs + 23 * hourMs, () => this.#sleep(7 * hourMs + this.#parts.chance.below(hourMs)));
      }
    }
  }

  /** Everything is as it should be again. */
  async end(): Promise<void> {
    const { time, networks, engine, machine } = this.#parts;
    time.beforeSoon = () => undefined;
    time.skewMs = 0;
    engine.isIll = false;
    for (const network of networks) {
      Object.assign(network.conduct, { isDeaf: false, limitedUntilMs: 0, lossShare: 0 });
      network.comeBack();
    }
    if (time.isAsleep) time.wakeUp(0);
    this.lastMs = time.nowMs;
    this.#open = 0;
    if (machine.state === "down") await machine.start();
  }

  #outage(network: SimNetwork): void {
    if (!network.conduct.isUp) return;
    network.goAway();
    this.#lasting(outagesMs[this.#parts.chance.below(outagesMs.length)]!, () => network.comeBack());
  }

  #deaf({ conduct }: SimNetwork): void {
    conduct.isDeaf = true;
    this.#lasting(2 * minuteMs + this.#parts.chance.below(20 * minuteMs), () => {
      conduct.isDeaf = false;
    });
  }

  #limit({ conduct }: SimNetwork): void {
    const { time, chance } = this.#parts;
    const lengthMs = 20 * secondMs + chance.below(8 * minuteMs);
    conduct.limitedUntilMs = time.nowMs + lengthMs;
    this.#lasting(lengthMs, () => undefined);
  }

  #loss({ conduct }: SimNetwork): void {
    conduct.lossShare = 0.4;
    this.#lasting(30 * minuteMs, () => {
      conduct.lossShare = 0;
    });
  }

  #illModel(): void {
    const { engine, chance } = this.#parts;
    engine.isIll = true;
    this.#lasting(5 * minuteMs + chance.below(20 * minuteMs), () => {
      engine.isIll = false;
    });
  }

  #jump(): void {
    const { time, chance } = this.#parts;
    if (time.skewMs !== 0) return;
    const ms = jumpsMs[chance.below(jumpsMs.length)]!;
    this.#note(`clock ${ms}`);
    time.skewMs = ms;
    const span = { fromMs: time.nowMs, toMs: Number.POSITIVE_INFINITY };
    this.wrongClock.push(span);
    // What waits may not wait for the clock to be right again.
    time.after(5 * minuteMs + chance.below(4 * hourMs), () => {
      this.#note("clock right");
      this.lastMs = time.nowMs;
      time.skewMs = 0;
      span.toMs = time.nowMs;
    });
  }

  /** The lid is closed. Some machines count the time of the sleep, others do not. */
  #sleep(ms: number): void {
    const { time, networks, machine, chance } = this.#parts;
    if (time.isAsleep || machine.state !== "up") return;
    const counts = chance.is(0.5);
    this.#note(`asleep ${ms} ${counts ? "counted" : "uncounted"}`);
    time.fallAsleep();
    for (const network of networks) network.cut("the machine slept");
    this.#lasting(ms, () => {
      this.#note("awake");
      if (time.isAsleep) time.wakeUp(counts ? ms : 0);
    });
  }

  #crashIn = 0;

  /** At one of the next things that the process does, whichever that is. */
  #crashSoon(): void {
    this.#crashIn = 1 + this.#parts.chance.below(60);
  }

  #maybeCrash(): void {
    const { machine } = this.#parts;
    if (this.#crashIn === 0 || machine.isCalled || machine.state === "down") return;
    this.#crashIn--;
    if (this.#crashIn > 0) return;
    machine.crash();
    this.#startAgain();
  }

  #restart(): void {
    this.#parts.machine.stop(30 * secondMs, () => this.#startAgain());
  }

  #startAgain(): void {
    const { time, machine, chance } = this.#parts;
    const downMs = chance.is(0.15) ? 10 * minuteMs + chance.below(5 * hourMs) : 500 + chance.below(20 * secondMs);
    this.#open++;
    const start = async (): Promise<void> => {
      if (time.isAsleep) return time.after(minuteMs, start);
      if (machine.state === "down") await machine.start();
      this.#open = Math.max(0, this.#open - 1);
      this.lastMs = time.nowMs;
    };
    time.after(downMs, start);
  }

  #lasting(ms: number, over: () => void): void {
    this.#open++;
    this.#parts.time.after(ms, () => {
      this.#open = Math.max(0, this.#open - 1);
      this.lastMs = this.#parts.time.nowMs;
      over();
    });
  }

  #note(what: string): void {
    this.#parts.trace.add(this.#parts.time.nowMs, what);
  }

  #every(kind: string, meanMs: number, run: () => void): void {
    const { time, chance, endMs } = this.#parts;
    time.after(meanMs * -Math.log(1 - chance.unit()), () => {
      if (time.nowMs >= endMs) return;
      this.counts[kind] = (this.counts[kind] ?? 0) + 1;
      this.lastMs = time.nowMs;
      run();
      this.#every(kind, meanMs, run);
    });
  }
}
