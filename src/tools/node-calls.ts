import type { ToolCallContext, ToolOutput } from "../engine/index.ts";
import type { RemoteCommands } from "../exec/index.ts";
import { type Ids, isoTime, type Clock } from "../lib/index.ts";
import {
  findNode,
  invokeTimeoutMs,
  type LateRuns,
  type ListedNode,
  type NodeMedia,
  type Nodes,
  readNodeMedia,
} from "../nodes/index.ts";
import { GatewayError, invalidRequest } from "../protocol/index.ts";

/** What the tools for nodes have in common: which node is meant, asking it, keeping what it sends. */

export interface NodeToolsParts {
  readonly nodes: Nodes;
  readonly lateRuns: LateRuns;
  readonly remoteCommands: RemoteCommands;
  readonly ids: Pick<Ids, "uuid">;
  readonly clock: Pick<Clock, "nowMs">;
  /** Puts a file into the media store and where the agent finds it; its path in the workspace. */
  readonly keep: (agentId: string, name: string, bytes: Uint8Array) => Promise<string>;
}

/** Pictures that a model is shown; larger ones it gets as a file alone. */
const shownBytesMax = 4_000_000;

export class NodeCalls {
  readonly #parts: NodeToolsParts;

  constructor(parts: NodeToolsParts) {
    this.#parts = parts;
  }

  /** The node that is meant. Throws with the names of those that there are. */
  find(word: string | undefined, command: string): ListedNode {
    const all = this.#parts.nodes.list();
    const found = findNode(all, word, command);
    if (found.kind === "found") return found.node;
    const names = (found.kind === "several" ? found.nodes : all).map(nameOf).join(", ") || "none";
    const problem = found.kind === "several" ? "several nodes fit: say which one" : found.problem;
    throw invalidRequest(`${problem}; nodes: ${names}`);
  }

  /** Its payload. Rejects with a GatewayError whose message is for the model to read. */
  async ask(node: ListedNode, command: string, params: object, { signal }: ToolCallContext): Promise<unknown> {
    const { nodes, ids } = this.#parts;
    const timeoutMs = invokeTimeoutMs(params, undefined);
    const call = { nodeId: node.nodeId, command, params, timeoutMs, idempotencyKey: ids.uuid(), signal };
    try {
      return (await nodes.invoke(call)).payload;
    } catch (error) {
      throw error instanceof GatewayError ? inWords(error, node) : error;
    }
  }

  /** Asks for a picture or a film, keeps it, and tells where. */
  async fetch(
    node: ListedNode,
    { command, params, family, name }: MediaWish,
    call: ToolCallContext,
  ): Promise<ToolOutput> {
    const media = readNodeMedia(await this.ask(node, command, params, call), family);
    if (typeof media === "string") return { text: media, isError: true };
    const stamp = isoTime(this.#parts.clock.nowMs()).slice(0, 19).replaceAll(":", "-");
    const path = await this.#parts.keep(call.agentId, `${name}-${stamp}${media.extension}`, media.bytes);
    const text = `${path} (${factsOf(media)}, from ${nameOf(node)}); a line MEDIA:${path} in your answer sends it.`;
    const isShown = family === "image" && media.bytes.length <= shownBytesMax;
    return { text, ...(isShown && { images: [{ mimeType: media.mimeType, bytes: media.bytes }] }) };
  }
}

export interface MediaWish {
  readonly command: string;
  readonly params: object;
  readonly family: "image" | "video";
  /** The start of the file's name. */
  readonly name: string;
}

export function nameOf({ displayName, nodeId }: ListedNode): string {
  return displayName ?? nodeId.slice(0, 12);
}

function factsOf({ bytes, width, height, durationMs, mimeType }: NodeMedia): string {
  const size = width !== undefined && height !== undefined ? [`${width}x${height}`] : [];
  const long = durationMs === undefined ? [] : [`${(durationMs / 1000).toFixed(1)} s`];
  return [mimeType, ...size, ...long, `${Math.ceil(bytes.length / 1024)} KiB`].join(", ");
}

/** With what the owner can do about it, where that is known. */
function inWords(error: GatewayError, node: ListedNode): GatewayError {
  const nodeError = error.options.details?.["nodeError"] as { readonly code?: string } | null | undefined;
  const cures: Readonly<Record<string, string>> = {
    NODE_BACKGROUND_UNAVAILABLE: "ask the owner to open the app on it",
    CAMERA_DISABLED: "ask the owner to switch the camera on in the app's settings",
    LOCATION_DISABLED: "ask the owner to switch location on in the app's settings",
    TIMEOUT: "it may be asleep",
  };
  const cure = cures[nodeError?.code ?? ""];
  if (cure === undefined) return error;
  return new GatewayError(error.code, `${nameOf(node)}: ${error.message}; ${cure}`, {
    ...error.options,
    cause: error,
  });
}
