import { makeEngine } from "../engine/index.ts";
import type { Choices, SecretFiles } from "../storage/index.ts";
import type { AgentTools } from "./agent-tools.ts";
import type { Ground } from "./ground.ts";

/** The engine with its models. Tools and prompts stand on sessions, which know the models: they are lent later. */
export function buildThinking(
  { options, database }: Ground,
  parts: { readonly choices: Choices; readonly secrets: SecretFiles; readonly tools: () => AgentTools },
) {
  const { config, world } = options;
  const { choices, secrets } = parts;
  return makeEngine({
    config,
    database,
    choices,
    secrets,
    environment: options.environment ?? {},
    clock: world.clock,
    random: world.random,
    log: world.log.for("engine"),
    toolbox: { toolsFor: (turn) => parts.tools().toolbox.toolsFor(turn) },
    systemPrompts: {
      // The engine puts the turn's own words behind the agent's.
      promptFor: (turn) => parts.tools().systemPrompts.promptFor({ ...turn, extraSystemPrompt: undefined }),
    },
  });
}
