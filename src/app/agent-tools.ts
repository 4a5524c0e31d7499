import type { Agents } from "../agents/index.ts";
import type { Config } from "../config/index.ts";
import type { EngineTurn, Tool } from "../engine/index.ts";
import { Processes } from "../exec/index.ts";
import { isSubagentKey } from "../sessions/index.ts";
import {
  editTool,
  execTool,
  type FetchPage,
  listTool,
  makeFilesOf,
  readTool,
  Skills,
  type SystemPrompts,
  TextCache,
  Toolbox,
  type ToolSource,
  webFetchTool,
  WorkspacePrompts,
  writeTool,
} from "../tools/index.ts";
import { type CommandRoom, stateFolder } from "./command-room.ts";
import type { HouseOptions } from "./house-options.ts";

/** What agents may do and what they are told, built from the ground up. */
export interface AgentTools {
  readonly toolbox: Toolbox;
  readonly systemPrompts: SystemPrompts;
  readonly skills: Skills;
}

export interface AgentToolsParts {
  readonly options: HouseOptions;
  readonly agents: Agents;
  readonly room: CommandRoom;
  /** Without it pages cannot be fetched, and the tool for it is not offered. */
  readonly fetchPage?: FetchPage;
  /** Tools of others: networks, sessions, servers. */
  readonly sources?: readonly ToolSource[];
}

export function buildAgentTools({ options, agents, room, fetchPage, sources = [] }: AgentToolsParts): AgentTools {
  const { world, config } = options;
  const stateDir = stateFolder(options);
  const filesOf = makeFilesOf({ workspaces: room.workspaces, stateDir });
  const files = [readTool(filesOf), writeTool(filesOf), editTool(filesOf), listTool(filesOf)];
  const pages = fetchPage ? [webFetchTool(fetchPage, world.random)] : [];
  const exec = execTools(room, config.tools.exec);
  const toolbox = new Toolbox({
    get tools() {
      return [...files, ...exec(), ...pages];
    },
    sources,
    config,
    clock: world.clock,
    log: world.log.for("tools"),
  });
  const workspaceOf = (agentId: string) => room.workspaces.pathOf(agentId);
  const texts = new TextCache();
  const skills = new Skills({ workspaceOf, stateDir, texts });
  const systemPrompts = new WorkspacePrompts({
    agents,
    workspaceOf,
    skills,
    texts,
    dateLine: () => dateLine(world.clock.nowMs()),
    channelLine,
    isSubagent: isSubagentKey,
  });
  return { toolbox, systemPrompts, skills };
}

/** The tool names its time limit, so another one makes another tool. */
function execTools({ commands }: CommandRoom, settings: Config["tools"]["exec"]): () => readonly Tool[] {
  let made: { readonly seconds: number; readonly tool: Tool } | undefined;
  return () => {
    if (!Processes.isSupported) return [];
    const { timeoutSeconds: seconds } = settings;
    if (made?.seconds !== seconds) made = { seconds, tool: execTool(commands, seconds) };
    return [made.tool];
  };
}

function dateLine(nowMs: number): string {
  const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "full" });
  return `${format.format(nowMs)}, time zone ${format.resolvedOptions().timeZone}`;
}

function channelLine({ origin }: EngineTurn): string | undefined {
  if (origin === undefined) return undefined;
  const { kind } = origin.peer;
  const chat = kind === "direct" ? "a direct chat" : `a ${kind}`;
  return `it came over ${origin.provider}, from ${chat}; your answer goes there.`;
}
