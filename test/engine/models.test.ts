import { expect, test } from "bun:test";
import { type Config, defaultConfig, type ModelsSettings, parseConfig } from "../../src/config/index.ts";
import { isNear, Models } from "../../src/engine/index.ts";
import { Choices, Database, SecretFiles } from "../../src/storage/index.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

const found = { provider: "builtin", model: "echo", isDefault: true };

const rows: readonly (readonly [reference: string, expected: object | undefined])[] = [
  ["builtin/echo", found],
  ["echo", found],
  ["  Builtin/ECHO ", found],
  ["builtin", undefined],
  ["", undefined],
  ["other/echo", undefined],
  ["builtin/echo/x", undefined],
  ["__proto__", undefined],
  ["anthropic/claude-sonnet-5-5", undefined],
];

for (const [reference, expected] of rows) {
  test(`the model ${JSON.stringify(reference)} is ${expected ? "the built-in one" : "none"}`, () => {
    expect<object | undefined>(new Models().resolve(reference)).toEqual(expected);
  });
}

test("the built-in model is always there, and the default", () => {
  const models = new Models();
  expect(models.all).toEqual([
    {
      provider: "builtin",
      model: "echo",
      name: "Echo (built in, no language model)",
      contextTokens: null,
      available: true,
    },
  ]);
  expect(models.default).toBe(models.all[0]!);
});

interface Setting {
  readonly models?: Partial<ModelsSettings>;
  readonly agents?: Config["agents"]["list"];
  readonly environment?: Readonly<Record<string, string>>;
}

function book({ models = {}, agents = [], environment = {} }: Setting = {}) {
  const clock = new FakeClock();
  const database = new Database(":memory:", clock);
  const secrets = new SecretFiles(undefined);
  const make = () =>
    new Models({
      settings: { ...defaultConfig().models, ...models },
      agents,
      choices: new Choices(database, clock),
      secrets,
      environment,
    });
  return { models: make(), again: make, secrets, database };
}

const config = (source: string): Setting => {
  const { config: parsed, issues } = parseConfig(source);
  expect(issues).toEqual([]);
  return { models: parsed.models, agents: parsed.agents.list };
};

const references = (models: Models) => models.all.map(({ provider, model }) => `${provider}/${model}`);

test("a key in the environment lists its vendor's models and chooses none", () => {
  const { models } = book({ environment: { ANTHROPIC_API_KEY: "k" } });
  expect(references(models)).toContain("anthropic/claude-opus-5-5");
  expect(references(models)).not.toContain("openai/gpt-6-luna");
  expect(models.default.provider).toBe("builtin");
});

test("the config's models are listed with what it says of them, over what is known", () => {
  const { models } = book(
    config(`{ models: {
      default: "anthropic/claude-opus-5-5",
      aliases: { fast: "box/small" },
      vendors: {
        anthropic: { kind: "anthropic", models: [{ id: "claude-opus-5-5", contextTokens: 200000 }] },
        box: {
          kind: "openai-compatible", baseUrl: "http://box:8000/v1", contextTokens: 16000, models: [{ id: "small" }],
        },
      },
    } }`),
  );
  expect(models.all).toContainEqual(
    expect.objectContaining({
      provider: "anthropic",
      model: "claude-opus-5-5",
      name: "Claude Opus 5.5",
      contextTokens: 200_000,
      reasoning: true,
      available: false,
    }),
  );
  expect(models.all).toContainEqual(
    expect.objectContaining({ provider: "box", model: "small", contextTokens: 16_000, available: true }),
  );
  expect(models.default.model).toBe("claude-opus-5-5");
  expect(models.resolve("fast")).toEqual({ provider: "box", model: "small", isDefault: false });
  expect(models.resolve("Anthropic/Claude-Opus-5-5")).toMatchObject({ isDefault: true });
  expect(models.resolve("box/not-listed")).toEqual({ provider: "box", model: "not-listed", isDefault: false });
  expect(models.resolve("boxes/not-listed")).toBeUndefined();
});

test("models that agents and fall-backs name are listed", () => {
  const { models } = book({
    models: { fallbacks: ["openrouter/some/model"] },
    agents: [{ id: "main" }, { id: "work", model: "ollama/qwen3:8b", thinking: "low" }],
  });
  expect(references(models)).toEqual(["builtin/echo", "openrouter/some/model", "ollama/qwen3:8b"]);
  expect(models.ofAgent("work")).toMatchObject({ model: "ollama/qwen3:8b", thinking: "low" });
  expect(models.ofAgent("nobody")).toBeUndefined();
});

test("a model of the config that nobody knows is the default all the same, and cannot be asked", () => {
  const { models } = book({ models: { default: "nowhere/gpt" } });
  expect(models.default).toMatchObject({ provider: "nowhere", model: "gpt", available: false });
  expect(models.target("nowhere/gpt")).toBeUndefined();
});

test("a choice outlives a restart, and the config beats it", async () => {
  const { models, again } = book();
  expect(models.default.provider).toBe("builtin");
  await models.choose({ provider: "ollama", model: "qwen3:8b" }, undefined, undefined);
  expect([models.default.provider, again().default.model]).toEqual(["ollama", "qwen3:8b"]);
  expect(models.isSetInConfig).toBe(false);
  await models.choose({ provider: "builtin", model: "echo" }, undefined, undefined);
  expect(again().default.provider).toBe("builtin");

  const fixed = book({ models: { default: "ollama/fixed" } });
  await fixed.models.choose({ provider: "ollama", model: "other" }, undefined, undefined);
  expect([fixed.models.default.model, fixed.models.isSetInConfig]).toEqual(["fixed", true]);
});

const keyOf = (all: Models) => all.target("openai/gpt-6-luna")?.apiKey;

test("a key comes from the config, then from what was typed, then from the environment", async () => {
  const environment = { OPENAI_API_KEY: "of-the-environment", MINE: "of-my-variable" };
  const { models, secrets } = book({ environment });
  expect(keyOf(models)).toBe("of-the-environment");
  await models.choose({ provider: "openai", model: "gpt-6-luna" }, undefined, "typed");
  expect([keyOf(models), secrets.get("models.openai.apiKey")]).toEqual(["typed", "typed"]);
  const inConfig = (rest: string) => {
    return new Models({
      settings: config(`{ models: { vendors: { openai: { kind: "openai", ${rest} } } } }`).models as ModelsSettings,
      agents: [],
      choices: { get: () => undefined, set: () => Promise.resolve() },
      secrets: new SecretFiles(undefined),
      environment,
    });
  };
  expect(keyOf(inConfig('apiKey: "of-the-config"'))).toBe("of-the-config");
  expect(keyOf(inConfig('apiKeyEnv: "MINE"'))).toBe("of-my-variable");
});

test("a key is not stored where the choice is", async () => {
  const { models, database } = book();
  const server = { kind: "openai-compatible" as const, baseUrl: "http://127.0.0.1:1/v1", models: [{ id: "m" }] };
  await models.choose({ provider: "mine", model: "m" }, server, "very-secret");
  expect(JSON.stringify(database.query("SELECT * FROM choices").all())).not.toContain("very-secret");
  expect(models.target("mine/m")).toMatchObject({ apiKey: "very-secret", vendor: { baseUrl: server.baseUrl } });
});

const at = (baseUrl: string) => ({ kind: "openai-compatible" as const, baseUrl, models: [{ id: "m" }] });

test("a key does not follow a name to another address", async () => {
  const { models, secrets } = book({ environment: { OPENAI_API_KEY: "of-the-environment" } });
  const ref = { provider: "openai", model: "m" };
  expect(models.targetAt(ref, at("http://elsewhere.example.org/v1"))?.apiKey).toBeUndefined();
  await models.choose(ref, at("http://one.example.org/v1"), "for-one");
  expect(models.target("openai/m")?.apiKey).toBe("for-one");
  expect(models.targetAt(ref, at("http://one.example.org/v1"))?.apiKey).toBe("for-one");
  expect(models.targetAt(ref, at("http://two.example.org/v1"))?.apiKey).toBeUndefined();
  await models.choose(ref, at("http://two.example.org/v1"), undefined);
  expect([models.target("openai/m")?.apiKey, secrets.get("models.openai.apiKey")]).toEqual([undefined, undefined]);
});

const places: readonly (readonly [url: string | undefined, expected: boolean])[] = [
  [undefined, false],
  ["http://127.0.0.1:1234/v1", true],
  ["http://localhost", true],
  ["http://[::1]:8080", true],
  ["http://192.168.1.7/v1", true],
  ["http://10.0.0.1", true],
  ["http://172.20.0.1", true],
  ["http://172.32.0.1", false],
  ["http://100.100.1.1", true],
  ["http://box", true],
  ["http://box.local", true],
  ["https://api.example.org", false],
  ["https://8.8.8.8", false],
  ["nonsense", false],
];

for (const [url, expected] of places) {
  test(`${url} is ${expected ? "near" : "far"}`, () => {
    expect(isNear(url)).toBe(expected);
  });
}
