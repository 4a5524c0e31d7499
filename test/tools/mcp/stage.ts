import { join } from "node:path";
import type { McpServerSettings } from "../../../src/config/index.ts";
import { parseConfig } from "../../../src/config/index.ts";
import type { Tool, ToolCallContext, ToolOutput } from "../../../src/engine/index.ts";
import type { Clock } from "../../../src/lib/index.ts";
import { McpServers } from "../../../src/tools/index.ts";
import { CapturedLog } from "../../doubles/captured-log.ts";
import { hastyClock } from "../../doubles/hasty-clock.ts";
import type { Trait } from "../../doubles/mcp-server.ts";

/** MCP servers as the gateway has them, with peers that are real programs. */

export const serverScript = join(import.meta.dir, "../../doubles/mcp-server.ts");

export interface McpStage extends AsyncDisposable {
  readonly servers: McpServers;
  readonly log: CapturedLog;
  tool(name: string): Promise<Tool>;
  call(name: string, input?: unknown, signal?: AbortSignal): Promise<ToolOutput>;
}

/** Settings of a server that is this repository's double, as if they were written in the config. */
export function double(traits: readonly Trait[] = [], settings: Partial<McpServerSettings> = {}): object {
  return { command: process.execPath, args: [serverScript, ...traits], cwd: "/", ...settings };
}

export function mcpStage(servers: Readonly<Record<string, object>>, clock: Clock = hastyClock): McpStage {
  const log = new CapturedLog(clock);
  const { config, issues } = parseConfig(JSON.stringify({ mcp: { servers } }));
  if (issues.length > 0) throw new Error(JSON.stringify(issues));
  const made = new McpServers(config.mcp, {
    environment: process.env,
    folder: "/nowhere",
    version: "0.0.0-test",
    clock,
    random: { unit: () => 0 },
    log: log.log.for("tools"),
  });
  const tool = async (name: string) => {
    const found = (await made.tools()).find((one) => one.name === name);
    if (!found) throw new Error(`no tool ${name}: ${JSON.stringify(made.status())}`);
    return found;
  };
  return {
    servers: made,
    log,
    tool,
    call: async (name, input = {}, signal = new AbortController().signal) =>
      (await tool(name)).run(input, { ...context, signal }),
    [Symbol.asyncDispose]: () => made[Symbol.asyncDispose](),
  };
}

const context: Omit<ToolCallContext, "signal"> = {
  runId: "run-1",
  callId: "call-1",
  agentId: "main",
  sessionKey: "agent:main:main",
  origin: undefined,
  isOwner: true,
};
