import { Type } from "@sinclair/typebox";
import type { DeviceId, Devices } from "../devices/index.ts";
import type { Clock } from "../lib/index.ts";
import { invalidRequest, methodsFor, node, NoParams, operator, type Principal, shape } from "../protocol/index.ts";
import { checkCallerParams, invokeTimeoutMs, invokeTimeoutMaxMs } from "./command-params.ts";
import type { InvokeOnce } from "./invoke-once.ts";
import { DescribedNode, ListedNode } from "./node.ts";
import type { NodeEvents } from "./node-events.ts";
import type { Nodes } from "./nodes.ts";

const { arrayOf, closed, idempotencyKeyText, named, nonEmpty, nullable, optional, text, timeMs } = shape;

interface Deps {
  readonly nodes: Nodes;
  readonly nodeCalls: InvokeOnce;
  readonly nodeNews: NodeEvents;
  readonly devices: Devices;
  readonly clock: Pick<Clock, "nowMs">;
}

const method = methodsFor<Deps>();

const nodesMax = 10_000;
/** As large as a frame: what the node said, as text. */
const payloadCharsMax = 25 * 1024 * 1024;

export const nodesMethods = {
  "node.list": method({
    summary: "Lists the nodes: what each offers, what may be asked of it, and which are here.",
    access: operator("read"),
    params: NoParams,
    result: named("NodeListResult", { ts: timeMs(), nodes: arrayOf(ListedNode, nodesMax) }),
    handle: (_params, { nodes, clock }) => ({ ts: clock.nowMs(), nodes: nodes.list() }),
  }),
  "node.describe": method({
    summary: "One node, as node.list has it.",
    access: operator("read"),
    params: named("NodeDescribeParams", { nodeId: nonEmpty(128) }),
    result: DescribedNode,
    errors: ["INVALID_REQUEST"],
    handle: ({ nodeId }, { nodes, clock }) => ({ ts: clock.nowMs(), ...nodes.describe(nodeId) }),
  }),
  "node.rename": method({
    summary: "Gives a node the name that people see.",
    access: operator("pairing"),
    params: named("NodeRenameParams", { nodeId: nonEmpty(128), displayName: nonEmpty(128) }),
    result: closed({ nodeId: nonEmpty(128), displayName: nonEmpty(128) }),
    errors: ["INVALID_REQUEST"],
    handle: ({ nodeId, displayName }, { nodes, devices }) => {
      const name = displayName.trim();
      if (name === "") throw invalidRequest("displayName required");
      devices.rename(nodes.requireDevice(nodeId).id, name);
      return { nodeId, displayName: name };
    },
  }),
  "node.invoke": method({
    summary: "Asks a node to do something and waits for its answer.",
    access: operator("write"),
    params: named("NodeInvokeParams", {
      nodeId: nonEmpty(128),
      command: nonEmpty(128),
      params: optional(Type.Unknown()),
      timeoutMs: optional(Type.Integer({ minimum: 0, maximum: invokeTimeoutMaxMs })),
      idempotencyKey: idempotencyKeyText(),
      sessionKey: optional(shape.sessionKeyText()),
      turnSourceChannel: optional(text(256)),
      turnSourceTo: optional(text(512)),
      turnSourceAccountId: optional(text(256)),
      turnSourceThreadId: optional(Type.Unknown()),
    }),
    result: named("NodeInvokeResult", {
      ok: Type.Literal(true),
      nodeId: nonEmpty(128),
      command: nonEmpty(128),
      payload: Type.Unknown(),
      payloadJSON: nullable(text(payloadCharsMax)),
    }),
    errors: ["INVALID_REQUEST", "UNAVAILABLE", "NOT_PAIRED", "CONFLICT", "TOO_LARGE"],
    handle: async ({ nodeId, command, params, timeoutMs, idempotencyKey }, { nodes, nodeCalls }, call) => {
      nodes.target(nodeId, command);
      checkCallerParams(command, params);
      const identity = {
        principal: call.principal.id,
        method: "node.invoke",
        key: idempotencyKey,
        body: { nodeId, command, params },
      };
      const answer = await nodeCalls.run(identity, command, () =>
        nodes.invoke({
          nodeId,
          command,
          params,
          timeoutMs: invokeTimeoutMs(params, timeoutMs),
          idempotencyKey,
        }),
      );
      return { ok: true as const, nodeId, command, ...answer };
    },
  }),
  "node.invoke.result": method({
    summary: "A node's answer to node.invoke.request; it counts once, from the connection that was asked.",
    access: node(),
    params: named("NodeInvokeResultParams", {
      id: nonEmpty(64),
      nodeId: nonEmpty(128),
      ok: Type.Boolean(),
      payload: optional(Type.Unknown()),
      // Text, or what old apps send in its place: null, or the value itself.
      payloadJSON: optional(Type.Unknown()),
      error: optional(
        nullable(named("NodeInvokeError", { code: optional(nonEmpty(128)), message: optional(text(65_536)) })),
      ),
    }),
    result: closed({ ok: Type.Literal(true), ignored: optional(Type.Literal(true)) }),
    errors: ["INVALID_REQUEST"],
    handle: (params, { nodes }, { principal, connectionId }) => {
      const id = nodeIdOf(principal);
      if (params.nodeId !== id) throw invalidRequest("nodeId mismatch");
      const isTaken = nodes.answer(id, connectionId, params);
      return isTaken ? { ok: true as const } : { ok: true as const, ignored: true as const };
    },
  }),
  "node.event": method({
    summary: "A node tells what happened on it. Unknown events are taken and ignored.",
    access: node(),
    params: named("NodeEventParams", {
      event: nonEmpty(128),
      payload: optional(Type.Unknown()),
      payloadJSON: optional(Type.Unknown()),
    }),
    result: named("NodeEventResult", {
      ok: Type.Literal(true),
      event: nonEmpty(128),
      handled: Type.Boolean(),
      reason: optional(nonEmpty(256)),
    }),
    errors: ["UNAVAILABLE"],
    handle: async ({ event, payload, payloadJSON }, { nodeNews }, call) => {
      const news = { nodeId: nodeIdOf(call.principal), event, payload: valueOf(payload, payloadJSON), call };
      const reason = await nodeNews.hear(news);
      return { ok: true as const, event, handled: reason === undefined, ...(reason !== undefined && { reason }) };
    },
  }),
};

/** A node always has a device: without one it does not get in. */
export function nodeIdOf({ deviceId }: Principal): DeviceId {
  if (deviceId === undefined) throw invalidRequest("nodeId mismatch");
  return deviceId as DeviceId;
}

/** Text wins. What is no JSON is nothing. */
function valueOf(payload: unknown, payloadJSON: unknown): unknown {
  if (typeof payloadJSON !== "string") return payload ?? payloadJSON ?? undefined;
  try {
    return JSON.parse(payloadJSON) as unknown;
  } catch {
    return undefined;
  }
}
