import type { Environment, ModelSettings, VendorKind } from "../config/index.ts";
import { errorFields, type Clock, type Log } from "../lib/index.ts";
import { invalidRequest, unavailable } from "../protocol/index.ts";
import type { ModelRef } from "./engine.ts";
import { hasKey } from "./line-up.ts";
import { isEcho, type Models, split } from "./models.ts";
import { detect, type Detection, isOnPathOf, type ServerAddresses, usualAddresses } from "./models/detect.ts";
import { referenceOf } from "./models/model.ts";
import type { OpenModel } from "./models/open-model.ts";
import type { ModelTarget } from "./models/target.ts";
import { type TrialResult, tryModel } from "./models/trial.ts";
import type { ChosenVendor } from "./models/vendor-book.ts";

export interface ModelSetupParts {
  readonly models: Models;
  readonly openModel: OpenModel;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly log: Log;
  readonly addresses?: ServerAddresses;
}

/** A model that a person thinks of, with what the gateway may not know of it yet. */
export interface WantedModel {
  readonly model: string;
  /** Typed by the person. It goes to the vendor and into its own file, nowhere else. */
  readonly apiKey?: string | undefined;
  /** A server that the config does not name. */
  readonly server?: { readonly kind: VendorKind; readonly baseUrl?: string | undefined } | undefined;
  /** What is known of the model, for instance by detection. */
  readonly about?: Omit<ModelSettings, "id"> | undefined;
}

export interface ChosenModel {
  readonly model: string;
  readonly trial: TrialResult | undefined;
  /** False while the config names another one, which wins. */
  readonly isUsed: boolean;
}

/** Finding, trying and choosing a model. A person decides; nothing is chosen because it was found. */
export class ModelSetup {
  readonly #parts: ModelSetupParts;

  constructor(parts: ModelSetupParts) {
    this.#parts = parts;
  }

  detect(): Promise<Detection> {
    const { environment, clock, addresses = usualAddresses } = this.#parts;
    return detect({ environment, clock, isOnPath: isOnPathOf(environment), addresses });
  }

  /** One real completion. The built-in model always answers. */
  async test(wanted: WantedModel, signal: AbortSignal): Promise<TrialResult> {
    if (this.#parts.models.isBuiltIn(wanted.model)) {
      return { kind: "answered", latencyMs: 0, text: "echo", calledTool: false };
    }
    return this.#try(this.#targetOf(wanted), signal);
  }

  /** Tries the model and remembers it; a failed trial is refused unless the person insists. */
  async choose(wanted: WantedModel, insists: boolean, signal: AbortSignal): Promise<ChosenModel> {
    const { models, log } = this.#parts;
    if (models.isBuiltIn(wanted.model)) {
      await models.choose({ provider: "builtin", model: "echo" }, undefined, undefined);
      return this.#chosen({ provider: "builtin", model: "echo" }, undefined);
    }
    const target = this.#targetOf(wanted);
    const trial = insists ? undefined : await this.#try(target, signal);
    if (trial?.kind === "failed") {
      throw unavailable(trial.message, { retryable: false, details: { reason: trial.failure } });
    }
    const { provider, model } = target.choice;
    await models.choose({ provider, model }, chosenVendor(wanted, target), wanted.apiKey?.trim());
    log.info("model.chosen", { model: referenceOf(target.choice), isInsisted: insists });
    return this.#chosen({ provider, model }, trial);
  }

  #chosen(ref: ModelRef, trial: TrialResult | undefined): ChosenModel {
    const { default: used } = this.#parts.models;
    const isUsed = isEcho(ref) ? isEcho(used) : referenceOf(used) === referenceOf(ref);
    return { model: referenceOf(ref), trial, isUsed };
  }

  async #try(target: ModelTarget, signal: AbortSignal): Promise<TrialResult> {
    const { openModel, clock, log } = this.#parts;
    if (!hasKey(target)) {
      const message = `${referenceOf(target.choice)}: there is no key for ${target.vendor.id}; give one`;
      return { kind: "failed", latencyMs: 0, failure: "auth", message };
    }
    const result = await tryModel(target, openModel, clock, signal);
    const failed =
      result.kind === "failed" ? { failure: result.failure, ...errorFields(new Error(result.message)) } : {};
    log.info("model.tried", { model: referenceOf(target.choice), latencyMs: result.latencyMs, ...failed });
    return result;
  }

  #targetOf({ model, apiKey, server, about }: WantedModel): ModelTarget {
    const { models } = this.#parts;
    const known = models.resolve(model);
    const [provider, name] = known ? [known.provider, known.model] : (split(model) ?? []);
    if (provider === undefined || name === undefined) {
      throw invalidRequest(`"${model}" names no model: write vendor/model, for instance ollama/qwen3`);
    }
    if (server && models.vendorIsInConfig(provider)) {
      throw invalidRequest(`${provider} is set up in the config: change it there, or use another name`);
    }
    const target = server
      ? models.targetAt({ provider, model: name }, { ...server, models: [{ id: name, ...about }] })
      : models.target(`${provider}/${name}`);
    if (!target) {
      throw invalidRequest(
        `there is no vendor ${provider}: say where it answers, or add models.vendors.${provider} to the config`,
      );
    }
    const typed = apiKey?.trim();
    return typed === undefined || typed === "" ? target : { ...target, apiKey: typed };
  }
}

/** Servers are remembered with what is known of the model; well-known vendors and those of the config need not be. */
function chosenVendor({ server, about }: WantedModel, { choice, vendor }: ModelTarget): ChosenVendor | undefined {
  if (!server && !about) return undefined;
  return {
    kind: vendor.kind,
    ...(server?.baseUrl !== undefined && { baseUrl: server.baseUrl }),
    models: [{ id: choice.model, ...about }],
  };
}
