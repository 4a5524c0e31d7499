import { Type } from "@sinclair/typebox";
import type { Tool } from "../engine/index.ts";
import type { DeviceId } from "../devices/index.ts";
import { shorten } from "../lib/index.ts";
import { GatewayError, shape } from "../protocol/index.ts";
import { defineTool } from "./define-tool.ts";
import { nameOf, type NodeCalls, type NodeToolsParts } from "./node-calls.ts";
import { node } from "./node-param.ts";

/** A program on one of the owner's devices: the node was approved for it, and this command is, by a person. */

const outputCharsMax = 60_000;

export function nodeRunTool(
  calls: NodeCalls,
  parts: Pick<NodeToolsParts, "remoteCommands" | "lateRuns" | "ids">,
): Tool {
  return defineTool({
    name: "node_run",
    description:
      "Runs a program on one of the owner's devices and gives you what it says. The owner is shown the command and " +
      "decides; a refusal is final. There is no shell: argv is the program and its arguments, one by one.",
    params: shape.closed({
      node,
      argv: Type.Array(Type.String({ maxLength: 8192 }), { minItems: 1, maxItems: 256 }),
      cwd: Type.Optional(Type.String({ minLength: 1, maxLength: 4096, description: "Folder on that device" })),
      timeoutSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 3_000, description: "Default: 30" })),
    }),
    effect: "unsafe",
    ownerOnly: true,
    run: async ({ node: word, argv, cwd, timeoutSeconds = 30 }, call) => {
      const command = "system.run";
      const { agentId, sessionKey, signal } = call;
      const found = calls.find(word, command);
      const machine = { id: found.nodeId, name: nameOf(found) };
      const grant = await parts.remoteCommands.allow({ agentId, sessionKey, machine, argv, cwd }, signal);
      const runId = grant.approvalId ?? parts.ids.uuid();
      const params = {
        command: argv,
        ...(cwd !== undefined && { cwd }),
        timeoutMs: timeoutSeconds * 1000,
        agentId,
        sessionKey,
        approved: true,
        approvalDecision: grant.decision,
        runId,
      };
      try {
        return said(await calls.ask(found, command, params, call));
      } catch (error) {
        // It may run on: its end is told when it comes.
        if (mayRunOn(error)) parts.lateRuns.remember(runId, { nodeId: found.nodeId as DeviceId, sessionKey });
        throw error;
      }
    },
  });
}

function mayRunOn(error: unknown): boolean {
  const details = error instanceof GatewayError ? error.options.details : undefined;
  const nodeError = details?.["nodeError"] as { readonly code?: string } | null | undefined;
  return nodeError?.code === "TIMEOUT" || details?.["code"] === "NODE_DISCONNECTED";
}

function said(payload: unknown) {
  const end = (typeof payload === "object" && payload !== null ? payload : {}) as Readonly<Record<string, unknown>>;
  const text = (name: string) => (typeof end[name] === "string" ? end[name].trimEnd() : "");
  const { exitCode } = end;
  const isError = end["timedOut"] === true || (exitCode !== undefined && exitCode !== null && exitCode !== 0);
  const how =
    end["timedOut"] === true ? "stopped: its time was up" : `exit code ${JSON.stringify(exitCode ?? "unknown")}`;
  const output = [text("stdout"), text("stderr"), text("error")].filter((part) => part !== "").join("\n");
  return { text: shorten(`[${how}]\n${output}`.trimEnd(), outputCharsMax), ...(isError && { isError }) };
}
