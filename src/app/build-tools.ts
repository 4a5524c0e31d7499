import type { GuardedFetch } from "../net/index.ts";
import type { MediaStore } from "../sessions/index.ts";
import { type AgentTools, buildAgentTools } from "./agent-tools.ts";
import { askInChat } from "./ask-in-chat.ts";
import { buildCommandRoom, type CommandRoom } from "./command-room.ts";
import type { Features } from "./feature-set.ts";
import type { Ground } from "./ground.ts";
import { toolSources } from "./tool-sources.ts";

interface ToolPorts {
  readonly fetch: GuardedFetch;
  readonly media: MediaStore;
}

/** Commands, files, pages and servers, as tools of the agents. */
export function buildTools(
  ground: Ground,
  parts: Pick<
    Features,
    "agents" | "sessions" | "mcp" | "messaging" | "runs" | "nodes" | "canvas" | "cron" | "lateRuns"
  > &
    ToolPorts,
): CommandRoom & AgentTools {
  const { agents, sessions, mcp, fetch } = parts;
  const { accounts, outbox } = parts.messaging;
  const room = buildCommandRoom(ground, sessions, (pending) => {
    const { sessionKey } = pending.request;
    const run = sessionKey === null ? undefined : parts.runs.running(sessions.canonical(sessionKey));
    return run !== undefined && askInChat({ database: ground.database, outbox, accounts }, run, pending);
  });
  const fetchPage = (url: string, signal: AbortSignal) => fetch(url, { signal, overflow: "cut" });
  const own = toolSources(ground, { ...parts, ...room });
  const sources = [...own, () => mcp.tools()];
  return { ...room, ...buildAgentTools({ options: ground.options, agents, room, fetchPage, sources }) };
}
