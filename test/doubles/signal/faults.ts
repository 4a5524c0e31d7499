import type { Clock } from "../../../src/lib/index.ts";
import type { Watch } from "../telegram/watch.ts";

/** What goes wrong with a call. */
export type FaultAction =
  /** Answered with an error of the daemon's, nothing is done. */
  | { readonly kind: "refuse"; readonly code: number; readonly message?: string | undefined }
  /** Signal does not take it for anybody: `NETWORK_FAILURE`, `RATE_LIMIT_FAILURE`, … */
  | {
      readonly kind: "fail";
      readonly type: string;
      readonly retryAfterSeconds?: number | undefined;
      /** Of a challenge. */
      readonly token?: string | undefined;
    }
  /** Answered by something in between, without the daemon. */
  | { readonly kind: "status"; readonly status: number; readonly body?: string | undefined }
  /** Nothing is done and nothing is answered until the fault is released; then all goes its way. */
  | { readonly kind: "hang" }
  /** The connection is cut before anything is done. */
  | { readonly kind: "drop" }
  /** It is done, and the connection is cut instead of the answer: the ambiguous one. */
  | { readonly kind: "drop-answer" }
  /** It is done; the answer comes when the fault is released. */
  | { readonly kind: "hold-answer" };

export interface FaultRule {
  readonly does: FaultAction;
  /** Every method when left out. */
  readonly method?: string | undefined;
  /** How many calls it meets; once when left out. */
  readonly times?: number | undefined;
}

/** A fault that was scripted, and how often it struck. */
export class Fault {
  readonly rule: FaultRule;
  readonly #watch: Watch;
  #hits = 0;
  #isReleased = false;
  #isLifted = false;

  constructor(rule: FaultRule, watch: Watch) {
    this.rule = rule;
    this.#watch = watch;
  }

  get hits(): number {
    return this.#hits;
  }

  /** Resolves once it struck that often. */
  async struck(times = 1): Promise<void> {
    await this.#watch.until(() => this.#hits >= times || undefined);
  }

  /** Lets every call go on that it holds, now and later. */
  release(): void {
    this.#isReleased = true;
    this.#watch.changed();
  }

  /** Strikes no more, and lets go what it holds. */
  lift(): void {
    this.#isLifted = true;
    this.release();
  }

  takes(method: string): boolean {
    if (this.#isLifted || this.#hits >= (this.rule.times ?? 1)) return false;
    return this.rule.method === undefined || this.rule.method === method;
  }

  strike(): void {
    this.#hits++;
    this.#watch.changed();
  }

  /** Waits until it is released or the client is gone. */
  async held(gone: AbortSignal): Promise<void> {
    const left = new Promise<void>((resolve) => gone.addEventListener("abort", () => resolve(), { once: true }));
    await Promise.race([this.#watch.until(() => this.#isReleased || undefined), left]);
  }
}

/** The script of faults: the first that fits a call strikes it. */
export class Faults {
  readonly #faults: Fault[] = [];

  add(fault: Fault): Fault {
    this.#faults.push(fault);
    return fault;
  }

  take(method: string): Fault | undefined {
    const fault = this.#faults.find((one) => one.takes(method));
    fault?.strike();
    return fault;
  }

  liftAll(): void {
    for (const fault of this.#faults) fault.lift();
  }
}

/** Time that only goes on, one step a happening at least: messages are told apart by it. */
export class Moments {
  readonly #clock: Pick<Clock, "nowMs">;
  #last = 0;

  constructor(clock: Pick<Clock, "nowMs">) {
    this.#clock = clock;
  }

  next(): number {
    this.#last = Math.max(this.#clock.nowMs(), this.#last + 1);
    return this.#last;
  }
}
