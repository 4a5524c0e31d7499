import { drainMicrotasks } from "bun:jsc";
import type { Clock } from "../../src/lib/index.ts";
import { TimerHeap } from "./timer-heap.ts";

/**
 * Time that only the simulation moves. There are three: the world's, in which people live and networks answer; the
 * machine's wall clock, which may be wrong; and a process's monotonic time, which may stand still while the machine
 * sleeps. Nothing waits for real time, so the same steps always come in the same order.
 */

/** Steps between two turns of the real event loop, where real sockets and `setImmediate` get their turn. */
const stepsPerTurn = 2_000;

export class SimTime {
  /** World time, ms from the start of the simulation. */
  nowMs = 0;
  /** How far the machine's wall clock is ahead of the world's. */
  skewMs = 0;
  /** Called before every callback that a process asked for `soon`; a crash may come here. */
  beforeSoon: () => void = () => undefined;
  /** While set, the real event loop gets a turn after every step: something real is being waited for. */
  isCareful = false;
  readonly #startMs: number;
  readonly #world = new TimerHeap();
  #soon: { readonly clock: ProcessClock; readonly run: () => void }[] = [];
  #process: ProcessClock | undefined;
  #waiting: Promise<void> | undefined;
  #afterSleep: (() => void)[] = [];
  #isAsleep = false;

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  get isAsleep(): boolean {
    return this.#isAsleep;
  }

  /** Wall time in truth, as the world has it. */
  get trueWallMs(): number {
    return this.#startMs + this.nowMs;
  }

  /** What the machine takes for the time. */
  get wallMs(): number {
    return this.trueWallMs + this.skewMs;
  }

  /** Something happens in the world. While what it returns is pending, time stands. */
  after(ms: number, run: () => void | Promise<void>): void {
    const dueMs = this.nowMs + Math.max(0, Math.ceil(ms));
    this.#world.add(dueMs, () => {
      const work = run();
      if (work) this.#waiting = work;
    });
  }

  /** The clock of a new process on the machine. */
  startProcess(): ProcessClock {
    this.#process = new ProcessClock(this);
    return this.#process;
  }

  queueSoon(clock: ProcessClock, run: () => void): void {
    this.#soon.push({ clock, run });
  }

  fallAsleep(): void {
    this.#isAsleep = true;
  }

  /** The machine wakes. `skippedMs` is by how much the monotonic clock moves at once; 0 where it stood still. */
  wakeUp(skippedMs: number): void {
    this.#isAsleep = false;
    this.#process?.move(skippedMs);
    const waiting = this.#afterSleep;
    this.#afterSleep = [];
    for (const run of waiting) run();
  }

  /** Something reaches the machine: at once, or when it wakes. */
  toMachine(run: () => void): void {
    if (this.#isAsleep) this.#afterSleep.push(run);
    else run();
  }

  /** Lets time pass. */
  async passUntil(endMs: number): Promise<void> {
    for (;;) {
      if (await inMacrotask(() => this.#steps(endMs))) return;
      if (this.#waiting) await this.#stand();
    }
  }

  /** True when the end is reached. */
  #steps(endMs: number): boolean {
    const count = this.isCareful ? 1 : stepsPerTurn;
    for (let step = 0; step < count; step++) {
      this.#settle();
      if (this.#waiting) return false;
      if (!this.#next(endMs)) {
        this.#moveTo(endMs);
        this.#settle();
        return true;
      }
    }
    this.#settle();
    return false;
  }

  /** The next thing that is due, of the world or of the process. */
  #next(endMs: number): boolean {
    const world = this.#world.first()?.dueMs ?? Number.POSITIVE_INFINITY;
    const house = this.#isAsleep ? Number.POSITIVE_INFINITY : this.nowMs + (this.#process?.untilNextMs() ?? Infinity);
    if (Math.min(world, house) > endMs) return false;
    this.#moveTo(Math.min(world, house));
    if (world <= house) this.#world.take()!.run();
    else this.#process!.wakeNext();
    return true;
  }

  #moveTo(atMs: number): void {
    const ms = atMs - this.nowMs;
    this.nowMs = atMs;
    if (!this.#isAsleep) this.#process?.move(ms);
  }

  /** Everything that can be done without time passing. */
  #settle(): void {
    drainMicrotasks();
    while (this.#soon.length > 0) {
      const batch = this.#soon;
      this.#soon = [];
      for (const { clock, run } of batch) {
        if (clock.isAlive) this.beforeSoon();
        if (clock.isAlive) run();
        drainMicrotasks();
      }
    }
  }

  /** Time stands until the work is done, which may want real sockets. */
  async #stand(): Promise<void> {
    const state = { isDone: false };
    const done = this.#waiting!.finally(() => {
      state.isDone = true;
    });
    // A failure is thrown by the await below, and is nobody's loose end until then.
    done.catch(() => undefined);
    this.#waiting = undefined;
    while (!state.isDone) await inMacrotask(() => this.#settle());
    await done;
  }
}

/** The clock of one process. After its death nothing of the process goes on. */
export class ProcessClock implements Clock {
  readonly #time: SimTime;
  readonly #sleepers = new TimerHeap();
  #elapsedMs = 0;
  #isAlive = true;

  constructor(time: SimTime) {
    this.#time = time;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  get sleepersCount(): number {
    return this.#sleepers.size;
  }

  nowMs(): number {
    return this.#time.wallMs;
  }

  elapsedMs(): number {
    return this.#elapsedMs;
  }

  soon(run: () => void): void {
    if (this.#isAlive) this.#time.queueSoon(this, run);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      if (!this.#isAlive) return;
      const onAbort = () => {
        this.#sleepers.cancel(timer);
        reject(signal?.reason);
      };
      const timer = this.#sleepers.add(this.#elapsedMs + Math.max(1, Math.ceil(ms)), () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      });
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  kill(): void {
    this.#isAlive = false;
    this.#sleepers.clear();
  }

  move(ms: number): void {
    this.#elapsedMs += ms;
  }

  untilNextMs(): number {
    const first = this.#sleepers.first();
    return first ? Math.max(0, first.dueMs - this.#elapsedMs) : Number.POSITIVE_INFINITY;
  }

  wakeNext(): void {
    this.#sleepers.take()?.run();
  }
}

/** Microtasks can be run to their end only from outside of one. */
function inMacrotask<T>(run: () => T): Promise<T> {
  return new Promise((resolve, reject) =>
    setImmediate(() => {
      try {
        resolve(run());
      } catch (error) {
        reject(error);
      }
    }),
  );
}
