import { EngineError } from "./engine.ts";
import type { ModelHealth } from "./model-health.ts";
import type { Models } from "./models.ts";
import { referenceOf } from "./models/model.ts";
import type { ModelTarget } from "./models/target.ts";

/**
 * The models that one turn may use, in order: the one that was asked for, then the fall-backs of the config, and none
 * beside them. Those that failed a short while ago stand behind the others; a turn stays with the one that answered.
 */
export class LineUp {
  readonly #targets: readonly ModelTarget[];
  #at = 0;

  constructor(targets: readonly ModelTarget[]) {
    this.#targets = targets;
  }

  static of(reference: string, models: Models, health: Pick<ModelHealth, "isCooling">): LineUp {
    const first = models.target(reference);
    if (!first) throw noSuchModel(reference);
    const others = models.fallbacks.flatMap((fallback) => models.target(fallback) ?? []).filter(hasKey);
    const targets = new Map([first, ...others].map((target) => [referenceOf(target.choice), target]));
    const ordered = [...targets.values()].sort((left, right) => rank(left, health) - rank(right, health));
    return new LineUp(ordered);
  }

  get current(): ModelTarget {
    return this.#targets[this.#at]!;
  }

  /** False when there is none left. */
  goOn(): boolean {
    if (this.#at + 1 >= this.#targets.length) return false;
    this.#at++;
    return true;
  }
}

function rank(target: ModelTarget, health: Pick<ModelHealth, "isCooling">): number {
  return health.isCooling(target) ? 1 : 0;
}

export function hasKey({ vendor, apiKey }: ModelTarget): boolean {
  return !vendor.needsKey || apiKey !== undefined;
}

export function noSuchModel(reference: string): EngineError {
  return new EngineError(
    `the model ${reference} is not among those of this gateway; choose another: clawdia models choose`,
    "no_model",
  );
}
