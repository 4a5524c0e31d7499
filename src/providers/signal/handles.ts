import type { Peer } from "../message.ts";

/** What names an attachment to the daemon: its id, and the chat that it came in. */
export interface AttachmentHandle {
  readonly id: string;
  readonly peer: Peer;
  readonly bytes?: number | undefined;
}

export function handleOf({ id, peer, bytes }: AttachmentHandle): string {
  return JSON.stringify([id, peer.kind, peer.id, bytes]);
}

/** Undefined for what is no handle of ours. */
export function parseHandle(handle: string): AttachmentHandle | undefined {
  const parts: unknown = parsed(handle);
  if (!Array.isArray(parts)) return undefined;
  const [id, kind, peerId, bytes] = parts as readonly unknown[];
  if (typeof id !== "string" || typeof peerId !== "string" || (kind !== "direct" && kind !== "group")) return undefined;
  return { id, peer: { kind, id: peerId }, bytes: typeof bytes === "number" ? bytes : undefined };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
