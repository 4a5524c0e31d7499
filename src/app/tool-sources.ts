import type { Tool } from "../engine/index.ts";
import type { RemoteCommands } from "../exec/index.ts";
import * as markup from "../markup/index.ts";
import type { Nodes } from "../nodes/index.ts";
import type { MediaStore } from "../sessions/index.ts";
import { canvasTools, messageTool, nodeTools, sessionTools, type ToolSource } from "../tools/index.ts";
import type { Features } from "./feature-set.ts";
import type { Ground } from "./ground.ts";
import { placeFile } from "./media-files.ts";

/** Tools of agents that reach out of their workspace: to chats, to other conversations, to the owner's devices. */

export interface ToolSourcesParts extends Pick<Features, "sessions" | "messaging" | "runs" | "canvas"> {
  readonly nodes: Nodes;
  readonly media: MediaStore;
  readonly remoteCommands: RemoteCommands;
}

export function toolSources(ground: Ground, parts: ToolSourcesParts): readonly ToolSource[] {
  const talking = talkingTools(ground, parts);
  const devices = toolsOfNodes(ground, parts);
  // Who has no device is not told of tools for them.
  const drawing = ground.options.config.canvasHost.enabled ? canvasTools(parts.canvas) : [];
  return [() => Promise.resolve([...talking, ...drawing]), () => Promise.resolve(parts.nodes.isEmpty ? [] : devices)];
}

function talkingTools(
  { options, database }: Ground,
  { sessions, messaging, runs }: Pick<Features, "sessions" | "messaging" | "runs">,
): readonly Tool[] {
  const { outbox, accounts } = messaging;
  const contentsFor = (provider: string, text: string) => {
    const can = accounts.provider(provider)?.can;
    return can ? markup.renderParts(text, can).map((part) => ({ text: part })) : [];
  };
  const runTimeoutMs = options.config.agents.runTimeoutSeconds * 1000;
  return [
    messageTool({ outbox, accounts: () => accounts, database, contentsFor }),
    ...sessionTools({ sessions, runs: () => runs, database, ids: options.world.ids, runTimeoutMs }),
  ];
}

function toolsOfNodes({ options, workspaces }: Ground, { nodes, media, remoteCommands }: ToolSourcesParts) {
  const { ids, clock } = options.world;
  const keep = async (agentId: string, name: string, bytes: Uint8Array) => {
    // The store is what counts how much there is.
    await media.putAsync(bytes);
    return placeFile({ workspaces, ids }, agentId, { name, bytes });
  };
  return nodeTools({ nodes, remoteCommands, ids, clock, keep });
}
