import { addressBucket, type Clock } from "../lib/index.ts";

/**
 * Sockets that have not said hello yet are few and short-lived. Who comes when the room is full waits a moment; the
 * newest is served first, and a socket that stays silent makes room, so that a flood of idle sockets cannot keep a
 * good client out.
 */
export const waitingRoomLimits = {
  /** Sockets between upgrade and `hello-ok`. */
  pendingMax: 64,
  pendingPerAddressMax: 8,
  /** Upgrades that wait for a place. */
  waitingMax: 512,
  waitingPerAddressMax: 256,
  /** Silence after which a socket gives its place to one that waits. */
  silentMs: 100,
  /** How long an upgrade may wait. */
  waitMs: 5_000,
} as const;

/** A place in the room. Leave it when the handshake is over, however it ended. */
export interface Place {
  readonly bucket: string;
  readonly sinceMs: number;
  /** Closes the socket that holds the place. */
  evict: () => void;
}

interface Waiter {
  readonly bucket: string;
  readonly expiresAtMs: number;
  readonly resolve: (place: Place | undefined) => void;
}

export class WaitingRoom {
  readonly #clock: Clock;
  readonly #places = new Set<Place>();
  readonly #perBucket = new Map<string, number>();
  #waiters: Waiter[] = [];
  #checking = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get pendingCount(): number {
    return this.#places.size;
  }

  /** A place at once, a promise of one (undefined when none came free), or undefined when too many wait already. */
  enter(address: string): Place | Promise<Place | undefined> | undefined {
    const bucket = addressBucket(address);
    if (this.#hasRoom(bucket)) return this.#take(bucket);
    const inBucket = this.#waiters.filter((waiter) => waiter.bucket === bucket).length;
    if (this.#waiters.length >= waitingRoomLimits.waitingMax || inBucket >= waitingRoomLimits.waitingPerAddressMax)
      return undefined;
    const expiresAtMs = this.#clock.elapsedMs() + waitingRoomLimits.waitMs;
    return new Promise((resolve) => {
      this.#waiters.push({ bucket, expiresAtMs, resolve });
      this.#check();
    });
  }

  leave(place: Place): void {
    if (!this.#places.delete(place)) return;
    const left = (this.#perBucket.get(place.bucket) ?? 1) - 1;
    if (left === 0) this.#perBucket.delete(place.bucket);
    else this.#perBucket.set(place.bucket, left);
    this.#serveNewest();
  }

  #hasRoom(bucket: string): boolean {
    if (this.#places.size >= waitingRoomLimits.pendingMax) return false;
    return (this.#perBucket.get(bucket) ?? 0) < waitingRoomLimits.pendingPerAddressMax;
  }

  #take(bucket: string): Place {
    const place: Place = { bucket, sinceMs: this.#clock.elapsedMs(), evict: () => undefined };
    this.#places.add(place);
    this.#perBucket.set(bucket, (this.#perBucket.get(bucket) ?? 0) + 1);
    return place;
  }

  #serveNewest(): void {
    for (let index = this.#waiters.length - 1; index >= 0; index--) {
      const waiter = this.#waiters[index]!;
      if (!this.#hasRoom(waiter.bucket)) continue;
      this.#waiters.splice(index, 1);
      waiter.resolve(this.#take(waiter.bucket));
      if (this.#places.size >= waitingRoomLimits.pendingMax) return;
    }
  }

  /** While somebody waits: silent sockets make room, and who waited too long is sent away. */
  #check(): void {
    if (this.#checking) return;
    this.#checking = true;
    void this.#clock.sleep(waitingRoomLimits.silentMs / 2).then(() => {
      this.#checking = false;
      const nowMs = this.#clock.elapsedMs();
      for (const waiter of this.#waiters.filter(({ expiresAtMs }) => expiresAtMs <= nowMs)) waiter.resolve(undefined);
      this.#waiters = this.#waiters.filter(({ expiresAtMs }) => expiresAtMs > nowMs);
      this.#evictSilent(nowMs);
      this.#serveNewest();
      if (this.#waiters.length > 0) this.#check();
    });
  }

  #evictSilent(nowMs: number): void {
    const wanted = new Set(this.#waiters.map(({ bucket }) => bucket));
    const isFull = this.#places.size >= waitingRoomLimits.pendingMax;
    for (const place of this.#places) {
      if (nowMs - place.sinceMs < waitingRoomLimits.silentMs) continue;
      if (!isFull && !wanted.has(place.bucket)) continue;
      place.evict();
      this.leave(place);
    }
  }
}
