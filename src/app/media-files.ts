import { type Clock, type Ids, joinPath, makePrivateFolder, writePrivateFile } from "../lib/index.ts";
import type { OutboxMedia } from "../outbox/index.ts";
import { MediaError } from "../providers/index.ts";

/** Files between agents and chats: what a reply names, and what a person sent. */

export interface MediaPorts {
  readonly stateDir: string;
  readonly media: { put(bytes: Uint8Array): string };
  readonly clock: Clock;
  readonly ids: Ids;
}

export function workspaceOf(stateDir: string, agentId: string): string {
  return joinPath(stateDir, agentId === "main" ? "workspace" : `workspace-${agentId}`);
}

/** Loads what a reply names: a file of the agent's workspace, or a public address. */
export function loadMedia(
  { source }: { readonly source: string; readonly agentId: string; readonly asVoice: boolean },
  _ports: MediaPorts,
  _signal: AbortSignal,
): Promise<OutboxMedia> {
  return Promise.reject(new MediaError(`${source} cannot be sent`, true));
}

/** Puts a file that a person sent where the agent can read it; its path in the workspace. */
export function placeFile(ports: MediaPorts, agentId: string, name: string, bytes: Uint8Array): string {
  const safe =
    name
      .replace(/[^\w.-]+/g, "_")
      .replace(/^\.+/, "")
      .slice(-80) || "file";
  const path = joinPath("inbound", `${ports.ids.sortable("f")}-${safe}`);
  const folder = workspaceOf(ports.stateDir, agentId);
  makePrivateFolder(joinPath(folder, "inbound"));
  writePrivateFile(joinPath(folder, path), bytes);
  return path;
}
