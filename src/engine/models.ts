import type { ModelRef } from "./engine.ts";

/** The models that may be chosen. The built-in one is always there. */
export interface ModelChoice extends ModelRef {
  readonly name: string;
  readonly contextTokens: number | null;
}

const echo: ModelChoice = {
  provider: "builtin",
  model: "echo",
  name: "Echo (built in, no language model)",
  contextTokens: null,
};

export class Models {
  readonly all: readonly ModelChoice[] = [echo];

  get default(): ModelChoice {
    return this.all[0]!;
  }

  /** `provider/model`, or the model's bare name. */
  resolve(
    reference: string,
  ): { readonly provider: string; readonly model: string; readonly isDefault: boolean } | undefined {
    const wanted = reference.trim().toLowerCase();
    const found = this.all.find(({ provider, model }) => wanted === `${provider}/${model}` || wanted === model);
    return found && { provider: found.provider, model: found.model, isDefault: found === this.default };
  }
}
