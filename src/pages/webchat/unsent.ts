import type { Keep } from "../shared/keep.ts";
import type { ChatMessage } from "./conversation.ts";

/** Messages that the gateway does not have yet. They survive a reload, and arrive once however often they are tried. */

export interface DraftImage {
  readonly name: string;
  readonly mimeType: string;
  readonly bytes: number;
  /** Base64. */
  readonly data: string;
}

export interface Unsent {
  /** Names the message for good: it becomes the run's id. */
  readonly idempotencyKey: string;
  readonly sessionKey: string;
  readonly text: string;
  readonly images: readonly DraftImage[];
  readonly writtenAtMs: number;
  readonly state: "waiting" | "sending" | "refused";
  /** Why the gateway refused it. */
  readonly reason?: string;
}

export function messageOf(unsent: Unsent): ChatMessage {
  const images = unsent.images.map(({ mimeType, data }) => ({ type: "image" as const, mimeType, data }));
  return {
    role: "user",
    content: [...(unsent.text === "" ? [] : [{ type: "text" as const, text: unsent.text }]), ...images],
    timestamp: unsent.writtenAtMs,
    runId: unsent.idempotencyKey,
  };
}

/** As `chat.send` takes them. */
export function attachmentsOf(images: readonly DraftImage[]) {
  return images.map(({ name, mimeType, data }) => ({ type: "image", mimeType, fileName: name, content: data }));
}

/** What an earlier visit left behind, in the order it was written; nobody is sending it any more. */
export async function keptUnsent(keep: Keep): Promise<Unsent[]> {
  const kept = (await keep.all<Unsent>("unsent")).map(([, unsent]) => unsent);
  return kept
    .map((unsent) => (unsent.state === "sending" ? { ...unsent, state: "waiting" as const } : unsent))
    .sort((left, right) => left.writtenAtMs - right.writtenAtMs);
}
