import { type AskPermission, makeEngine, type SessionIds } from "../engine/index.ts";
import { type Choices, LinkRecords, type SecretFiles } from "../storage/index.ts";
import type { AgentTools } from "./agent-tools.ts";
import type { CommandRoom } from "./command-room.ts";
import type { Ground } from "./ground.ts";

/** The engine with its models. Tools and prompts stand on sessions, which know the models: they are lent later. */
export function buildThinking(
  ground: Ground,
  parts: {
    readonly choices: Choices;
    readonly secrets: SecretFiles;
    readonly tools: () => AgentTools & CommandRoom;
  },
) {
  const { options, database, workspaces } = ground;
  const { config, world } = options;
  const { choices, secrets } = parts;
  return makeEngine({
    config,
    database,
    choices,
    secrets,
    environment: options.environment ?? {},
    version: options.version,
    clock: world.clock,
    random: world.random,
    log: world.log.for("engine"),
    toolbox: { toolsFor: (turn) => parts.tools().toolbox.toolsFor(turn) },
    systemPrompts: {
      // The engine puts the turn's own words behind the agent's.
      promptFor: (turn) => parts.tools().systemPrompts.promptFor({ ...turn, extraSystemPrompt: undefined }),
    },
    workspaceOf: (agentId) => workspaces.folderOf(agentId),
    sessionIdsOf: (name) => sessionIds(ground, name),
    askPermission: (request) => askOwner(parts.tools(), request),
  });
}

/** Sessions of an external agent, by our session keys. */
function sessionIds({ database }: Ground, name: string): SessionIds {
  const records = new LinkRecords(database, { provider: "acp", accountId: name });
  return {
    get: (sessionKey) => records.get("session", sessionKey),
    set: (sessionKey, id) => records.writeNow([{ kind: "session", id: sessionKey, value: id }]),
  };
}

/** What an external agent wants to do is asked like a command, and shown in its own words. */
async function askOwner(
  { execApprovals }: CommandRoom,
  { agent, kind, title, input, agentId, sessionKey, signal }: Parameters<AskPermission>[0],
): Promise<"allow" | "deny"> {
  const { decision } = await execApprovals.ask({
    request: {
      command: `${agent} (${kind}): ${title}${input === "" ? "" : `\n${input}`}`,
      cwd: null,
      host: "external agent",
      security: null,
      ask: "always",
      agentId,
      resolvedPath: null,
      sessionKey,
    },
    signal,
  });
  return decision === "allow-once" || decision === "allow-always" ? "allow" : "deny";
}
