import { Type } from "@sinclair/typebox";
import { fits, invalidRequest, problemsOf, shape } from "../protocol/index.ts";

/** What callers may put into a command's params, and how long a command may take. Pure. */

/** How long a node has beside the duration that was asked for. */
const paceMs = 30_000;
/** Nobody waits longer for a node. */
export const invokeTimeoutMaxMs = 3_600_000;

/** Only the gateway says that somebody approved: these words of a caller are refused, not dropped in silence. */
const approvalWords: readonly string[] = ["approved", "approvalDecision", "approvalId", "runId", "systemRunPlan"];

/** Changing a node's own rules has methods of its own, for admins. */
const rulesCommands: readonly string[] = ["system.execApprovals.get", "system.execApprovals.set"];

const SystemRunParams = shape.closed({
  command: Type.Array(Type.String({ maxLength: 65_536 }), { minItems: 1, maxItems: 1024 }),
  rawCommand: shape.optional(Type.Union([shape.text(262_144), Type.Null()])),
  cwd: shape.optional(Type.Union([shape.text(4096), Type.Null()])),
  env: shape.optional(Type.Union([shape.recordOf(shape.text(32_768)), Type.Null()])),
  timeoutMs: shape.optional(Type.Union([Type.Integer({ minimum: 0, maximum: invokeTimeoutMaxMs }), Type.Null()])),
  needsScreenRecording: shape.optional(Type.Boolean()),
  agentId: shape.optional(Type.Union([shape.text(256), Type.Null()])),
  sessionKey: shape.optional(Type.Union([shape.text(512), Type.Null()])),
});

/** Throws INVALID_REQUEST for params by which a caller would decide what a person decides. */
export function checkCallerParams(command: string, params: unknown): void {
  if (rulesCommands.includes(command)) {
    throw invalidRequest(`${command} cannot be invoked: use exec.approvals.node.get and exec.approvals.node.set`);
  }
  const given = typeof params === "object" && params !== null ? Object.keys(params) : [];
  const word = given.find((key) => approvalWords.includes(key));
  if (word !== undefined) {
    throw invalidRequest(`${word} is not a caller's to say: what was approved is known to the gateway and the node`);
  }
  if (command !== "system.run") return;
  if (!fits(SystemRunParams, params)) {
    throw invalidRequest(`invalid system.run params: ${problemsOf(SystemRunParams, params)}`);
  }
  if (typeof params.rawCommand === "string" && !isSame(params.rawCommand, params.command)) {
    throw invalidRequest("rawCommand differs from command: what is shown must be what runs");
  }
}

/** The node's deadline: what the caller said, else the duration that is asked for and some time around it. */
export function invokeTimeoutMs(params: unknown, asked: number | undefined): number {
  if (asked !== undefined) return Math.min(asked, invokeTimeoutMaxMs);
  const { durationMs, timeoutMs, delayMs } = numbersIn(params);
  return Math.min(Math.max(durationMs, timeoutMs) + delayMs + paceMs, invokeTimeoutMaxMs);
}

/** Commands that must not happen twice when a caller asks again with the same key. */
export const happensOnce = (command: string): boolean => command === "system.run" || command === "sms.send";

/** `["/bin/sh", "-lc", "ls | wc"]` is shown as `ls | wc`. */
function isSame(raw: string, argv: readonly string[]): boolean {
  const isShell = argv.length === 3 && /^-[a-z]*c$/.test(argv[1]!) && /(^|\/)(ba|z|da)?sh$/.test(argv[0]!);
  return raw === argv.join(" ") || (isShell && raw === argv[2]);
}

function numbersIn(params: unknown): Readonly<Record<"durationMs" | "timeoutMs" | "delayMs", number>> {
  const given = (typeof params === "object" && params !== null ? params : {}) as Readonly<Record<string, unknown>>;
  const number = (key: string) => {
    const value = given[key];
    return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
  };
  return { durationMs: number("durationMs"), timeoutMs: number("timeoutMs"), delayMs: number("delayMs") };
}
