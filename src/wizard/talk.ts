import { type Clock, slept, unlessAborted } from "../lib/index.ts";
import { invalidRequest } from "../protocol/index.ts";
import { type Answer, type Asked, judgeAnswer, stepOnWire, type WizardStep } from "./step.ts";

/**
 * One conversation: steps out, answers in. What leads it awaits `ask` and `during`; who carries it to a person reads
 * `step` and gives answers. An answer is handed on and not kept.
 */

interface Shown {
  readonly step: WizardStep;
  readonly asked: Asked;
  readonly take: (answer: Answer) => void;
}

export type Outcome<T> =
  | { readonly kind: "done"; readonly value: T }
  /** The person did not wait for it; the work was told to stop. */
  | { readonly kind: "left"; readonly way: string };

/** How many of them are remembered. */
const endedMax = 16;

/** Work that takes longer is shown. */
const quickMs = 150;

/** A choice that has been shown, without its kind. */
type Plain = Omit<Asked, "type">;

export class Talk {
  /** Aborted when nobody asks or answers any more. */
  readonly signal: AbortSignal;
  readonly #clock: Clock;
  #shown: Shown | undefined;
  #count = 0;
  #changed = Promise.withResolvers<void>();
  /** Steps that ended by themselves, for answers that crossed their end on the way. */
  #ended: readonly string[] = [];

  constructor(signal: AbortSignal, clock: Clock) {
    this.signal = signal;
    this.#clock = clock;
    signal.addEventListener("abort", () => this.stir(), { once: true });
  }

  /** What waits for the person; undefined while the next step is made. */
  get step(): WizardStep | undefined {
    return this.#shown?.step;
  }

  /** Resolves at the next change. */
  get changed(): Promise<void> {
    return this.#changed.promise;
  }

  stir(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    resolve();
  }

  /** True when the person goes on waiting. Throws INVALID_REQUEST for what does not answer the step. */
  answer(stepId: string, value: unknown): boolean {
    const shown = this.#shown;
    if (this.#ended.includes(stepId)) return false;
    if (shown?.step.id !== stepId) throw invalidRequest("wizard: no pending step");
    const judged = judgeAnswer(shown.asked, value);
    if (judged.kind === "wait") return true;
    if (judged.kind === "refused") throw invalidRequest(judged.why);
    this.#shown = undefined;
    shown.take(judged.answer);
    return false;
  }

  /** The value of one of its options. */
  async select(asked: Plain): Promise<string> {
    return String(await this.#ask({ ...asked, type: "select" }));
  }

  /** What was typed, or the value of one of its options; `@back` for nothing. */
  async text(asked: Plain): Promise<string> {
    return String(await this.#ask({ ...asked, type: "text" }));
  }

  async confirm(asked: Plain): Promise<boolean> {
    return (await this.#ask({ ...asked, type: "confirm" })) === true;
  }

  async several(asked: Plain): Promise<readonly string[]> {
    return (await this.#ask({ ...asked, type: "multiselect" })) as readonly string[];
  }

  async note(asked: Plain): Promise<void> {
    await this.#ask({ ...asked, type: "note" });
  }

  /** Something that the client does; false when it was left. */
  async act(asked: Plain): Promise<boolean> {
    return (await this.#ask({ ...asked, type: "action", executor: "client" })) === true;
  }

  /** Shows that something is under way until it is over or the person takes one of the ways off. */
  async during<T>(asked: Plain, work: (signal: AbortSignal) => Promise<T>): Promise<Outcome<T>> {
    const leaving = new AbortController();
    const signal = AbortSignal.any([leaving.signal, this.signal]);
    const working = work(signal);
    working.catch(() => undefined);
    try {
      // What is over at once would only flicker.
      const quick = await Promise.race([working.then((value) => ({ value })), this.#isSlow(signal)]);
      this.signal.throwIfAborted();
      if (quick) return { kind: "done", value: quick.value };
      const answered = this.#ask({ ...asked, type: "progress" });
      answered.catch(() => undefined);
      const outcome = await Promise.race([
        working.then((value): Outcome<T> => ({ kind: "done", value })),
        answered.then((way): Outcome<T> => ({ kind: "left", way: String(way) })),
      ]);
      this.signal.throwIfAborted();
      return outcome;
    } finally {
      leaving.abort();
      if (this.#shown) this.#ended = [...this.#ended, this.#shown.step.id].slice(-endedMax);
      this.#shown = undefined;
    }
  }

  async #isSlow(signal: AbortSignal): Promise<undefined> {
    await slept(this.#clock, quickMs, signal);
  }

  async #ask(asked: Asked): Promise<Answer> {
    this.signal.throwIfAborted();
    const answered = Promise.withResolvers<Answer>();
    this.#shown = { step: stepOnWire(String(++this.#count), asked), asked, take: answered.resolve };
    this.stir();
    return unlessAborted(answered.promise, this.signal);
  }
}
