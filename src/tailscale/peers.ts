import { canonicalAddress, type Clock, type Log } from "../lib/index.ts";
import { type Peer, readHeader } from "./answers.ts";
import type { Tailscale } from "./tailscale.ts";

/**
 * Who is at a tailnet address, by the word of Tailscale's daemon. Answers are kept shortly, and few questions are asked
 * at a time, so that whoever sends many addresses starts few programs.
 */
export const peerLimits = {
  keptMs: 60_000,
  /** Of a daemon that did not answer. */
  troubleKeptMs: 5_000,
  keptMax: 1_024,
  askingMax: 4,
  waitingMax: 64,
  /** Together with the command's own time it is less than an HTTP request may take. */
  waitMs: 2_000,
} as const;

export type Vouched =
  | { readonly kind: "peer"; readonly peer: Peer }
  /** The daemon knows nobody there. */
  | { readonly kind: "stranger" }
  /** It could not be asked; it may be soon. */
  | { readonly kind: "unknown" };

/** What a request through Tailscale's proxy says of its user, held against what the daemon says. */
export type TailscaleIdentity =
  | { readonly kind: "verified"; readonly login: string }
  /** The header names somebody else than the daemon. */
  | { readonly kind: "mismatch" };

interface Kept {
  readonly answer: Promise<Vouched>;
  untilMs: number;
}

export interface PeersParts {
  readonly tailscale: Pick<Tailscale, "whois">;
  readonly clock: Pick<Clock, "elapsedMs" | "sleep">;
  readonly log: Log;
}

export class Peers {
  readonly #parts: PeersParts;
  readonly #kept = new Map<string, Kept>();
  #asking = 0;
  #waiting: ((isNext: boolean) => void)[] = [];

  constructor(parts: PeersParts) {
    this.#parts = parts;
  }

  get keptCount(): number {
    return this.#kept.size;
  }

  /** Never rejects. */
  async at(written: string): Promise<Vouched> {
    const address = canonicalAddress(written);
    const { clock } = this.#parts;
    const known = this.#kept.get(address);
    if (known && known.untilMs > clock.elapsedMs()) return known.answer;
    if (this.#waiting.length >= peerLimits.waitingMax) return { kind: "unknown" };
    const kept: Kept = { answer: this.#ask(address), untilMs: Number.POSITIVE_INFINITY };
    this.#kept.delete(address);
    this.#kept.set(address, kept);
    this.#forgetOldest();
    const answer = await kept.answer;
    kept.untilMs = clock.elapsedMs() + (answer.kind === "unknown" ? peerLimits.troubleKeptMs : peerLimits.keptMs);
    return answer;
  }

  async #ask(address: string): Promise<Vouched> {
    if (this.#asking < peerLimits.askingMax) this.#asking++;
    else if (!(await this.#turn())) return { kind: "unknown" };
    try {
      const answer = await this.#parts.tailscale.whois(address);
      if (answer.kind === "answer") return answer.value ? { kind: "peer", peer: answer.value } : { kind: "stranger" };
      this.#parts.log.warn("peer.unknown", { reason: answer.reason, cure: answer.cure });
      return { kind: "unknown" };
    } finally {
      // The place goes on to who waits, or is free.
      const next = this.#waiting.shift();
      if (next) next(true);
      else this.#asking--;
    }
  }

  /** True when a question may be asked, false when none was answered in time. */
  async #turn(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const over = new AbortController();
    this.#waiting.push(resolve);
    void this.#parts.clock.sleep(peerLimits.waitMs, over.signal).then(
      () => {
        this.#waiting = this.#waiting.filter((waiter) => waiter !== resolve);
        resolve(false);
      },
      () => undefined,
    );
    const isNext = await promise;
    over.abort();
    return isNext;
  }

  #forgetOldest(): void {
    if (this.#kept.size <= peerLimits.keptMax) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}

/** Undefined where nothing is claimed, or where the machine has no user. */
export function identityOf(peer: Peer, claimed: string | null): TailscaleIdentity | undefined {
  if (claimed === null || peer.login === undefined) return undefined;
  const said = readHeader(claimed).trim().toLowerCase();
  return said === peer.login.toLowerCase() ? { kind: "verified", login: peer.login } : { kind: "mismatch" };
}
