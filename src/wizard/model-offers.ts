import { type Detection, type FoundModel, knownVendors, type WantedModel } from "../engine/index.ts";
import { skip, type Way } from "./step.ts";

/** What could answer, as options: found models first, then keys that are there, then what a person would give. Pure. */

/** Models of one server that are offered by name; the rest is under `clawdia models list`. */
const modelsEach = 12;

export const ownKey = "own-key";
export const ownServer = "own-server";
export const keep = "keep";
export const another = "another";

export interface Offers {
  readonly options: readonly Way[];
  /** What each of the options that name a model stands for. */
  readonly wanted: ReadonlyMap<string, WantedModel>;
  /** Vendors whose models have no names here: one is asked for. */
  readonly unnamed: ReadonlyMap<string, string>;
  /** What is found and would not do as it is, and what else is there. */
  readonly remarks: readonly string[];
}

export function offersOf({ servers, keys, commands }: Detection, used: string | undefined): Offers {
  const wanted = new Map<string, WantedModel>();
  const unnamed = new Map<string, string>();
  const local = servers.flatMap((server) =>
    server.models.slice(0, modelsEach).map((model): Way => {
      const value = `found:${server.vendor}/${model.id}`;
      const { id, isLoaded: _loaded, cost: _cost, ...about } = model;
      const place = { kind: server.kind, baseUrl: server.baseUrl };
      wanted.set(value, { model: `${server.vendor}/${id}`, server: place, about: aboutOf(about) });
      return { value, label: `${id} on ${server.label}, on this machine`, hint: abilities(model) };
    }),
  );
  const paid = keys.flatMap(({ vendor, label, variable }): Way[] => {
    const value = `key:${vendor}`;
    const [first] = knownVendors.find(({ id }) => id === vendor)?.models ?? [];
    if (first) wanted.set(value, { model: `${vendor}/${first.id}` });
    else unnamed.set(value, vendor);
    return [{ value, label: first?.name ?? label, hint: `costs money; with the key in ${variable}` }];
  });
  return {
    options: [
      ...(used === undefined ? [] : [{ value: keep, label: `Keep ${used}` }]),
      ...local,
      ...paid,
      { value: ownKey, label: "A vendor, with a key of yours", hint: "costs money; Anthropic, OpenAI, Google, …" },
      { value: ownServer, label: "Another server", hint: "by its address: vLLM, LM Studio, a proxy, …" },
      skip("the built-in echo repeats what you write"),
    ],
    wanted,
    unnamed,
    remarks: [
      ...servers.flatMap(({ label, advice }) => (advice === undefined ? [] : [`${label} is here, but ${advice}.`])),
      ...(commands.length === 0
        ? []
        : [`Other agents are here, too (${commands.join(", ")}): externalAgents of the config lets them answer.`]),
    ],
  };
}

function aboutOf({ contextTokens, reasoning, images, tools }: Partial<FoundModel>): NonNullable<WantedModel["about"]> {
  return {
    ...(contextTokens !== undefined && { contextTokens }),
    ...(reasoning !== undefined && { reasoning }),
    ...(images !== undefined && { images }),
    ...(tools !== undefined && { tools }),
  };
}

function abilities({ tools, images, contextTokens, isLoaded }: FoundModel): string {
  const words = [
    "costs nothing",
    tools === true ? "tools" : tools === false ? "no tools" : "",
    images ? "images" : "",
    contextTokens === undefined ? "" : `${contextTokens} tokens`,
    isLoaded ? "loaded" : "",
  ];
  return words.filter((word) => word !== "").join(", ");
}

/** Vendors that want nothing but a key. */
export const keyVendors: readonly Way[] = knownVendors
  .filter(({ kind }) => kind !== "ollama")
  .map(({ id, label, models: [first] }) => ({ value: id, label, hint: first?.name }));

export function modelsOf(vendor: string): readonly Way[] {
  const { models = [] } = knownVendors.find(({ id }) => id === vendor) ?? {};
  return models.map(({ id, name, cost }) => ({
    value: `${vendor}/${id}`,
    label: name ?? id,
    hint: cost && `$${cost.input} in, $${cost.output} out, a million tokens`,
  }));
}
