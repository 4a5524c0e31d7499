import type { AgentEngine, EngineEvent, EngineTurn } from "../../src/engine/index.ts";
import { EngineError, zeroTurnUsage } from "../../src/engine/index.ts";

/**
 * An engine that does what a test says, step by step: each run waits for `say`, `finish` or `fail`. It records every
 * turn that it was given.
 */
export class ScriptedEngine implements AgentEngine {
  readonly id = "scripted";
  readonly model = { provider: "test", model: "scripted" };
  readonly turns: EngineTurn[] = [];
  /** Answers at once with this text; when undefined it waits for the test. */
  answer: ((turn: EngineTurn) => string) | undefined = (turn) => `heard: ${turn.prompt}`;
  readonly #steps = new Map<string, PromiseWithResolvers<Step>[]>();

  async *run(turn: EngineTurn, signal: AbortSignal): AsyncIterable<EngineEvent> {
    this.turns.push(turn);
    if (this.answer) {
      yield { kind: "text", delta: this.answer(turn) };
      yield { kind: "end", stopReason: "stop", usage: zeroTurnUsage };
      return;
    }
    const aborted = Promise.withResolvers<Step>();
    signal.addEventListener("abort", () => aborted.resolve({ kind: "finish" }), { once: true });
    if (signal.aborted) aborted.resolve({ kind: "finish" });
    for (let index = 0; ; index++) {
      const step = await Promise.race([this.#step(turn.runId, index).promise, aborted.promise]);
      if (step.kind === "say") yield { kind: "text", delta: step.text };
      else if (step.kind === "fail") throw step.error;
      else break;
    }
    yield {
      kind: "end",
      stopReason: signal.aborted ? "aborted" : "stop",
      usage: { ...zeroTurnUsage, input: 3, output: 5 },
    };
  }

  say(runId: string, text: string): void {
    this.#push(runId, { kind: "say", text });
  }

  finish(runId: string): void {
    this.#push(runId, { kind: "finish" });
  }

  fail(runId: string, error: Error = new EngineError("the model is away")): void {
    this.#push(runId, { kind: "fail", error });
  }

  #push(runId: string, step: Step): void {
    const steps = this.#steps.get(runId) ?? [];
    let index = this.#told.get(runId) ?? 0;
    this.#steps.set(runId, steps);
    this.#step(runId, index).resolve(step);
    this.#told.set(runId, ++index);
  }

  readonly #told = new Map<string, number>();

  #step(runId: string, index: number): PromiseWithResolvers<Step> {
    const steps = this.#steps.get(runId) ?? [];
    this.#steps.set(runId, steps);
    while (steps.length <= index) steps.push(Promise.withResolvers<Step>());
    return steps[index]!;
  }
}

type Step =
  | { readonly kind: "say"; readonly text: string }
  | { readonly kind: "finish" }
  | { readonly kind: "fail"; readonly error: Error };
