import type { Environment, ModelSettings, ModelsSettings, VendorKind, VendorSettings } from "../../config/index.ts";
import { isLoopback, isTailnet, isPlainObject } from "../../lib/index.ts";
import type { Choices, SecretFiles } from "../../storage/index.ts";
import { type KnownVendor, knownVendor, knownVendors } from "./known-models.ts";
import { numCtxDefault, ollamaUrl } from "./ollama-model.ts";
import type { ModelChoice, Vendor } from "./target.ts";

/**
 * Who there is to ask: vendors of the config, those a person chose, and the known ones, in this order of precedence;
 * and where their keys are. Keys are read when they are needed and kept nowhere.
 */
export interface VendorBookParts {
  readonly settings: ModelsSettings;
  readonly choices: Pick<Choices, "get" | "set">;
  readonly secrets: Pick<SecretFiles, "get" | "set" | "delete">;
  readonly environment: Environment;
}

/** A server that a person chose, as it is stored. It never holds a key. */
export interface ChosenVendor {
  readonly kind: VendorKind;
  readonly baseUrl?: string | undefined;
  readonly models: readonly ModelSettings[];
}

/** What an unlisted model of a vendor may read, in tokens, where nobody says. */
export const contextTokensDefault = 128_000;
const vendorsChoice = "model.vendors";

const noQuirks: Vendor["quirks"] = {
  reasoningField: "reasoning_content",
  stringContentOnly: false,
  maxTokensField: "max_tokens",
  noTools: false,
};

export class VendorBook {
  readonly #parts: VendorBookParts;
  #chosen: ReadonlyMap<string, ChosenVendor>;

  constructor(parts: VendorBookParts, chosen = parseChosen(parts.choices.get(vendorsChoice))) {
    this.#parts = parts;
    this.#chosen = chosen;
  }

  /** The same book as if that vendor had been chosen. */
  with(id: string, vendor: ChosenVendor): VendorBook {
    return new VendorBook(this.#parts, new Map(this.#chosen).set(id, vendor));
  }

  /** Vendors that somebody named, or that have a key. */
  get ids(): string[] {
    const withKey = knownVendors.filter(({ id }) => this.keyOf(id) !== undefined).map(({ id }) => id);
    return [...new Set([...Object.keys(this.#parts.settings.vendors), ...this.#chosen.keys(), ...withKey])];
  }

  vendor(id: string): Vendor | undefined {
    const settings = this.#settings(id);
    const known = knownVendor(id);
    const chosen = this.#chosen.get(id);
    const kind = settings?.kind ?? chosen?.kind ?? known?.kind;
    if (kind === undefined) return undefined;
    const ownUrl = settings?.baseUrl ?? chosen?.baseUrl;
    const baseUrl = ownUrl ?? (known?.kind === kind ? known.baseUrl : undefined) ?? this.#ollamaUrl(kind);
    if (kind === "openai-compatible" && baseUrl === undefined) return undefined;
    return {
      id,
      kind,
      baseUrl,
      headers: settings?.headers ?? {},
      quirks: settings?.quirks ?? noQuirks,
      contextTokens: settings?.contextTokens,
      numCtx: kind === "ollama" ? (settings?.numCtx ?? numCtxDefault) : undefined,
      isLocal: isNear(baseUrl),
      needsKey: ownUrl === undefined && kind !== "ollama",
    };
  }

  /**
   * From the config, from what a person typed, from the environment. What stands in the environment for a well-known
   * vendor does not go to an address that somebody chose under its name.
   */
  keyOf(id: string): string | undefined {
    const settings = this.#settings(id);
    const isElsewhere = !settings && this.#chosen.get(id)?.baseUrl !== undefined;
    const usual = isElsewhere ? [] : (knownVendor(id)?.keyVariables ?? []);
    const variables = settings?.apiKeyEnv !== undefined ? [settings.apiKeyEnv] : usual;
    const { secrets, environment } = this.#parts;
    const found = [settings?.apiKey, secrets.get(secretName(id)), ...variables.map((name) => environment[name])];
    return found.map((key) => key?.trim()).find((key) => key !== undefined && key !== "");
  }

  /** What is said of the vendor's models, the config's word first. */
  modelsOf(id: string): ModelSettings[] {
    const known = this.#known(id)?.models ?? [];
    const lists = [this.#settings(id)?.models ?? [], this.#chosen.get(id)?.models ?? [], known];
    const merged = new Map<string, ModelSettings>();
    for (const model of lists.flat()) merged.set(model.id, { ...model, ...merged.get(model.id) });
    return [...merged.values()];
  }

  /** A model as lists show it, whether or not the vendor's list has it. */
  choiceOf(vendor: Vendor, model: string): ModelChoice {
    const settings = this.modelsOf(vendor.id).find(({ id }) => id === model);
    const wanted = settings?.contextTokens ?? vendor.contextTokens;
    const contextTokens = vendor.numCtx === undefined ? wanted : Math.min(vendor.numCtx, wanted ?? vendor.numCtx);
    return {
      provider: vendor.id,
      model,
      name: settings?.name ?? model,
      contextTokens: contextTokens ?? null,
      maxOutputTokens: settings?.maxOutputTokens,
      reasoning: settings?.reasoning,
      images: settings?.images,
      tools: settings?.tools,
      cost: settings?.cost ?? (vendor.isLocal ? free : undefined),
      available: !vendor.needsKey || this.keyOf(vendor.id) !== undefined,
    };
  }

  isInConfig(id: string): boolean {
    return this.#settings(id) !== undefined;
  }

  /**
   * Remembers a server or a key that a person chose. A key goes into a file of its own; one that belonged to another
   * address is forgotten with it. Durable when it resolves.
   */
  async remember(id: string, vendor: ChosenVendor | undefined, apiKey: string | undefined): Promise<void> {
    const before = this.#chosen.get(id);
    if (vendor && before && before.baseUrl !== vendor.baseUrl) this.#parts.secrets.delete(secretName(id));
    if (apiKey !== undefined) this.#parts.secrets.set(secretName(id), apiKey);
    if (!vendor) return;
    const others = (before?.models ?? []).filter((known) => !vendor.models.some((model) => model.id === known.id));
    const merged = { ...vendor, models: [...vendor.models, ...others] };
    const chosen = new Map(this.#chosen).set(id, merged);
    await this.#parts.choices.set(vendorsChoice, JSON.stringify(Object.fromEntries(chosen)));
    this.#chosen = chosen;
  }

  #settings(id: string): VendorSettings | undefined {
    const { vendors } = this.#parts.settings;
    return Object.hasOwn(vendors, id) ? vendors[id] : undefined;
  }

  /** The known vendor, unless the name was given to something else. */
  #known(id: string): KnownVendor | undefined {
    const kind = this.#settings(id)?.kind ?? this.#chosen.get(id)?.kind;
    const known = knownVendor(id);
    return kind === undefined || kind === known?.kind ? known : undefined;
  }

  #ollamaUrl(kind: VendorKind): string | undefined {
    return kind === "ollama" ? ollamaUrlOf(this.#parts.environment) : undefined;
  }
}

const free = { input: 0, output: 0 };

const secretName = (vendorId: string) => `models.${vendorId}.apiKey`;

/** `OLLAMA_HOST` as Ollama reads it: an address, with or without scheme; its own port counts without one. */
export function ollamaUrlOf(environment: Environment): string {
  const written = environment["OLLAMA_HOST"]?.trim();
  if (!written) return ollamaUrl;
  const hasScheme = /^https?:\/\//.test(written);
  try {
    const url = new URL(hasScheme ? written : `http://${written}`);
    if (url.hostname === "0.0.0.0" || url.hostname === "[::]") url.hostname = "127.0.0.1";
    if (!hasScheme && url.port === "" && !written.endsWith(":80")) url.port = "11434";
    return url.origin;
  } catch {
    return ollamaUrl;
  }
}

/** On this machine or in its network. */
export function isNear(baseUrl: string | undefined): boolean {
  if (baseUrl === undefined || !URL.canParse(baseUrl)) return false;
  const host = new URL(baseUrl).hostname.replace(/^\[|\]$/g, "");
  if (host === "localhost" || isLoopback(host)) return true;
  if (/\.(local|lan|internal|localhost)$/.test(host) || !/[.:]/.test(host)) return true;
  return isTailnet(host) || /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|f[cd][0-9a-f]{2}:)/.test(host);
}

function parseChosen(text: string | undefined): ReadonlyMap<string, ChosenVendor> {
  if (text === undefined) return new Map();
  const parsed: unknown = JSON.parse(text);
  return new Map(Object.entries(isPlainObject(parsed) ? parsed : {}) as [string, ChosenVendor][]);
}
