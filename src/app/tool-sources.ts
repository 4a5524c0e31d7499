import type { RemoteCommands } from "../exec/index.ts";
import type { LateRuns, Nodes } from "../nodes/index.ts";
import type { MediaStore } from "../sessions/index.ts";
import { canvasTools, nodeTools, type ToolSource } from "../tools/index.ts";
import type { Features } from "./feature-set.ts";
import type { Ground } from "./ground.ts";
import { placeFile } from "./media-files.ts";
import { talkingTools } from "./talking-tools.ts";

/** Tools of agents that reach out of their workspace: to chats, to other conversations, to the owner's devices. */

export interface ToolSourcesParts extends Pick<Features, "sessions" | "messaging" | "runs" | "canvas" | "cron"> {
  readonly nodes: Nodes;
  readonly lateRuns: LateRuns;
  readonly media: MediaStore;
  readonly remoteCommands: RemoteCommands;
}

export function toolSources(ground: Ground, parts: ToolSourcesParts): readonly ToolSource[] {
  const talking = talkingTools(ground, parts);
  const devices = toolsOfNodes(ground, parts);
  // Who has no device is not told of tools for them.
  const drawing = drawingTools(ground, parts.canvas);
  return [() => Promise.resolve([...talking, ...drawing()]), () => Promise.resolve(parts.nodes.isEmpty ? [] : devices)];
}

/** Those of the canvas as it is now, where there is one. */
function drawingTools({ options }: Ground, canvas: Features["canvas"]): () => ReturnType<typeof canvasTools> {
  let made: { readonly root: string | undefined; readonly tools: ReturnType<typeof canvasTools> } | undefined;
  return () => {
    if (!options.config.canvasHost.enabled) return [];
    const { root } = canvas;
    if (!made || made.root !== root) made = { root, tools: canvasTools(canvas) };
    return made.tools;
  };
}

function toolsOfNodes({ options, workspaces }: Ground, { nodes, lateRuns, media, remoteCommands }: ToolSourcesParts) {
  const { ids, clock } = options.world;
  const keep = async (agentId: string, name: string, bytes: Uint8Array) => {
    // The store is what counts how much there is.
    await media.putAsync(bytes);
    return placeFile({ workspaces, ids }, agentId, { name, bytes });
  };
  return nodeTools({ nodes, lateRuns, remoteCommands, ids, clock, keep });
}
