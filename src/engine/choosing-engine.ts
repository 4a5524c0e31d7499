import type { ExternalAgents } from "./acp/external-agents.ts";
import type { AgentEngine, EngineEvent, EngineTurn, ModelRef } from "./engine.ts";
import type { ModelEngine } from "./model-engine.ts";
import { acpProvider, isEcho, type Models } from "./models.ts";
import { referenceOf } from "./models/model.ts";

export interface ChoosingParts {
  readonly models: Models;
  readonly echo: AgentEngine;
  readonly modelEngine: Pick<ModelEngine, "run">;
  readonly externalAgents: Pick<ExternalAgents, "engineFor">;
}

/**
 * The engine of the house: a language model or an external agent where one was chosen, the built-in echo where none
 * was. It asks anew for every turn, so a choice counts from the next turn on.
 */
export class ChoosingEngine implements AgentEngine {
  readonly #parts: ChoosingParts;

  constructor(parts: ChoosingParts) {
    this.#parts = parts;
  }

  get id(): string {
    const { models, echo } = this.#parts;
    return isEcho(models.default) ? echo.id : "models";
  }

  get model(): ModelRef {
    const { provider, model } = this.#parts.models.default;
    return { provider, model };
  }

  run(turn: EngineTurn, signal: AbortSignal): AsyncIterable<EngineEvent> {
    const { models, echo, modelEngine, externalAgents } = this.#parts;
    const reference = turn.model ?? models.ofAgent(turn.agentId)?.model ?? referenceOf(models.default);
    if (models.isBuiltIn(reference)) return echo.run(turn, signal);
    const found = models.resolve(reference);
    if (found?.provider === acpProvider) return externalAgents.engineFor(found.model, turn.agentId).run(turn, signal);
    return modelEngine.run(reference, turn, signal);
  }
}
