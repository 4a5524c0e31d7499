import type { Watch } from "../telegram/watch.ts";

/** What goes wrong with a call. */
export type FaultAction =
  /** Answered with an error, nothing is done. `body` replaces Discord's JSON, as a proxy's page would. */
  | {
      readonly kind: "refuse";
      readonly status: number;
      readonly code?: number | undefined;
      readonly words?: string | undefined;
      readonly retryAfterMs?: number | undefined;
      readonly isGlobal?: boolean | undefined;
      readonly body?: string | undefined;
    }
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
  /** Which call, by its name in the log; every one when left out. */
  readonly method?: string | undefined;
  readonly channel?: string | undefined;
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

  lift(): void {
    this.#isLifted = true;
    this.release();
  }

  takes(method: string, channel: string | undefined): boolean {
    const { rule } = this;
    if (this.#isLifted || this.#hits >= (rule.times ?? 1)) return false;
    if (rule.method !== undefined && rule.method !== method) return false;
    return rule.channel === undefined || rule.channel === channel;
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

  take(method: string, channel: string | undefined): Fault | undefined {
    const fault = this.#faults.find((one) => one.takes(method, channel));
    fault?.strike();
    return fault;
  }

  liftAll(): void {
    for (const fault of this.#faults) fault.lift();
  }
}
