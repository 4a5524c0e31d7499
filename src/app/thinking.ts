import type { Agent, Agents } from "../agents/index.ts";
import { makeEngine } from "../engine/index.ts";
import type { Choices, SecretFiles } from "../storage/index.ts";
import type { Ground } from "./ground.ts";

/** The engine with its models, tools and prompts. */
export function buildThinking(
  { options, database }: Ground,
  parts: { readonly agents: Agents; readonly choices: Choices; readonly secrets: SecretFiles },
) {
  const { config, world } = options;
  const { agents, choices, secrets } = parts;
  return makeEngine({
    config,
    database,
    choices,
    secrets,
    environment: options.environment ?? {},
    clock: world.clock,
    random: world.random,
    log: world.log.for("engine"),
    toolbox: { toolsFor: () => Promise.resolve([]) },
    systemPrompts: { promptFor: ({ agentId }) => systemPrompt(agents.find(agentId) ?? agents.default) },
  });
}

function systemPrompt({ name }: Agent): string {
  return `You are ${name}, a personal assistant. People write to you from chat apps: answer briefly and plainly.`;
}
