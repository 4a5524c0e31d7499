import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";

/** What is said about a command that waits for a person; section 5.18 and 6.3 of the wire document. */

const { named, namedOneOf, nonEmpty, nullable, text, timeMs } = shape;

export const ExecDecision = namedOneOf("ExecDecision", "allow-once", "allow-always", "deny");
export type ExecDecision = Static<typeof ExecDecision>;
export const execDecisions: readonly ExecDecision[] = ["allow-once", "allow-always", "deny"];

/** All that a person is shown. Every key is there. */
export const ExecApprovalRequest = named("ExecApprovalRequest", {
  command: Type.String({ minLength: 1, description: "The whole command, in a form that hides no character of it." }),
  cwd: nullable(text(32_768)),
  host: nullable(text(8192)),
  security: nullable(text(8192)),
  ask: nullable(text(8192)),
  agentId: nullable(text(8192)),
  resolvedPath: nullable(text(32_768)),
  sessionKey: nullable(text(8192)),
});
export type ExecApprovalRequest = Static<typeof ExecApprovalRequest>;

export const PendingExecApproval = named("PendingExecApproval", {
  id: nonEmpty(256),
  request: ExecApprovalRequest,
  createdAtMs: timeMs(),
  expiresAtMs: timeMs(),
});
export type PendingExecApproval = Static<typeof PendingExecApproval>;
