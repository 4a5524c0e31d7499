import { Type } from "@sinclair/typebox";
import type { Ids } from "../lib/index.ts";
import { GatewayError, methodsFor, operator, shape } from "../protocol/index.ts";
import type { Nodes } from "./nodes.ts";

/** A node's own rules for commands: read and replaced over its connection, by admins alone. */

const { named, nonEmpty, optional, text } = shape;

const method = methodsFor<{ nodes: Nodes; ids: Ids }>();

const timeoutMs = 15_000;
const nodeId = nonEmpty(128);

/** As the node has it; it checks what it is given. */
const Snapshot = named("NodeExecApprovalsSnapshot", {
  path: text(4096),
  exists: Type.Boolean(),
  hash: text(256),
  file: Type.Unknown(),
});

export const nodeRulesMethods = {
  "exec.approvals.node.get": method({
    summary: "A node's own rules for commands.",
    access: operator("admin"),
    params: named("ExecApprovalsNodeGetParams", { nodeId }),
    result: Snapshot,
    errors: ["INVALID_REQUEST", "UNAVAILABLE", "NOT_PAIRED"],
    handle: async (params, { nodes, ids }) => {
      const command = "system.execApprovals.get";
      const call = { nodeId: params.nodeId, command, params: {}, timeoutMs, idempotencyKey: ids.uuid() };
      return snapshotIn((await nodes.invoke(call)).payload);
    },
  }),
  "exec.approvals.node.set": method({
    summary: "Replaces a node's own rules for commands, when they are still those that the caller read.",
    access: operator("admin"),
    params: named("ExecApprovalsNodeSetParams", { nodeId, file: Type.Unknown(), baseHash: optional(text(256)) }),
    result: Snapshot,
    errors: ["INVALID_REQUEST", "UNAVAILABLE", "NOT_PAIRED"],
    handle: async ({ nodeId: id, ...rules }, { nodes, ids }) => {
      const command = "system.execApprovals.set";
      const call = { nodeId: id, command, params: rules, timeoutMs, idempotencyKey: ids.uuid() };
      return snapshotIn((await nodes.invoke(call)).payload);
    },
  }),
};

function snapshotIn(payload: unknown) {
  const said = (typeof payload === "object" && payload !== null ? payload : {}) as Readonly<Record<string, unknown>>;
  const { path = "", exists = true, hash = "", file } = said;
  if (typeof path === "string" && typeof exists === "boolean" && typeof hash === "string") {
    return { path, exists, hash, file: file ?? {} };
  }
  throw new GatewayError("UNAVAILABLE", "the node did not say what its rules are", { retryable: false });
}
