import { EngineError, type EngineEvent } from "../engine.ts";

/** What an agent said that is for people, in arrival order. */
export type AgentWord =
  | { readonly kind: "text" | "reasoning"; readonly delta: string }
  /** It uses a tool of its own: told as reasoning, for its tools are not ours. */
  | { readonly kind: "tool"; readonly title: string };

export const turnLimits = {
  /** Said in one turn; more is no answer any more. */
  charsMax: 4_000_000,
  /** Events that wait for a slow reader before neighbours are put together. */
  waitingMax: 64,
} as const;

type Outcome = { readonly end: EngineEvent } | { readonly error: unknown };

/** The events of one turn, from one who tells to one who reads. */
export class TurnEvents {
  readonly #events: EngineEvent[] = [];
  readonly #onTooMuch: (error: EngineError) => void;
  #outcome: Outcome | undefined;
  #wake: (() => void) | undefined;
  #chars = 0;
  #endsOpen = false;
  #isCut = false;

  /** `onTooMuch` is called once, when more was said than may be; what follows is dropped. */
  constructor(onTooMuch: (error: EngineError) => void) {
    this.#onTooMuch = onTooMuch;
  }

  say(word: AgentWord): void {
    if (word.kind === "tool") {
      this.#isCut = true;
      return this.#add({ kind: "reasoning", delta: `\n[${word.title}]\n` });
    }
    if (word.delta === "") return;
    if (word.kind === "reasoning") return this.#add({ kind: "reasoning", delta: word.delta });
    // What was said before a tool and what is said after it are two paragraphs.
    if (this.#isCut && this.#endsOpen) this.#add({ kind: "text", delta: "\n\n" });
    this.#isCut = false;
    this.#endsOpen = !word.delta.endsWith("\n");
    this.#add({ kind: "text", delta: word.delta });
  }

  /** The next text is a paragraph of its own. */
  cut(): void {
    this.#isCut = true;
  }

  finish(outcome: Outcome): void {
    this.#outcome ??= outcome;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<EngineEvent> {
    for (;;) {
      for (let next = this.#events.shift(); next; next = this.#events.shift()) yield next;
      if (!this.#outcome) {
        const woken = Promise.withResolvers<void>();
        this.#wake = woken.resolve;
        await woken.promise;
        continue;
      }
      if ("error" in this.#outcome) throw this.#outcome.error;
      yield this.#outcome.end;
      return;
    }
  }

  #add(event: Extract<EngineEvent, { readonly kind: "text" | "reasoning" }>): void {
    if (this.#outcome || this.#chars > turnLimits.charsMax) return;
    this.#chars += event.delta.length;
    if (this.#chars > turnLimits.charsMax) {
      return this.#onTooMuch(new EngineError(`the agent said more than ${turnLimits.charsMax} characters`));
    }
    const last = this.#events.at(-1);
    if (this.#events.length >= turnLimits.waitingMax && last?.kind === event.kind) {
      this.#events[this.#events.length - 1] = { kind: event.kind, delta: last.delta + event.delta };
    } else {
      this.#events.push(event);
    }
    this.#wake?.();
  }
}
