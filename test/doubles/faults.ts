import type { Watch } from "./watch.ts";

/** What may go wrong with a call of any network's; each network adds how it refuses. */
export type CallFault =
  /** Nothing is done and nothing is answered until the fault is released; then all goes its way. */
  | { readonly kind: "hang" }
  /** The connection is cut before anything is done. */
  | { readonly kind: "drop" }
  /** It is done, and the connection is cut instead of the answer: the ambiguous one. */
  | { readonly kind: "drop-answer" }
  /** It is done; the answer comes when the fault is released. */
  | { readonly kind: "hold-answer" };

export interface CallRule<Action> {
  readonly does: Action;
  /** Which call, by its name in the log; every one when left out. */
  readonly method?: string | undefined;
  /** How many calls it meets; once when left out. */
  readonly times?: number | undefined;
}

/** A fault that was scripted, and how often it struck. */
export class ScriptedFault<Rule extends CallRule<unknown>> {
  readonly rule: Rule;
  readonly #watch: Watch;
  #hits = 0;
  #isLifted = false;
  #isReleased = false;

  constructor(rule: Rule, watch: Watch) {
    this.rule = rule;
    this.#watch = watch;
  }

  get hits(): number {
    return this.#hits;
  }

  get isSpent(): boolean {
    return this.#isLifted || this.#hits >= (this.rule.times ?? 1);
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

  strike(): void {
    this.#hits++;
    this.#watch.changed();
  }

  /** Waits until it is released, the client is gone, or `over` resolves. */
  async held(gone: AbortSignal, over?: Promise<void>): Promise<void> {
    const left = new Promise<void>((resolve) => gone.addEventListener("abort", () => resolve(), { once: true }));
    await Promise.race([this.#watch.until(() => this.#isReleased || undefined), left, ...(over ? [over] : [])]);
  }
}

/** The script of faults: the first that fits a call strikes it. */
export class ScriptedFaults<Rule extends CallRule<unknown>, Place = undefined> {
  readonly #faults: ScriptedFault<Rule>[] = [];
  readonly #watch: Watch;
  readonly #isAt: (rule: Rule, place: Place) => boolean;

  /** `isAt` tells whether a rule is meant for the place (chat, channel) of a call. */
  constructor(watch: Watch, isAt: (rule: Rule, place: Place) => boolean = () => true) {
    this.#watch = watch;
    this.#isAt = isAt;
  }

  add(rule: Rule): ScriptedFault<Rule> {
    const fault = new ScriptedFault(rule, this.#watch);
    this.#faults.push(fault);
    return fault;
  }

  take(method: string, place: Place): ScriptedFault<Rule> | undefined {
    const name = method.toLowerCase();
    const fault = this.#faults.find(
      (one) => !one.isSpent && (one.rule.method?.toLowerCase() ?? name) === name && this.#isAt(one.rule, place),
    );
    fault?.strike();
    return fault;
  }

  liftAll(): void {
    for (const fault of this.#faults) fault.lift();
  }
}
