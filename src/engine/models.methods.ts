import { type Static, Type } from "@sinclair/typebox";
import { vendorKinds } from "../config/index.ts";
import { methodsFor, NoParams, operator, shape } from "../protocol/index.ts";
import type { ModelSetup } from "./model-setup.ts";
import { isEcho, type Models } from "./models.ts";
import { referenceOf } from "./models/model.ts";
import type { ModelChoice } from "./models/target.ts";
import type { TrialResult } from "./models/trial.ts";
import { knownVendor, knownVendors } from "./models/known-models.ts";

const { arrayOf, closed, count, named, nonEmpty, oneOf, optional, text, timeMs } = shape;

/** Models that a list has at most. */
const modelsMax = 1000;

const method = methodsFor<{
  models: Models;
  modelSetup: ModelSetup;
  clock: { nowMs(): number };
}>();

const ModelEntry = named("ModelChoice", {
  id: nonEmpty(256),
  name: nonEmpty(256),
  provider: nonEmpty(128),
  /** `default` is the one that answers. */
  tags: optional(arrayOf(oneOf("default"), 1)),
  contextWindow: optional(Type.Integer({ minimum: 1 })),
  reasoning: optional(Type.Boolean()),
  input: optional(arrayOf(oneOf("text", "image"), 2)),
  supportsTools: optional(Type.Boolean()),
  available: optional(Type.Boolean()),
  unavailableReason: optional(oneOf("missing-auth")),
});

const AboutModel = named("AboutModel", {
  contextTokens: optional(Type.Integer({ minimum: 1024, maximum: 100_000_000 })),
  reasoning: optional(Type.Boolean()),
  images: optional(Type.Boolean()),
  tools: optional(Type.Boolean()),
});

const FoundModel = named("FoundModel", {
  id: nonEmpty(256),
  contextTokens: optional(Type.Integer({ minimum: 1024 })),
  reasoning: optional(Type.Boolean()),
  images: optional(Type.Boolean()),
  tools: optional(Type.Boolean()),
  isLoaded: optional(Type.Boolean()),
});

const FoundServer = named("FoundModelServer", {
  vendor: nonEmpty(64),
  label: nonEmpty(64),
  kind: oneOf(...vendorKinds),
  baseUrl: nonEmpty(2048),
  models: arrayOf(FoundModel, 64),
  advice: optional(text(512)),
});

const FoundKey = named("FoundModelKey", { vendor: nonEmpty(64), label: nonEmpty(64), variable: nonEmpty(128) });

/** A vendor that wants nothing but a key, and a model to begin with. */
const VendorOffer = named("ModelVendorOffer", {
  vendor: nonEmpty(64),
  label: nonEmpty(64),
  model: nonEmpty(256),
  hasKey: Type.Boolean(),
});

const ServerParams = named("ModelServer", {
  kind: oneOf(...vendorKinds),
  baseUrl: optional(Type.String({ minLength: 1, maxLength: 2048, pattern: "^https?://" })),
});

const wanted = {
  model: nonEmpty(256),
  apiKey: optional(nonEmpty(4096)),
  server: optional(ServerParams),
  about: optional(AboutModel),
};

const Trial = named("ModelTrial", {
  ok: Type.Boolean(),
  latencyMs: count(),
  text: optional(text(2048)),
  calledTool: optional(Type.Boolean()),
  failure: optional(nonEmpty(64)),
  message: optional(text(2048)),
});

const AuthProfile = named("ModelAuthProfile", {
  profileId: nonEmpty(128),
  type: oneOf("api_key"),
  status: oneOf("static", "missing"),
});

const AuthProvider = named("ModelAuthProvider", {
  provider: nonEmpty(128),
  displayName: nonEmpty(256),
  status: oneOf("static", "missing"),
  profiles: arrayOf(AuthProfile, 8),
});

export const modelsMethods = {
  "models.list": method({
    summary: "Lists the models that a session may use.",
    access: operator("read"),
    params: closed({
      agentId: optional(nonEmpty(128)),
      view: optional(nonEmpty(32)),
      includeProviderCapabilities: optional(Type.Boolean()),
      preparedOnly: optional(Type.Boolean()),
      refresh: optional(Type.Boolean()),
    }),
    result: closed({ models: arrayOf(ModelEntry, modelsMax) }),
    handle: (_params, { models }) => {
      const used = referenceOf(models.default);
      return { models: models.all.slice(0, modelsMax).map((choice) => entryOf(choice, referenceOf(choice) === used)) };
    },
  }),
  "models.authStatus": method({
    summary: "Which vendors of models have a key.",
    access: operator("read"),
    params: closed({ refresh: optional(Type.Boolean()), agentId: optional(nonEmpty(128)) }),
    result: closed({ ts: timeMs(), providers: arrayOf(AuthProvider, 256) }),
    handle: (_params, { models, clock }) => ({ ts: clock.nowMs(), providers: authOf(models) }),
  }),
  "models.detect": method({
    summary: "Looks for model servers on the gateway's machine, keys in its environment and other agents on its path.",
    access: operator("admin"),
    params: NoParams,
    result: closed({
      servers: arrayOf(FoundServer, 8),
      keys: arrayOf(FoundKey, 16),
      commands: arrayOf(nonEmpty(64), 16),
      vendors: arrayOf(VendorOffer, 16),
    }),
    handle: async (_params, { modelSetup, models }) => {
      const { servers, keys, commands } = await modelSetup.detect();
      return {
        servers: servers.map((server) => ({ ...server, models: server.models.map(foundOf) })),
        keys: [...keys],
        commands: [...commands],
        vendors: offersOf(models),
      };
    },
  }),
  "models.test": method({
    summary: "Asks a model one real question with a tool to call. It costs a few tokens.",
    access: operator("admin"),
    params: closed(wanted),
    result: Trial,
    errors: ["INVALID_REQUEST"],
    handle: async (params, { modelSetup }, { signal }) => trialOf(await modelSetup.test(params, signal)),
  }),
  "models.choose": method({
    summary: "Tests a model and lets it answer from the next turn on; builtin/echo means none.",
    access: operator("admin"),
    params: closed({ ...wanted, force: optional(Type.Boolean()) }),
    result: closed({ model: nonEmpty(256), isUsed: Type.Boolean(), trial: optional(Trial) }),
    errors: ["INVALID_REQUEST", "UNAVAILABLE"],
    handle: async ({ force = false, ...params }, { modelSetup }, { signal }) => {
      const { model, trial, isUsed } = await modelSetup.choose(params, force, signal);
      return { model, isUsed, ...(trial && { trial: trialOf(trial) }) };
    },
  }),
};

function entryOf(choice: ModelChoice, isDefault: boolean): Static<typeof ModelEntry> {
  const { provider, model, name, contextTokens, reasoning, images, tools, available } = choice;
  return {
    id: model,
    name,
    provider,
    ...(isDefault && { tags: ["default" as const] }),
    ...(contextTokens !== null && { contextWindow: contextTokens }),
    ...(reasoning !== undefined && { reasoning }),
    ...(images !== undefined && { input: images ? ["text" as const, "image" as const] : ["text" as const] }),
    ...(tools !== undefined && { supportsTools: tools }),
    available,
    ...(!available && { unavailableReason: "missing-auth" as const }),
  };
}

function authOf(models: Models): Static<typeof AuthProvider>[] {
  const vendors = new Set(models.all.filter((choice) => !isEcho(choice)).map(({ provider }) => provider));
  return [...vendors].map((provider) => {
    const status = models.all.some((choice) => choice.provider === provider && choice.available) ? "static" : "missing";
    return {
      provider,
      displayName: knownVendor(provider)?.label ?? provider,
      status,
      profiles: models.hasKey(provider) ? [{ profileId: `${provider}:default`, type: "api_key", status }] : [],
    };
  });
}

function offersOf(models: Models): Static<typeof VendorOffer>[] {
  return knownVendors.flatMap(({ id, label, models: [first] }) =>
    first ? [{ vendor: id, label, model: `${id}/${first.id}`, hasKey: models.hasKey(id) }] : [],
  );
}

function foundOf({ id, contextTokens, reasoning, images, tools, isLoaded }: Static<typeof FoundModel>) {
  return {
    id,
    ...(contextTokens !== undefined && { contextTokens }),
    ...(reasoning !== undefined && { reasoning }),
    ...(images !== undefined && { images }),
    ...(tools !== undefined && { tools }),
    ...(isLoaded !== undefined && { isLoaded }),
  };
}

function trialOf(trial: TrialResult): Static<typeof Trial> {
  if (trial.kind === "failed") {
    const { latencyMs, failure, message } = trial;
    return { ok: false, latencyMs, failure, message };
  }
  const { latencyMs, text: said, calledTool } = trial;
  return { ok: true, latencyMs, text: said, calledTool };
}
