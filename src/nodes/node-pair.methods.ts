import { Type } from "@sinclair/typebox";
import { methodsFor, NoParams, operator, shape } from "../protocol/index.ts";
import { commandsMax, NodePairParams, NodePairRequest, PairedNode } from "./node.ts";
import type { NodeRequests } from "./requests.ts";

/** `node.pair.*`: the second approval of a node, for what it may be asked to do. */

const { arrayOf, closed, named, nonEmpty, optional } = shape;

const method = methodsFor<{ nodeRequests: NodeRequests }>();

const Names = arrayOf(nonEmpty(128), commandsMax);

export const nodePairMethods = {
  "node.pair.request": method({
    summary: "Asks people for commands that a known node offers. A new node asks by connecting.",
    access: operator("pairing"),
    params: named("NodePairRequestParams", NodePairParams),
    result: closed({ status: Type.Literal("pending"), request: NodePairRequest, created: Type.Boolean() }),
    errors: ["INVALID_REQUEST", "UNAVAILABLE"],
    handle: async ({ nodeId, commands = [] }, { nodeRequests }) => {
      const asked = await nodeRequests.ask(nodeId, commands);
      return { status: "pending" as const, ...asked };
    },
  }),
  "node.pair.list": method({
    summary: "Lists what waits for approval (devices that want to be nodes, commands of nodes), and the nodes.",
    access: operator("pairing"),
    params: NoParams,
    result: named("NodePairListResult", {
      pending: arrayOf(NodePairRequest, 10_064),
      paired: arrayOf(PairedNode, 10_000),
    }),
    handle: (_params, { nodeRequests }) => nodeRequests.list(),
  }),
  "node.pair.approve": method({
    summary: "Approves a request of a node, or only some of the commands that it names; the others are declined.",
    access: operator("pairing"),
    params: named("NodePairApproveParams", { requestId: nonEmpty(64), commands: optional(Names) }),
    result: closed({ requestId: nonEmpty(64), node: PairedNode }),
    errors: ["INVALID_REQUEST", "FORBIDDEN", "UNAVAILABLE"],
    handle: async ({ requestId, commands }, { nodeRequests }, { principal }) => ({
      requestId,
      node: await nodeRequests.approve(requestId, principal, commands),
    }),
  }),
  "node.pair.reject": method({
    summary: "Rejects a request of a node; it does not ask for the same again.",
    access: operator("pairing"),
    params: named("NodePairRejectParams", { requestId: nonEmpty(64) }),
    result: closed({ requestId: nonEmpty(64), nodeId: nonEmpty(128) }),
    errors: ["INVALID_REQUEST", "UNAVAILABLE"],
    handle: async ({ requestId }, { nodeRequests }) => ({ requestId, nodeId: await nodeRequests.reject(requestId) }),
  }),
  "node.pair.revoke": method({
    summary: "Takes approved commands back from a node, or all of them; it stays a node.",
    access: operator("pairing"),
    params: named("NodePairRevokeParams", { nodeId: nonEmpty(128), commands: optional(Names) }),
    result: closed({ node: PairedNode }),
    errors: ["INVALID_REQUEST", "UNAVAILABLE"],
    handle: async ({ nodeId, commands }, { nodeRequests }) => ({ node: await nodeRequests.revoke(nodeId, commands) }),
  }),
  "node.pair.remove": method({
    summary: "Ends a device's being a node: what was approved for it is forgotten, its connections are closed.",
    access: operator("pairing"),
    params: named("NodePairRemoveParams", { nodeId: nonEmpty(128) }),
    result: closed({ nodeId: nonEmpty(128), removed: Type.Literal(true) }),
    errors: ["INVALID_REQUEST"],
    handle: ({ nodeId }, { nodeRequests }) => {
      nodeRequests.remove(nodeId);
      return { nodeId, removed: true as const };
    },
  }),
  "node.pair.verify": method({
    summary: "Tells whether a token is the node's own.",
    access: operator("pairing"),
    params: named("NodePairVerifyParams", { nodeId: nonEmpty(128), token: nonEmpty(4096) }),
    result: closed({ ok: Type.Boolean(), node: optional(PairedNode) }),
    handle: ({ nodeId, token }, { nodeRequests }) => {
      const found = nodeRequests.verify(nodeId, token);
      return { ok: found !== undefined, ...(found && { node: found }) };
    },
  }),
};
