/**
 * One at a time per key, and a bounded number at once over all keys. Work waits in arrival order within its key.
 * A full lane refuses at once, so that nobody queues without an end.
 */
export interface LaneLimits {
  /** Keys that may run at the same moment. */
  readonly runningMax: number;
  /** Pieces of work that may wait in one lane. */
  readonly waitingMax: number;
}

type Work = () => Promise<void>;

export class Lanes {
  readonly #limits: LaneLimits;
  readonly #lanes = new Map<string, Work[]>();
  readonly #running = new Set<string>();
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(limits: LaneLimits) {
    this.#limits = limits;
  }

  get runningCount(): number {
    return this.#running.size;
  }

  waitingCount(key: string): number {
    return this.#lanes.get(key)?.length ?? 0;
  }

  isFull(key: string): boolean {
    return this.waitingCount(key) >= this.#limits.waitingMax;
  }

  /** Queues the work. `work` must not reject: it owns its errors. */
  enter(key: string, work: Work): void {
    const lane = this.#lanes.get(key) ?? [];
    lane.push(work);
    this.#lanes.set(key, lane);
    this.#startNext();
  }

  /** Resolves once nothing runs and nothing waits. */
  async whenIdle(): Promise<void> {
    if (this.#running.size === 0 && this.#lanes.size === 0) return;
    this.#idle ??= Promise.withResolvers<void>();
    return this.#idle.promise;
  }

  #startNext(): void {
    for (const [key, lane] of this.#lanes) {
      if (this.#running.size >= this.#limits.runningMax) return;
      if (this.#running.has(key)) continue;
      const work = lane.shift();
      if (lane.length === 0) this.#lanes.delete(key);
      if (work) this.#run(key, work);
    }
  }

  #run(key: string, work: Work): void {
    this.#running.add(key);
    void work().finally(() => {
      this.#running.delete(key);
      this.#startNext();
      if (this.#running.size === 0 && this.#lanes.size === 0) {
        this.#idle?.resolve();
        this.#idle = undefined;
      }
    });
  }
}
