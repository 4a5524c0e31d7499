import type { Environment, ModelsSettings, ThinkingLevel } from "../config/index.ts";
import type { Choices, SecretFiles } from "../storage/index.ts";
import type { ModelRef } from "./engine.ts";
import { referenceOf } from "./models/model.ts";
import type { ModelChoice, ModelTarget } from "./models/target.ts";
import { type ChosenVendor, VendorBook } from "./models/vendor-book.ts";

export interface ModelsParts {
  readonly settings: ModelsSettings;
  readonly agents: readonly AgentModel[];
  readonly choices: Pick<Choices, "get" | "set">;
  readonly secrets: Pick<SecretFiles, "get" | "set" | "delete">;
  readonly environment: Environment;
  /** Names of external agents; each is a model `acp/<name>`. */
  readonly externalAgents?: readonly string[] | undefined;
}

/** What the config says of an agent's thinking. */
export interface AgentModel {
  readonly id: string;
  readonly model?: string | undefined;
  readonly thinking?: ThinkingLevel | undefined;
}

const echo: ModelChoice = {
  provider: "builtin",
  model: "echo",
  name: "Echo (built in, no language model)",
  contextTokens: null,
  available: true,
};

/** What stands before the slash for agents that are programs of their own. */
export const acpProvider = "acp";

const modelChoice = "model.default";

/**
 * The models that may be chosen, and which one is. The built-in one is always there; others are listed when their
 * vendor has a key or somebody named them, and none is chosen by itself.
 */
export class Models {
  readonly #parts: ModelsParts | undefined;
  readonly #book: VendorBook | undefined;
  #chosen: string | undefined;

  /** Without parts only the built-in model is there. */
  constructor(parts?: ModelsParts) {
    this.#parts = parts;
    this.#book = parts && new VendorBook(parts);
    this.#chosen = parts?.choices.get(modelChoice);
  }

  get all(): readonly ModelChoice[] {
    const book = this.#book;
    if (!book) return [echo];
    const listed = book.ids.flatMap((id) => {
      const vendor = book.vendor(id);
      return vendor ? book.modelsOf(id).map((model) => book.choiceOf(vendor, model.id)) : [];
    });
    const named = this.#named.flatMap((reference) => this.#choiceOf(reference) ?? []);
    const byReference = new Map([...listed, ...named].map((choice) => [referenceOf(choice), choice]));
    return [echo, ...byReference.values(), ...this.#external];
  }

  /** The one that the config names, or else the one that a person chose, or else the built-in one. */
  get default(): ModelChoice {
    const reference = this.#parts?.settings.default ?? this.#chosen;
    return reference === undefined ? echo : (this.#choiceOf(reference) ?? unknownChoice(reference));
  }

  /** The config beats what a person chooses here. */
  get isSetInConfig(): boolean {
    return this.#parts?.settings.default !== undefined;
  }

  get fallbacks(): readonly string[] {
    return this.#parts?.settings.fallbacks ?? [];
  }

  /** The agent's own model and how much it thinks, where the config says so. */
  ofAgent(agentId: string): AgentModel | undefined {
    return this.#parts?.agents.find(({ id }) => id === agentId);
  }

  /** `provider/model`, a model's bare name, or an alias. */
  resolve(
    reference: string,
  ): { readonly provider: string; readonly model: string; readonly isDefault: boolean } | undefined {
    const found = this.#find(reference);
    const { provider, model } = this.default;
    return (
      found && {
        provider: found.provider,
        model: found.model,
        isDefault: found.provider === provider && found.model === model,
      }
    );
  }

  /** Whom to ask and with which key; undefined for the built-in model and for what nobody knows. */
  target(reference: string): ModelTarget | undefined {
    const found = this.#find(reference) ?? this.#choiceOf(reference);
    const vendor = found && this.#book?.vendor(found.provider);
    return vendor && { choice: found, vendor, apiKey: this.#book?.keyOf(vendor.id) };
  }

  /** The same as if that server had been chosen. A key that is kept for another address does not go there. */
  targetAt({ provider, model }: ModelRef, server: ChosenVendor): ModelTarget | undefined {
    const book = this.#book?.with(provider, server);
    const vendor = book?.vendor(provider);
    if (!book || !vendor) return undefined;
    const isSameAddress = this.#book?.vendor(provider)?.baseUrl === vendor.baseUrl;
    return { choice: book.choiceOf(vendor, model), vendor, apiKey: isSameAddress ? book.keyOf(provider) : undefined };
  }

  /** The built-in model, by whatever name. */
  isBuiltIn(reference: string): boolean {
    const found = this.#find(reference);
    return found !== undefined && isEcho(found);
  }

  vendorIsInConfig(id: string): boolean {
    return this.#book?.isInConfig(id) ?? false;
  }

  /** A key for that vendor is there; who asks does not see it. */
  hasKey(vendorId: string): boolean {
    return this.#book?.keyOf(vendorId) !== undefined;
  }

  /** Remembers what a person chose; the next turn uses it. Durable when it resolves. */
  async choose(ref: ModelRef, vendor: ChosenVendor | undefined, apiKey: string | undefined): Promise<void> {
    const parts = this.#parts;
    if (!parts) return;
    if (!isEcho(ref)) await this.#book?.remember(ref.provider, vendor, apiKey);
    const reference = isEcho(ref) ? undefined : referenceOf(ref);
    await parts.choices.set(modelChoice, reference);
    this.#chosen = reference;
  }

  /** References that somebody wrote down. */
  get #named(): string[] {
    const { settings, agents } = this.#parts!;
    const written = [settings.default ?? this.#chosen, ...settings.fallbacks, ...Object.values(settings.aliases)];
    return [...written, ...agents.map(({ model }) => model)].filter((reference) => reference !== undefined);
  }

  get #external(): ModelChoice[] {
    return (this.#parts?.externalAgents ?? []).map((name) => ({
      provider: acpProvider,
      model: name,
      name: `${name} (external agent)`,
      contextTokens: null,
      available: true,
    }));
  }

  #find(reference: string): ModelChoice | undefined {
    const written = reference.trim();
    const aliases = this.#parts?.settings.aliases ?? {};
    const alias = written.toLowerCase();
    const meant = Object.hasOwn(aliases, alias) ? aliases[alias]! : written;
    const wanted = meant.toLowerCase();
    const { all } = this;
    const listed =
      all.find((choice) => wanted === referenceOf(choice).toLowerCase()) ??
      all.find(({ model }) => wanted === model.toLowerCase());
    if (listed) return listed;
    // A vendor has more models than lists know; which vendors may be asked is what counts.
    const [provider] = split(meant) ?? [];
    return provider !== undefined && this.#book?.ids.includes(provider) ? this.#choiceOf(meant) : undefined;
  }

  #choiceOf(reference: string): ModelChoice | undefined {
    const [provider, model] = split(reference) ?? [];
    if (provider === echo.provider && model === echo.model) return echo;
    if (provider === acpProvider) return this.#external.find((choice) => choice.model === model);
    const vendor = provider === undefined ? undefined : this.#book?.vendor(provider);
    return vendor && model !== undefined ? this.#book?.choiceOf(vendor, model) : undefined;
  }
}

export function isEcho({ provider, model }: ModelRef): boolean {
  return provider === echo.provider && model === echo.model;
}

/** The vendor stands before the first slash; a model's own name may have more of them. */
export function split(reference: string): readonly [provider: string, model: string] | undefined {
  const [, provider, model] = /^([^/\s]+)\/(\S+)$/.exec(reference.trim()) ?? [];
  return provider === undefined || model === undefined ? undefined : [provider.toLowerCase(), model];
}

function unknownChoice(reference: string): ModelChoice {
  const [provider = "unknown", model = reference] = split(reference) ?? [];
  return { provider, model, name: model, contextTokens: null, available: false };
}
