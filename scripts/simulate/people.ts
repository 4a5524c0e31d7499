import type { Peer } from "../../src/providers/index.ts";
import type { Chance } from "../fuzz/chance.ts";
import { approvedSenders, groupId } from "./house-config.ts";
import type { Machine } from "./machine.ts";
import type { Said } from "./network-words.ts";
import type { SimNetwork } from "./sim-network.ts";
import type { SimTime } from "./sim-time.ts";

/** What people do in a day: they talk in bursts, are silent at night, ask to be let in, and say stop. */

const minuteMs = 60_000;
const hourMs = 3_600_000;
/** By the hour of the day in world time: how long nobody says anything, on average. */
const pauseByHourMs = (hour: number) => (hour < 6 || hour >= 23 ? 3 * hourMs : 45 * minuteMs);

/** A message that wants an answer, by its word. */
export interface Asked {
  readonly word: string;
  readonly network: SimNetwork;
  readonly said: Said;
}

export interface PeopleParts {
  readonly time: SimTime;
  readonly chance: Chance;
  readonly networks: readonly SimNetwork[];
  readonly machine: Machine;
  readonly endMs: number;
}

export class People {
  readonly asked: Asked[] = [];
  /** Moments at which somebody said /stop. */
  readonly stops: number[] = [];
  approvals = 0;
  strangers = 0;
  readonly #parts: PeopleParts;
  #words = 0;

  constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  start(): void {
    for (const [index, network] of this.#parts.networks.entries()) {
      const senderId = approvedSenders[index % approvedSenders.length]!;
      this.#often(() => this.#burst(network, { kind: "direct", id: senderId }, senderId));
      this.#often(() => this.#burst(network, { kind: "group", id: groupId }, senderId));
      this.#every(60 * hourMs, () => this.#flood(network, senderId));
      this.#every(30 * hourMs, () => this.#stop(network, senderId));
      this.#every(40 * hourMs, () => this.#stranger(network));
    }
  }

  /** The next word that nobody said yet. */
  newWord(): string {
    return `w${this.#words++}`;
  }

  #burst(network: SimNetwork, peer: Peer, senderId: string): void {
    const { chance, time } = this.#parts;
    const count = chance.is(0.3) ? 2 + chance.below(7) : 1;
    let atMs = 0;
    for (let index = 0; index < count; index++) {
      time.after(atMs, () => this.#say(network, peer, senderId));
      atMs += 300 + chance.below(20_000);
    }
  }

  /** Many at once, more than a session takes at a time. */
  #flood(network: SimNetwork, senderId: string): void {
    const { chance, time } = this.#parts;
    const count = 30 + chance.below(50);
    for (let index = 0; index < count; index++) {
      time.after(chance.below(minuteMs), () => this.#say(network, { kind: "direct", id: senderId }, senderId));
    }
  }

  #say(network: SimNetwork, peer: Peer, senderId: string): void {
    const { chance } = this.#parts;
    const hasImage = chance.is(0.03);
    if (peer.kind === "group" && chance.is(0.6)) {
      network.says("only chatter", { peer, senderId });
      return;
    }
    const word = this.newWord();
    const said = network.says(`${word}. and please tell me more`, { peer, senderId, hasImage });
    this.asked.push({ word, network, said });
  }

  /** Something that takes long, and the wish not to hear it any more. */
  #stop(network: SimNetwork, senderId: string): void {
    const { time } = this.#parts;
    const peer: Peer = { kind: "direct", id: senderId };
    this.#say(network, peer, senderId);
    time.after(2_000, () => this.#say(network, peer, senderId));
    time.after(5_000, () => {
      this.stops.push(time.nowMs);
      network.says("/stop", { peer, senderId });
    });
  }

  /** A stranger writes, is told a code, and gives it to the owner, who may take a while, or never looks. */
  #stranger(network: SimNetwork): void {
    const { chance, time } = this.#parts;
    const senderId = `s${this.strangers++}`;
    const peer: Peer = { kind: "direct", id: senderId };
    this.#say(network, peer, senderId);
    time.after(20_000, () => this.#say(network, peer, senderId));
    if (chance.is(0.3)) return;
    time.after(5 * minuteMs + chance.below(50 * minuteMs), () => this.#approve(network, senderId));
  }

  async #approve(network: SimNetwork, senderId: string): Promise<void> {
    const { machine, time } = this.#parts;
    const told = network.shown.findLast(({ peerId, text }) => peerId === senderId && text.includes("Your code is"));
    const code = /Your code is (\w+)/.exec(told?.text ?? "")?.[1];
    if (code === undefined || !machine.takesCalls) return;
    const answer = await machine.call("approvals.approve", { code }).catch(() => undefined);
    if (!answer) return;
    this.approvals++;
    const peer: Peer = { kind: "direct", id: senderId };
    time.after(10 * minuteMs, () => this.#say(network, peer, senderId));
  }

  #often(run: () => void): void {
    const { time, chance, endMs } = this.#parts;
    const pauseMs = pauseByHourMs(Math.floor(time.nowMs / hourMs) % 24) * -Math.log(1 - chance.unit());
    time.after(Math.min(pauseMs, 4 * hourMs), () => {
      if (time.nowMs >= endMs) return;
      run();
      this.#often(run);
    });
  }

  #every(meanMs: number, run: () => void): void {
    const { time, chance, endMs } = this.#parts;
    time.after(meanMs * -Math.log(1 - chance.unit()), () => {
      if (time.nowMs >= endMs) return;
      run();
      this.#every(meanMs, run);
    });
  }
}
