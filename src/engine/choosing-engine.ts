import type { AgentEngine, EngineEvent, EngineTurn, ModelRef } from "./engine.ts";
import type { ModelEngine } from "./model-engine.ts";
import { isEcho, type Models } from "./models.ts";
import { referenceOf } from "./models/model.ts";

/**
 * The engine of the house: a language model where one was chosen, the built-in echo where none was. It asks anew for
 * every turn, so a choice counts from the next turn on.
 */
export class ChoosingEngine implements AgentEngine {
  readonly #models: Models;
  readonly #echo: AgentEngine;
  readonly #modelEngine: Pick<ModelEngine, "run">;

  constructor(models: Models, echo: AgentEngine, modelEngine: Pick<ModelEngine, "run">) {
    this.#models = models;
    this.#echo = echo;
    this.#modelEngine = modelEngine;
  }

  get id(): string {
    return isEcho(this.#models.default) ? this.#echo.id : "models";
  }

  get model(): ModelRef {
    const { provider, model } = this.#models.default;
    return { provider, model };
  }

  run(turn: EngineTurn, signal: AbortSignal): AsyncIterable<EngineEvent> {
    const reference = turn.model ?? this.#models.ofAgent(turn.agentId)?.model ?? referenceOf(this.#models.default);
    if (this.#models.isBuiltIn(reference)) return this.#echo.run(turn, signal);
    return this.#modelEngine.run(reference, turn, signal);
  }
}
