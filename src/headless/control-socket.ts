import { removeIfPresent } from "../lib/index.ts";
import { GatewayError } from "../protocol/index.ts";
import type { HeadlessNode } from "./headless-node.ts";

/**
 * How the command line of this machine talks to the node that runs on it: HTTP over a socket file in a folder that only
 * its owner enters. Whoever may open it is the person at the machine.
 */

/** The system's limit for the path of a socket, in bytes. */
const pathBytesMax = 104;
const bodyBytesMax = 64 * 1024;

export class ControlPathTooLong extends Error {
  override readonly name = "ControlPathTooLong";
}

export function serveControl(path: string, node: Pick<HeadlessNode, "status" | "pending" | "resolve">): Disposable {
  if (Buffer.byteLength(path) > pathBytesMax) {
    throw new ControlPathTooLong(`${path} is too long for a socket: choose a shorter CLAWDIA_STATE_DIR`);
  }
  removeIfPresent(path);
  const server = Bun.serve({
    unix: path,
    maxRequestBodySize: bodyBytesMax,
    fetch: async (request) => {
      const { pathname } = new URL(request.url);
      if (request.method === "GET" && pathname === "/status") return Response.json(node.status);
      if (request.method === "GET" && pathname === "/pending") return Response.json(node.pending);
      if (request.method !== "POST" || pathname !== "/resolve") return new Response("not found", { status: 404 });
      const { id, decision } = (await request.json()) as { readonly id?: unknown; readonly decision?: unknown };
      try {
        node.resolve(String(id), String(decision));
        return Response.json({ ok: true });
      } catch (error) {
        if (error instanceof GatewayError) return Response.json({ message: error.message }, { status: 400 });
        throw error;
      }
    },
  });
  return {
    [Symbol.dispose]: () => {
      void server.stop(true);
      removeIfPresent(path);
    },
  };
}

/** Undefined when no node listens there. Throws an Error with the node's words when it refuses. */
export async function askControl(path: string, request: "/status" | "/pending", post?: undefined): Promise<unknown>;
export async function askControl(path: string, request: "/resolve", post: object): Promise<unknown>;
export async function askControl(path: string, request: string, post?: object): Promise<unknown> {
  const response = await fetch(`http://node${request}`, {
    unix: path,
    ...(post && { method: "POST", body: JSON.stringify(post) }),
  }).catch(() => undefined);
  if (!response) return undefined;
  const answer = (await response.json()) as { readonly message?: unknown };
  if (!response.ok) throw new Error(typeof answer.message === "string" ? answer.message : "the node refuses");
  return answer;
}
