import { Type } from "@sinclair/typebox";
import type { Tool, ToolOutput } from "../engine/index.ts";
import type { Commands, ProcessEnd } from "../exec/index.ts";
import { unreachable } from "../lib/index.ts";
import { shape } from "../protocol/index.ts";
import { defineTool } from "./define-tool.ts";

const argumentsMax = 256;
const timeoutMaxSeconds = 86_400;

export function execTool(commands: Pick<Commands, "run">, defaultTimeoutSeconds: number): Tool {
  return defineTool({
    name: "exec",
    description:
      "Runs a program on the owner's machine, in your workspace, and gives you what it says. Commands that the owner " +
      "has not allowed before are shown to the owner, who decides; that can take a while, and a refusal is final: do " +
      "not try the same in another way. There is no shell: argv is the program and its arguments, one by one. For " +
      'pipes, redirections or variables run a shell: ["sh", "-c", "…"]. The program reads no input and must end by ' +
      "itself; whatever it leaves in the background is ended with it.",
    params: shape.closed({
      argv: Type.Array(Type.String({ maxLength: 8192 }), {
        minItems: 1,
        maxItems: argumentsMax,
        description: 'Program and arguments, for instance ["git", "log", "--oneline"].',
      }),
      cwd: Type.Optional(
        Type.String({ minLength: 1, maxLength: 4096, description: "Folder to run in; the workspace by default." }),
      ),
      timeoutSeconds: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: timeoutMaxSeconds,
          description: `How long it may take; ${defaultTimeoutSeconds} by default.`,
        }),
      ),
    }),
    effect: "unsafe",
    ownerOnly: true,
    run: async ({ argv, cwd, timeoutSeconds = defaultTimeoutSeconds }, { agentId, sessionKey, signal }) => {
      const order = { agentId, sessionKey, argv, cwd };
      return said(await commands.run(order, { timeoutMs: timeoutSeconds * 1000, signal }));
    },
  });
}

function said(end: ProcessEnd): ToolOutput {
  const isError = end.kind !== "exited" || end.exitCode !== 0;
  return { text: `[${howItEnded(end)}]\n${end.output}`.trimEnd(), ...(isError && { isError }) };
}

function howItEnded({ kind, exitCode, signal, ms }: ProcessEnd): string {
  const after = `after ${(ms / 1000).toFixed(1)} s`;
  switch (kind) {
    case "exited":
      return signal === undefined ? `exit code ${exitCode} ${after}` : `ended by ${signal} ${after}`;
    case "not-started":
      return "not started";
    case "timed-out":
      return `stopped: its time was up ${after}`;
    case "flooded":
      return `stopped: it said too much ${after}`;
    case "stopped":
      return `stopped ${after}: the run was stopped`;
    default:
      return unreachable(kind);
  }
}
