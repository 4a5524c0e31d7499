/**
 * One at a time per key, and a bounded number at once over all keys. Work waits in arrival order within its key. How
 * much may wait is for those to say who let it in: they know before it is here.
 */
export interface LaneLimits {
  /** Keys that may run at the same moment. */
  readonly runningMax: number;
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
      this.#goBehindOthers(key);
      this.#startNext();
      if (this.#running.size === 0 && this.#lanes.size === 0) {
        this.#idle?.resolve();
        this.#idle = undefined;
      }
    });
  }

  /** A long lane does not keep the others waiting. */
  #goBehindOthers(key: string): void {
    const lane = this.#lanes.get(key);
    if (!lane) return;
    this.#lanes.delete(key);
    this.#lanes.set(key, lane);
  }
}
