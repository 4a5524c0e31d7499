import type { Config } from "../config/index.ts";
import { invalidRequest } from "../protocol/index.ts";

/** The configured personalities, as they are when somebody looks. The first one is the default. */
export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly emoji: string | undefined;
  readonly avatarUrl: string | undefined;
}

type AgentList = Config["agents"]["list"];

export class Agents {
  readonly #config: Pick<Config, "agents">;
  #known: { readonly list: AgentList; readonly agents: readonly Agent[] } | undefined;

  constructor(config: Pick<Config, "agents">) {
    this.#config = config;
  }

  /** The same list until the config has another one. */
  get all(): readonly Agent[] {
    const { list } = this.#config.agents;
    if (this.#known?.list !== list) this.#known = { list, agents: agentsIn(list) };
    return this.#known.agents;
  }

  get default(): Agent {
    return this.all[0]!;
  }

  find(id: string): Agent | undefined {
    return this.all.find((agent) => agent.id === id.trim().toLowerCase());
  }

  /** The agent, or an error that names those there are. */
  require(id: string): Agent {
    const agent = this.find(id);
    if (agent) return agent;
    throw invalidRequest(`unknown agent id: ${id} (configured: ${this.all.map((known) => known.id).join(", ")})`);
  }
}

function agentsIn(list: AgentList): readonly Agent[] {
  if (list.length === 0) return [{ id: "main", name: "Assistant", emoji: undefined, avatarUrl: undefined }];
  return list.map(({ id, name, emoji, avatarUrl }) => ({ id, name: name ?? "Assistant", emoji, avatarUrl }));
}

/** Short text or picture that stands for the agent. */
export function avatarOf(agent: Agent): string {
  return agent.avatarUrl ?? agent.emoji ?? (agent.name.slice(0, 1).toUpperCase() || "A");
}
