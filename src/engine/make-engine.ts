import type { Config, Environment } from "../config/index.ts";
import type { Clock, Log, Random } from "../lib/index.ts";
import type { Choices, Database, SecretFiles } from "../storage/index.ts";
import { ExternalAgents, type ExternalAgentsParts } from "./acp/external-agents.ts";
import { ChoosingEngine } from "./choosing-engine.ts";
import { EchoEngine } from "./echo-engine.ts";
import type { AgentEngine } from "./engine.ts";
import { ModelEngine, type SystemPrompts } from "./model-engine.ts";
import { ModelHealth } from "./model-health.ts";
import { ModelSetup } from "./model-setup.ts";
import { Models } from "./models.ts";
import { numCtxComfort } from "./models/ollama-model.ts";
import { makeOpenModel } from "./models/open-model.ts";
import type { Toolbox } from "./tool.ts";

export interface EngineParts extends Pick<
  ExternalAgentsParts,
  "version" | "workspaceOf" | "sessionIdsOf" | "askPermission"
> {
  readonly config: Config;
  readonly database: Database;
  readonly choices: Choices;
  readonly secrets: SecretFiles;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly toolbox: Toolbox;
  readonly systemPrompts: SystemPrompts;
}

/** The engine, the models that it may use, and what chooses among them. Nothing of any vendor is loaded here. */
export function makeEngine(parts: EngineParts): {
  readonly engine: AgentEngine;
  readonly models: Models;
  readonly modelSetup: ModelSetup;
  readonly externalAgents: ExternalAgents;
} {
  const { config, database, clock, random, log, toolbox, systemPrompts } = parts;
  const models = new Models({
    settings: config.models,
    get agents() {
      return config.agents.list;
    },
    choices: parts.choices,
    secrets: parts.secrets,
    environment: parts.environment,
    get externalAgents() {
      return Object.keys(config.externalAgents);
    },
  });
  warnOfSmallContexts(config, log);
  const health = new ModelHealth(database, clock);
  const openModel = makeOpenModel(clock);
  const echo = new EchoEngine({
    clock,
    choices: parts.choices,
    get pauseMs() {
      return config.agents.echoPauseMs;
    },
    get answersNetworks() {
      return config.agents.echoNetworks;
    },
  });
  const externalAgents = new ExternalAgents(parts);
  const modelEngine = new ModelEngine({ models, health, openModel, toolbox, systemPrompts, clock, random, log });
  const modelSetup = new ModelSetup({ models, openModel, environment: parts.environment, clock, log });
  return {
    engine: new ChoosingEngine({ models, echo, modelEngine, externalAgents }),
    models,
    modelSetup,
    externalAgents,
  };
}

function warnOfSmallContexts({ models }: Config, log: Log): void {
  for (const [vendor, { kind, numCtx }] of Object.entries(models.vendors)) {
    if (kind === "ollama" && numCtx !== undefined && numCtx < numCtxComfort) {
      log.warn("model.contextIsSmall", { vendor, numCtx, wanted: numCtxComfort });
    }
  }
}
