import { knownVendors } from "../engine/index.ts";
import type { Report } from "./report.ts";
import { type Fields, fieldsOf, listOf, present, stringOf } from "./source.ts";

/** Vendors of language models, their keys, and which model answers, in Clawdia's words. Pure. */

export interface MappedModels {
  /** The settings under `models`. */
  readonly settings: Fields;
  /** Names of secret files and their contents. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** A key that a person gave once: an entry of OpenClaw's `auth-profiles`. */
export type KeyProfile = Fields;

const kinds: Readonly<Record<string, string>> = {
  "openai-completions": "openai-compatible",
  "openai-responses": "openai",
  "anthropic-messages": "anthropic",
  "google-generative-ai": "google",
  ollama: "ollama",
};
const variable = /^[A-Z][A-Z0-9_]+$/;

export function mapModels(config: Fields, profiles: readonly KeyProfile[], report: Report): MappedModels {
  const secrets: Record<string, string> = {};
  const vendors: Record<string, Fields> = {};
  for (const [name, value] of Object.entries(fieldsOf(fieldsOf(config["models"])["providers"]))) {
    const vendor = mapVendor(name, fieldsOf(value), { secrets, report });
    if (vendor) vendors[vendorIdOf(name)] = vendor;
  }
  const isThere = (id: string) => id in vendors || knownVendors.some((known) => known.id === id);
  takeKeys(profiles, isThere, { secrets, report });
  const defaults = defaultsOf(config);
  const usable = (model: string | undefined) => usableModel(model, isThere, report);
  const { primary, fallbacks } = modelsOf(defaults["model"]);
  return {
    secrets,
    settings: present({
      default: usable(primary),
      fallbacks: someOf(fallbacks.map(usable)),
      aliases: aliasesOf(fieldsOf(defaults["models"]), isThere),
      vendors: Object.keys(vendors).length > 0 ? vendors : undefined,
    }),
  };
}

/** What agents have where they do not say otherwise; the first versions wrote it under `agent`. */
export function defaultsOf(config: Fields): Fields {
  return { ...fieldsOf(config["agent"]), ...fieldsOf(fieldsOf(config["agents"])["defaults"]) };
}

/** `vendor/model` with the vendor's name as it is here; undefined where none is named. */
export function modelOf(model: unknown): string | undefined {
  return modelsOf(model).primary;
}

function modelsOf(model: unknown): { readonly primary: string | undefined; readonly fallbacks: readonly string[] } {
  const { primary, fallbacks } = fieldsOf(model);
  return {
    primary: referenceOf(stringOf(model) ?? stringOf(primary)),
    fallbacks: listOf(fallbacks).flatMap((one) => referenceOf(stringOf(one)) ?? []),
  };
}

function referenceOf(written: string | undefined): string | undefined {
  const [, vendor, model] = /^([^/\s]+)\/(\S+)$/.exec(written ?? "") ?? [];
  return vendor === undefined ? undefined : `${vendorIdOf(vendor)}/${model}`;
}

function vendorIdOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9_-]/g, "-");
}

interface Found {
  readonly secrets: Record<string, string>;
  readonly report: Report;
}

function mapVendor(name: string, vendor: Fields, { secrets, report }: Found): Fields | undefined {
  const models = listOf(vendor["models"]).map(fieldsOf);
  const api = stringOf(vendor["api"]) ?? stringOf(models[0]?.["api"]) ?? "openai-completions";
  const kind = kinds[api];
  if (kind === undefined) {
    report.left.push({ what: `models of ${name}`, why: `Clawdia does not speak ${api}` });
    return undefined;
  }
  const written = stringOf(vendor["apiKey"]);
  const isVariable = written !== undefined && variable.test(written);
  if (written !== undefined && !isVariable) secrets[secretName(vendorIdOf(name))] = written;
  else if (vendor["apiKey"] !== undefined && written === undefined) leaveKey(name, report);
  return present({
    kind,
    baseUrl: stringOf(vendor["baseUrl"]),
    apiKeyEnv: isVariable ? written : undefined,
    headers: vendor["headers"],
    quirks: quirksOf(models),
    models: models.map(mapModel),
  });
}

function quirksOf(models: readonly Fields[]): Fields | undefined {
  const field = models.map(({ compat }) => fieldsOf(compat)["maxTokensField"]).find((one) => one !== undefined);
  return field === undefined ? undefined : { maxTokensField: field };
}

function mapModel(model: Fields): Fields {
  const cost = fieldsOf(model["cost"]);
  return present({
    id: model["id"],
    name: stringOf(model["name"]),
    contextTokens: model["contextWindow"],
    maxOutputTokens: model["maxTokens"],
    reasoning: model["reasoning"],
    images: Array.isArray(model["input"]) ? model["input"].includes("image") : undefined,
    cost: "input" in cost && "output" in cost ? cost : undefined,
  });
}

/** A key that was typed stands in a file of its own; a subscription stays with the program that it is for. */
function takeKeys(profiles: readonly KeyProfile[], isThere: (id: string) => boolean, { secrets, report }: Found): void {
  for (const { type, provider, key } of profiles) {
    const vendor = stringOf(provider);
    if (vendor === undefined) continue;
    const id = vendorIdOf(vendor);
    const typed = stringOf(key);
    if (type !== "api_key" || typed === undefined) leaveKey(vendor, report);
    else if (!isThere(id)) leaveVendor(`the key of ${vendor}`, id, report);
    else secrets[secretName(id)] ??= typed;
  }
}

function usableModel(model: string | undefined, isThere: (id: string) => boolean, report: Report): string | undefined {
  const [vendor = ""] = model?.split("/") ?? [];
  if (model === undefined || isThere(vendor)) return model;
  leaveVendor(`model ${model}`, vendor, report);
  return undefined;
}

function aliasesOf(models: Fields, isThere: (id: string) => boolean): Fields | undefined {
  const named = Object.entries(models).flatMap(([written, about]) => {
    const [model, name] = [referenceOf(written), stringOf(fieldsOf(about)["alias"])?.toLowerCase()];
    return model === undefined || name === undefined || !isThere(model.split("/")[0]!) ? [] : [[name, model]];
  });
  return named.length === 0 ? undefined : Object.fromEntries(named);
}

const secretName = (vendorId: string) => `models.${vendorId}.apiKey`;

function leaveKey(vendor: string, { left }: Report): void {
  const why = "only keys are taken, no subscriptions: clawdia models choose";
  left.push({ what: `credentials of ${vendor}`, why });
}

function leaveVendor(what: string, vendor: string, { left }: Report): void {
  left.push({
    what,
    why: `nothing says where ${vendor} answers: clawdia models choose ${vendor}/MODEL --base-url URL`,
  });
}

function someOf(models: readonly (string | undefined)[]): readonly string[] | undefined {
  const there = models.filter((model) => model !== undefined);
  return there.length > 0 ? there : undefined;
}
