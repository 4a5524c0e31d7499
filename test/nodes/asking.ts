import { RequestError } from "../../src/client/index.ts";
import type { Guest } from "../open-house.ts";

/** An operator who asks nodes for things, and who decides about them. */

export const messageOf = (error: unknown) =>
  error instanceof RequestError ? `${error.shape.code} ${error.message}` : error;
export const shapeOf = (error: unknown) => (error instanceof RequestError ? error.shape : error);

let keys = 0;
export const invoke = (alice: Guest, nodeId: string, command: string, more: object = {}) =>
  alice.call("node.invoke", { nodeId, command, idempotencyKey: `k-${++keys}`, ...more });

/** Approves everything that waits of the node. */
export async function approveAll(alice: Guest, nodeId: string): Promise<void> {
  const { pending } = await alice.call("node.pair.list", {});
  for (const { requestId } of pending.filter((one) => one.nodeId === nodeId)) {
    await alice.call("node.pair.approve", { requestId });
  }
}

/** The key of the last call. */
export const lastKey = () => `k-${keys}`;
