import type { Config } from "../../config/index.ts";
import type { Clock, Log } from "../../lib/index.ts";
import { type AgentEngine, EngineError } from "../engine.ts";
import { type AcpEngine, makeAcpEngine } from "./acp-engine.ts";
import type { AskPermission } from "./permission.ts";
import type { SessionIds } from "./stored-session.ts";

export interface ExternalAgentsParts {
  readonly config: Pick<Config, "externalAgents">;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  /** The folder of one of our agents, where the external one works for it. Throws when there is none. */
  readonly workspaceOf: (agentId: string) => string;
  /** Where the external agent's sessions are remembered. */
  readonly sessionIdsOf: (name: string) => SessionIds;
  readonly askPermission: AskPermission;
}

/** The external agents of the config, each started at its first turn, once for each of our agents that uses it. */
export class ExternalAgents implements AsyncDisposable {
  readonly #parts: ExternalAgentsParts;
  readonly #engines = new Map<string, AcpEngine>();

  constructor(parts: ExternalAgentsParts) {
    this.#parts = parts;
  }

  /** Throws an EngineError for a name that the config does not have. */
  engineFor(name: string, agentId: string): AgentEngine {
    const key = keyOf(agentId, name);
    const known = this.#engines.get(key);
    if (known) return known;
    const { config, workspaceOf, sessionIdsOf, ...rest } = this.#parts;
    const settings = config.externalAgents;
    if (!Object.hasOwn(settings, name)) {
      throw new EngineError(`there is no external agent "${name}": externalAgents.${name} is not in the config`);
    }
    const engine = makeAcpEngine({
      ...rest,
      name,
      settings: settings[name]!,
      workspace: workspaceOf(agentId),
      sessionIds: sessionIdsOf(name),
    });
    this.#engines.set(key, engine);
    return engine;
  }

  /** Ends those whose settings changed or went; the next turn starts them anew. */
  async forget(names: readonly string[]): Promise<void> {
    const gone = [...this.#engines].filter(([key]) => names.includes(nameIn(key)));
    for (const [key] of gone) this.#engines.delete(key);
    await Promise.all(gone.map(([, engine]) => engine[Symbol.asyncDispose]()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#engines.values()].map((engine) => engine[Symbol.asyncDispose]()));
    this.#engines.clear();
  }
}

function keyOf(agentId: string, name: string): string {
  return `${agentId} ${name}`;
}

/** Neither has a space in it. */
function nameIn(key: string): string {
  return key.slice(key.indexOf(" ") + 1);
}
