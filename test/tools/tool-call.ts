import type { Tool, ToolCallContext, ToolOutput } from "../../src/engine/index.ts";
import { checkerOf } from "../../src/protocol/index.ts";

/** A tool as an engine calls it: the input is checked first. */
export function calls(tool: Tool, input: unknown, context: Partial<ToolCallContext> = {}): Promise<ToolOutput> {
  if (!checkerOf(tool.params).Check(input)) throw new Error(`${tool.name} does not take ${JSON.stringify(input)}`);
  return tool.run(input, {
    runId: "run",
    callId: "call",
    agentId: "main",
    sessionKey: "agent:main:main",
    signal: new AbortController().signal,
    origin: undefined,
    isOwner: true,
    ...context,
  });
}
