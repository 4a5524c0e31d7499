import type { Config } from "../../config/index.ts";
import type { Clock, Log } from "../../lib/index.ts";
import { type AgentEngine, EngineError } from "../engine.ts";
import { type AcpEngine, makeAcpEngine } from "./acp-engine.ts";
import type { AskPermission } from "./permission.ts";
import type { SessionIds } from "./stored-session.ts";

export interface ExternalAgentsParts {
  readonly settings: Config["externalAgents"];
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
    const key = `${agentId} ${name}`;
    const known = this.#engines.get(key);
    if (known) return known;
    const { settings, workspaceOf, sessionIdsOf, ...rest } = this.#parts;
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

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#engines.values()].map((engine) => engine[Symbol.asyncDispose]()));
    this.#engines.clear();
  }
}
