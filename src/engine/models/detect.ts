import type { Environment, ModelSettings, VendorKind } from "../../config/index.ts";
import { type Clock, isLoopback, isPlainObject } from "../../lib/index.ts";
import { knownVendors } from "./known-models.ts";
import { numCtxComfort, ollamaUrl } from "./ollama-model.ts";
import { ollamaUrlOf } from "./vendor-book.ts";

/**
 * What could think, seen from this machine: servers on it, keys in the gateway's environment, agents on its path. It
 * only looks, only at this machine, and is done in a moment; what it finds is offered, never taken.
 */
export interface FoundServer {
  readonly vendor: string;
  readonly label: string;
  readonly kind: VendorKind;
  readonly baseUrl: string;
  readonly models: readonly FoundModel[];
  /** Why it would not do as it is, and the cure. */
  readonly advice?: string | undefined;
}

export interface FoundModel extends ModelSettings {
  /** In memory already, so that the first answer comes at once. Undefined where the server does not say. */
  readonly isLoaded?: boolean | undefined;
}

export interface Detection {
  readonly servers: readonly FoundServer[];
  /** Vendors whose key is in the environment, and the variable's name. The value is not looked at. */
  readonly keys: readonly { readonly vendor: string; readonly label: string; readonly variable: string }[];
  /** Other agents' commands. They would use their own subscription. */
  readonly commands: readonly string[];
}

export interface DetectionPorts {
  readonly environment: Environment;
  readonly clock: Pick<Clock, "sleep">;
  readonly isOnPath: (command: string) => boolean;
  readonly addresses: ServerAddresses;
}

export interface ServerAddresses {
  /** Undefined: `OLLAMA_HOST` where it means this machine. */
  readonly ollama?: string | undefined;
  readonly llamaCpp: string;
  readonly lmStudio: string;
  readonly other: string;
}

export const usualAddresses: ServerAddresses = {
  llamaCpp: "http://127.0.0.1:8080",
  lmStudio: "http://127.0.0.1:1234",
  other: "http://127.0.0.1:8000",
};

const patienceMs = 350;
/** Models of one server that are asked what they can. */
const modelsAsked = 24;
const modelsMax = 64;
const bodyBytesMax = 4 * 1024 * 1024;
const contextComfort = 16_384;
const commandNames = ["claude", "codex", "opencode", "gemini"] as const;

export async function detect(ports: DetectionPorts): Promise<Detection> {
  const over = new AbortController();
  const look = new Look(over.signal);
  const { addresses, environment } = ports;
  const found = Promise.all([
    look.ollama(addresses.ollama ?? ollamaHere(environment)),
    look.llamaCpp(addresses.llamaCpp),
    look.lmStudio(addresses.lmStudio),
    look.other(addresses.other),
  ]);
  // Who has not answered by then is not there; each look ends by the abort with what it knows.
  void ports.clock.sleep(patienceMs, over.signal).then(
    () => over.abort(),
    () => undefined,
  );
  const servers = (await found).filter((server) => server !== undefined);
  over.abort();
  return {
    servers,
    keys: knownVendors.flatMap(({ id, label, keyVariables }) => {
      const variable = keyVariables.find((name) => environment[name]?.trim());
      return variable === undefined ? [] : [{ vendor: id, label, variable }];
    }),
    commands: commandNames.filter(ports.isOnPath),
  };
}

/** `OLLAMA_HOST` may name another machine, which is none of our business unasked. */
function ollamaHere(environment: Environment): string {
  const url = ollamaUrlOf(environment);
  const { hostname } = new URL(url);
  return hostname === "localhost" || isLoopback(hostname) ? url : ollamaUrl;
}

class Look {
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  async ollama(baseUrl: string): Promise<FoundServer | undefined> {
    const tags = await this.#json(`${baseUrl}/api/tags`);
    if (!isPlainObject(tags) || !Array.isArray(tags["models"])) return undefined;
    const running = await this.#json(`${baseUrl}/api/ps`);
    const loaded = new Set(listOf(running, "models").map((model) => model["name"]));
    const named = listOf(tags, "models").filter((model) => typeof model["name"] === "string");
    const models = await Promise.all(
      named.slice(0, modelsAsked).map(async (model): Promise<FoundModel> => {
        const id = String(model["name"]);
        const shown = await this.#json(`${baseUrl}/api/show`, { model: id });
        return { ...ollamaAbilities(shown), id, isLoaded: loaded.has(id) };
      }),
    );
    const advice =
      models.length === 0
        ? "it has no model yet: ollama pull a model that can call tools"
        : models.every(({ tools }) => tools === false)
          ? "none of its models can call tools"
          : undefined;
    return { vendor: "ollama", label: "Ollama", kind: "ollama", baseUrl, models, advice };
  }

  async llamaCpp(origin: string): Promise<FoundServer | undefined> {
    const props = await this.#json(`${origin}/props`);
    if (!isPlainObject(props) || !isPlainObject(props["default_generation_settings"])) return undefined;
    const listed = await this.#json(`${origin}/v1/models`);
    const contextTokens = whole(props["default_generation_settings"]["n_ctx"]);
    const abilities = isPlainObject(props["chat_template_caps"]) ? props["chat_template_caps"] : {};
    const tools = typeof abilities["supports_tools"] === "boolean" ? abilities["supports_tools"] : undefined;
    const modalities = isPlainObject(props["modalities"]) ? props["modalities"] : {};
    const images = modalities["vision"] === true;
    const models = idsOf(listed).map((id) => ({ id, contextTokens, tools, images, isLoaded: true }));
    const advice =
      contextTokens !== undefined && contextTokens < contextComfort
        ? `its context of ${contextTokens} tokens is small: start it with --ctx-size ${numCtxComfort}`
        : tools === false
          ? "its chat template knows no tools: start it with --jinja, or with another model"
          : undefined;
    return { vendor: "llamacpp", label: "llama.cpp", ...compatible(origin), models, advice };
  }

  async lmStudio(origin: string): Promise<FoundServer | undefined> {
    const listed = listOf(await this.#json(`${origin}/api/v0/models`), "data");
    const models = listed
      .filter(({ type }) => type === "llm" || type === "vlm")
      .slice(0, modelsMax)
      .flatMap((model): FoundModel[] => {
        const { id, state, type } = model;
        if (typeof id !== "string") return [];
        const contextTokens = whole(model["loaded_context_length"]) ?? whole(model["max_context_length"]);
        return [{ id, contextTokens, images: type === "vlm", isLoaded: state === "loaded" }];
      });
    if (listed.length === 0) return undefined;
    const advice = models.some(({ isLoaded }) => isLoaded) ? undefined : "no model is loaded: load one in LM Studio";
    return { vendor: "lmstudio", label: "LM Studio", ...compatible(origin), models, advice };
  }

  async other(origin: string): Promise<FoundServer | undefined> {
    const listed = await this.#json(`${origin}/v1/models`);
    const [first] = listOf(listed, "data");
    const models = listOf(listed, "data")
      .slice(0, modelsMax)
      .flatMap(({ id, max_model_len: length }): FoundModel[] => {
        return typeof id === "string" ? [{ id, contextTokens: whole(length), isLoaded: true }] : [];
      });
    if (!first || models.length === 0) return undefined;
    const isVllm = first["owned_by"] === "vllm";
    const names = isVllm ? { vendor: "vllm", label: "vLLM" } : { vendor: "local", label: "OpenAI-compatible server" };
    return { ...names, ...compatible(origin), models };
  }

  /** undefined for everything but a JSON answer of a success. */
  async #json(url: string, body?: object): Promise<unknown> {
    try {
      const response = await fetch(url, {
        signal: this.#signal,
        redirect: "error",
        ...(body && { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      });
      if (!response.ok || Number(response.headers.get("content-length") ?? 0) > bodyBytesMax) return undefined;
      return (await response.json()) as unknown;
    } catch {
      // Nobody is there, or somebody who is no such server.
      return undefined;
    }
  }
}

const compatible = (origin: string) => ({ kind: "openai-compatible" as const, baseUrl: `${origin}/v1` });

function ollamaAbilities(shown: unknown): Omit<ModelSettings, "id"> {
  if (!isPlainObject(shown)) return {};
  const can = Array.isArray(shown["capabilities"]) ? shown["capabilities"] : undefined;
  const facts = isPlainObject(shown["model_info"]) ? shown["model_info"] : {};
  const length = Object.entries(facts).find(([name]) => name.endsWith(".context_length"))?.[1];
  return {
    contextTokens: whole(length),
    ...(can && { tools: can.includes("tools"), reasoning: can.includes("thinking"), images: can.includes("vision") }),
  };
}

function idsOf(listed: unknown): string[] {
  return listOf(listed, "data")
    .slice(0, modelsMax)
    .flatMap(({ id }) => (typeof id === "string" ? [id] : []));
}

function listOf(value: unknown, name: string): Record<string, unknown>[] {
  const list = isPlainObject(value) ? value[name] : undefined;
  return Array.isArray(list) ? list.filter(isPlainObject) : [];
}

function whole(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value >= 1024 ? value : undefined;
}

/** Whether a command is on the path of that environment. */
export const isOnPathOf =
  (environment: Environment) =>
  (command: string): boolean =>
    Bun.which(command, { PATH: environment["PATH"] ?? "" }) !== null;
