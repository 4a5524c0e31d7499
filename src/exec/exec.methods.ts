import { Type } from "@sinclair/typebox";
import { invalidRequest, methodsFor, NoParams, operator, shape } from "../protocol/index.ts";
import { ExecDecision, PendingExecApproval } from "./approval-words.ts";
import { type Approvals, approvalTimeoutMs, pendingApprovalsMax } from "./approvals.ts";
import { showPlace, showText } from "./command-text.ts";
import type { ExecPolicyStore } from "./exec-policy.store.ts";
import { ExecPolicyFile } from "./policy-file.ts";

const { arrayOf, closed, named, nonEmpty, nullable, optional, text, timeMs } = shape;

const method = methodsFor<{ execApprovals: Approvals; execPolicy: ExecPolicyStore }>();

/** As far as a client may ask to wait. */
const timeoutMaxMs = 86_400_000;

const Snapshot = named("ExecApprovalsSnapshot", {
  path: nonEmpty(4096),
  exists: Type.Boolean(),
  hash: nonEmpty(64),
  file: ExecPolicyFile,
});

const maybe = (charsMax: number) => optional(nullable(text(charsMax)));

export const execMethods = {
  "exec.approvals.get": method({
    summary: "The owner's rules for commands, as they are on disk.",
    access: operator("admin"),
    params: NoParams,
    result: Snapshot,
    handle: (_params, { execPolicy }) => execPolicy.snapshot(),
  }),
  "exec.approvals.set": method({
    summary: "Replaces the owner's rules for commands, when they are still those that the caller read.",
    access: operator("admin"),
    params: named("ExecApprovalsSetParams", { file: ExecPolicyFile, baseHash: optional(text(128)) }),
    result: Snapshot,
    errors: ["INVALID_REQUEST"],
    handle: ({ file, baseHash }, { execPolicy }) => execPolicy.replace(file, baseHash),
  }),
  "exec.approval.request": method({
    summary: "Asks people to allow a command and waits for their decision; null when nobody decided.",
    access: operator("approvals"),
    params: named("ExecApprovalRequestParams", {
      id: optional(nonEmpty(128)),
      command: nonEmpty(65_536),
      cwd: maybe(4096),
      host: maybe(256),
      security: maybe(64),
      ask: maybe(64),
      agentId: maybe(256),
      resolvedPath: maybe(4096),
      sessionKey: maybe(512),
      timeoutMs: optional(Type.Integer({ minimum: 1, maximum: timeoutMaxMs })),
    }),
    result: named("ExecApprovalRequestResult", {
      id: nonEmpty(256),
      decision: nullable(ExecDecision),
      createdAtMs: timeMs(),
      expiresAtMs: timeMs(),
    }),
    errors: ["INVALID_REQUEST", "UNAVAILABLE"],
    handle: (params, { execApprovals }, { connectionId }) => {
      const shown = showText(params.command);
      if (shown.kind === "unshowable") throw invalidRequest(`approval is impossible: ${shown.reason}`);
      return execApprovals.ask({
        id: params.id,
        request: {
          command: shown.text,
          cwd: place(params.cwd),
          host: place(params.host),
          security: place(params.security),
          ask: place(params.ask),
          agentId: place(params.agentId),
          resolvedPath: place(params.resolvedPath),
          sessionKey: place(params.sessionKey),
        },
        timeoutMs: params.timeoutMs ?? approvalTimeoutMs,
        connectionId,
      });
    },
  }),
  "exec.approval.resolve": method({
    summary: "Decides about a command that waits: allow-once, allow-always or deny.",
    access: operator("approvals"),
    params: named("ExecApprovalResolveParams", { id: nonEmpty(256), decision: nonEmpty(64) }),
    result: closed({ ok: Type.Literal(true) }),
    errors: ["INVALID_REQUEST"],
    handle: ({ id, decision }, { execApprovals }, { principal, connectionId }) => {
      execApprovals.resolve(id, decision, { name: principal.displayName, connectionId });
      return { ok: true as const };
    },
  }),
  "exec.approval.list": method({
    summary: "Lists the commands that wait for a decision, oldest first.",
    access: operator("approvals"),
    params: NoParams,
    result: arrayOf(PendingExecApproval, pendingApprovalsMax),
    handle: (_params, { execApprovals }) => [...execApprovals.pending],
  }),
};

/** What stands beside the command hides nothing either. */
function place(written: string | null | undefined): string | null {
  return typeof written === "string" ? showPlace(written) : null;
}
