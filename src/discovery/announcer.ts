import {
  type Clock,
  deadline,
  type Log,
  type NetworkInterface,
  ownInterfaces,
  slept,
  type Supervisor,
} from "../lib/index.ts";
import { type Announcement, CannotAnnounce } from "./announcement.ts";
import { announceByCiao } from "./ciao.ts";
import { openWays } from "./multicast.ts";
import { type Facts, planOf } from "./records.ts";
import { type Reach, reachOf } from "./reach.ts";

/** How often it is looked whether the machine's networks are what they were. */
const lookMs = 5_000;
/** After a try that failed; a network that changed is tried at once. */
const retryMs = 60_000;
/** Four services are probed one after the other, a second each; a name that is taken costs one more. */
const announceMs = 30_000;
/** Wall time that ran away from measured time: the machine slept, and nobody remembers it. */
const sleptMs = 60_000;

export interface Wishes {
  readonly facts: Facts;
  /** Addresses that the port listens on. */
  readonly bound: readonly string[];
}

export interface AnnouncerParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly supervisor: Supervisor;
  /** What is to be told now; undefined: nothing. */
  readonly wishes: () => Wishes | undefined;
  /** Told the names under which others find the gateway from now on. */
  readonly named: (hosts: readonly string[]) => void;
  /** Told after it got into trouble, or out of it. */
  readonly changed: () => void;
  readonly interfaces?: () => readonly NetworkInterface[];
  readonly openWays?: typeof openWays;
  readonly announce?: typeof announceByCiao;
}

/**
 * Keeps what is announced in step with the config and with the machine's networks. Whatever fails out there is told
 * once, and tried again seldom; nothing of the house waits for it.
 */
export class Announcer implements AsyncDisposable {
  readonly #parts: AnnouncerParts;
  readonly #stop = new AbortController();
  #turn = new AbortController();
  #kept: Promise<void> | undefined;
  #held: Announcement | undefined;
  /** Of what is announced, or of what could not be; undefined: it is to be looked at anew. */
  #mark: string | undefined;
  #retryAtMs = 0;
  #names: readonly string[] = [];
  #wallAheadMs = 0;
  #sleepsCount = 0;
  #trouble: CannotAnnounce | undefined;

  constructor(parts: AnnouncerParts) {
    this.#parts = parts;
  }

  /** Why nothing is announced though it is wished, and what helps. */
  get trouble(): { readonly reason: string; readonly cure: string } | undefined {
    return this.#trouble && { reason: this.#trouble.message, cure: this.#trouble.cure };
  }

  start(): void {
    this.#kept ??= this.#parts.supervisor.keep("announcing", () => this.#run(), this.#stop.signal);
  }

  /** The wishes may have changed. */
  follow(): void {
    this.#turn.abort();
  }

  /** Says goodbye, and announces nothing more. */
  async leave(): Promise<void> {
    this.#stop.abort();
    await this.#kept;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.leave();
  }

  async #run(): Promise<void> {
    const { clock } = this.#parts;
    try {
      while (!this.#stop.signal.aborted) {
        this.#turn = new AbortController();
        const signal = AbortSignal.any([this.#stop.signal, this.#turn.signal]);
        do await this.#look(signal);
        while (await slept(clock, lookMs, signal));
      }
    } finally {
      this.#mark = undefined;
      await this.#close();
      this.#tellNames([]);
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    const before = this.#mark;
    this.#mark = undefined;
    try {
      const wishes = this.#parts.wishes();
      const reach = wishes && reachOf(wishes.bound, (this.#parts.interfaces ?? ownInterfaces)());
      const mark = JSON.stringify(reach ? [wishes, reach.mark, this.#sleeps()] : []);
      this.#mark = mark;
      if (mark === before && !this.#isDue()) return;
      await this.#close();
      if (wishes && reach) await this.#open(wishes.facts, reach, signal);
      else this.#tellNames([]);
      this.#settle(undefined);
    } catch (error) {
      // What was interrupted is looked at again, as it is then.
      if (signal.aborted) this.#mark = undefined;
      else if (error instanceof CannotAnnounce) await this.#fail(error);
      else throw error;
    }
  }

  async #open(facts: Facts, reach: Reach, signal: AbortSignal): Promise<void> {
    const { clock, log, announce = announceByCiao } = this.#parts;
    const ways = await (this.#parts.openWays ?? openWays)(reach.ways);
    const plans = planOf(facts);
    const renamed = (hosts: readonly string[]) => this.#tellNames(hosts);
    // Somebody may come by the first one before the last one is announced.
    this.#tellNames(plans.map(({ host }) => `${host}.local`));
    using limit = deadline(clock, announceMs, signal);
    try {
      this.#held = await announce({ plans, reach: { ...reach, ways }, clock, log, renamed }, limit.signal);
    } catch (error) {
      if (!limit.isOver) throw error;
      throw slowNetwork(error);
    }
    const interfaces = ways.map(({ name }) => name).join(" ");
    log.info("mdns.announced", { interfaces, hosts: this.#names.join(" ") });
  }

  async #fail(error: CannotAnnounce): Promise<void> {
    await this.#close();
    this.#tellNames([]);
    this.#retryAtMs = this.#parts.clock.elapsedMs() + retryMs;
    this.#settle(error);
  }

  /** Told once for as long as it is the same. */
  #settle(trouble: CannotAnnounce | undefined): void {
    if (trouble?.message === this.#trouble?.message) return;
    this.#trouble = trouble;
    const { log, changed } = this.#parts;
    if (trouble) log.warn("mdns.failed", { reason: trouble.message, next: trouble.cure });
    changed();
  }

  #isDue(): boolean {
    return this.#trouble !== undefined && this.#parts.clock.elapsedMs() >= this.#retryAtMs;
  }

  /** A number that is another one after a sleep. */
  #sleeps(): number {
    const { clock } = this.#parts;
    const aheadMs = clock.nowMs() - clock.elapsedMs();
    if (Math.abs(aheadMs - this.#wallAheadMs) > sleptMs) this.#sleepsCount++;
    this.#wallAheadMs = aheadMs;
    return this.#sleepsCount;
  }

  #tellNames(names: readonly string[]): void {
    if (names.join() === this.#names.join()) return;
    this.#names = names;
    this.#parts.named(names);
  }

  async #close(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    await held?.close();
  }
}

function slowNetwork(cause: unknown): CannotAnnounce {
  return new CannotAnnounce(
    `the network let no name be announced within ${announceMs / 1000} s`,
    "clawdia logs, or clawdia config set discovery.mdns.mode off",
    { cause },
  );
}
