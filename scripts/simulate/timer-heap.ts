/** What is due when, soonest first; what is due at the same moment in the order in which it was added. */

export interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly run: () => void;
  isOff: boolean;
}

export class TimerHeap {
  #heap: Timer[] = [];
  #order = 0;
  #live = 0;

  /** Timers that are still to run. */
  get size(): number {
    return this.#live;
  }

  add(dueMs: number, run: () => void): Timer {
    const timer: Timer = { dueMs, order: this.#order++, run, isOff: false };
    this.#live++;
    this.#heap.push(timer);
    this.#rise(this.#heap.length - 1);
    return timer;
  }

  cancel(timer: Timer): void {
    if (timer.isOff) return;
    timer.isOff = true;
    this.#live--;
  }

  clear(): void {
    this.#heap = [];
    this.#live = 0;
  }

  /** The soonest, without taking it. */
  first(): Timer | undefined {
    while (this.#heap[0]?.isOff) this.#takeTop();
    return this.#heap[0];
  }

  take(): Timer | undefined {
    const timer = this.first();
    if (!timer) return undefined;
    this.#takeTop();
    this.cancel(timer);
    return timer;
  }

  #takeTop(): void {
    const last = this.#heap.pop()!;
    if (this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink();
  }

  #rise(from: number): void {
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(this.#heap[at]!, this.#heap[above]!)) return;
      this.#swap(at, above);
      at = above;
    }
  }

  #sink(): void {
    let at = 0;
    for (;;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      for (const child of [left, right]) {
        if (child < this.#heap.length && isBefore(this.#heap[child]!, this.#heap[least]!)) least = child;
      }
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #swap(one: number, other: number): void {
    const kept = this.#heap[one]!;
    this.#heap[one] = this.#heap[other]!;
    this.#heap[other] = kept;
  }
}

function isBefore(left: Timer, right: Timer): boolean {
  return left.dueMs < right.dueMs || (left.dueMs === right.dueMs && left.order < right.order);
}
