import { Type } from "@sinclair/typebox";
import { judgeInput, type Tool, type ToolOutput } from "../engine/index.ts";
import { errorFields } from "../lib/index.ts";
import {
  coversScope,
  doorHeaders,
  fits,
  type HttpDoor,
  invalidRequest,
  jsonAnswer,
  operator,
  problemsOf,
  shape,
  jsonBody,
} from "../protocol/index.ts";
import type { ApiParts } from "./api-parts.ts";
import { bearerDoor, type Caller } from "./bearer-door.ts";

/**
 * `POST /tools/invoke`: one call of a tool, under the tool policy of the session's agent. Tools that are for the owner
 * alone need the scope that manages the gateway, which a token has on this machine only.
 */

export const toolBodyBytesMax = 2 * 1_048_576;

const { closed, nonEmpty, optional } = shape;

const InvokeBody = closed({
  tool: nonEmpty(128),
  action: optional(nonEmpty(128)),
  args: optional(Type.Object({}, { additionalProperties: true })),
  sessionKey: optional(nonEmpty(512)),
  dryRun: optional(Type.Boolean()),
});

export function toolsDoor(parts: ApiParts): HttpDoor {
  return bearerDoor(
    {
      method: "POST",
      bodyBytesMax: toolBodyBytesMax,
      access: operator("write"),
      take: (caller) => invoke(caller, parts),
    },
    parts,
  );
}

async function invoke(caller: Caller, parts: ApiParts): Promise<Response> {
  const body = jsonBody(caller.body);
  if (!fits(InvokeBody, body)) throw invalidRequest(problemsOf(InvokeBody, body));
  const { sessions, toolbox } = parts;
  const sessionKey = sessions.canonical(body.sessionKey ?? sessions.mainKey);
  const agentId = sessions.agentIdOf(sessionKey);
  parts.agents.require(agentId);
  const isOwner = coversScope(caller.principal.scopes, "operator.admin");
  const offered = await toolbox.toolsFor({ agentId, sessionKey, isOwner });
  const tool = offered.find(({ name }) => name === body.tool.trim());
  if (!tool) return failed(404, "not_found", `tool not available: ${body.tool}`);
  const judged = judgeInput(tool.params, JSON.stringify(argsOf(tool, body)));
  if (judged.kind === "bad") return failed(400, "tool_error", `the args of ${tool.name} do not fit: ${judged.problem}`);
  if (body.dryRun) return jsonAnswer(200, { ok: true, result: { dryRun: true, tool: tool.name } });
  return run(tool, judged.value, { parts, caller, agentId, sessionKey, isOwner });
}

async function run(
  tool: Tool,
  input: unknown,
  about: {
    readonly parts: ApiParts;
    readonly caller: Caller;
    readonly agentId: string;
    readonly sessionKey: string;
    readonly isOwner: boolean;
  },
): Promise<Response> {
  const { parts, caller, agentId, sessionKey, isOwner } = about;
  const runId = `http-${parts.ids.uuid()}`;
  const { signal } = caller.visit;
  parts.log.info("tool.invoked", { tool: tool.name, agentId, runId, principal: caller.principal.id });
  try {
    const output = await tool.run(input, {
      runId,
      callId: "1",
      agentId,
      sessionKey,
      signal,
      origin: undefined,
      isOwner,
    });
    return output.isError
      ? failed(400, "tool_error", output.text)
      : jsonAnswer(200, { ok: true, result: shown(output) });
  } catch (error) {
    parts.log.error("tool.failed", { tool: tool.name, runId, ...errorFields(error) });
    return failed(500, "tool_error", `the tool ${tool.name} failed; see \`clawdia logs\` for ${runId}`);
  }
}

/** Tools that do several things take which one as `action`. */
function argsOf({ params }: Tool, { action, args = {} }: { readonly action?: string; readonly args?: object }): object {
  const properties = (params as { readonly properties?: object }).properties ?? {};
  return action !== undefined && "action" in properties && !("action" in args) ? { ...args, action } : args;
}

function shown({ text, images = [] }: ToolOutput) {
  const pictures = images.map(({ mimeType, bytes }) => ({
    type: "image",
    mimeType,
    data: Buffer.from(bytes).toString("base64"),
  }));
  return { content: [{ type: "text", text }, ...pictures] };
}

function failed(status: number, type: string, message: string): Response {
  return jsonAnswer(status, { ok: false, error: { type, message } }, doorHeaders());
}
