import type { PastMessage } from "../engine/index.ts";
import { type MediaStore, type PastEntry, type StoredMessage, textOf } from "../sessions/index.ts";

/** The stop reason of an answer to a command, which the gateway gave itself. */
export const commandEnd = "command";

/**
 * What was said before, as an engine reads it: no turn that has not ended, no command, and every answer behind its
 * question.
 */
export function pastOf(entries: readonly PastEntry[], open: ReadonlySet<string>): PastEntry[] {
  const asked = new Map<string | undefined, number>();
  for (const [index, { message }] of entries.entries()) {
    if (!asked.has(message.runId)) asked.set(message.runId, index);
  }
  const commands = new Set(
    entries.flatMap(({ message }) => (message.stopReason === commandEnd ? [message.runId] : [])),
  );
  const isHidden = ({ runId }: StoredMessage) => runId !== undefined && (open.has(runId) || commands.has(runId));
  return entries
    .map((entry, index) => ({
      entry,
      at: entry.message.runId === undefined ? index : asked.get(entry.message.runId)!,
    }))
    .filter(({ entry: { message } }) => !isHidden(message))
    .toSorted((left, right) => left.at - right.at)
    .map(({ entry }) => entry);
}

/** A stored message in the engine's words. Media is read only when the engine asks for it. */
export function asPast(message: StoredMessage, media: Pick<MediaStore, "get">): PastMessage {
  const { inner } = message;
  const text = textOf(message);
  if (inner?.kind === "tool") {
    const { callId, name, state } = inner;
    return { role: "tool", results: [{ callId, name, state, text }] };
  }
  if (inner?.kind === "step") return { role: "assistant", text, toolCalls: inner.toolCalls, replay: inner.replay };
  if (message.role === "assistant") return { role: "assistant", text: message.tail ?? text };
  const images = message.content.flatMap((block) =>
    block.type === "image" ? [{ mimeType: block.mimeType, bytes: () => media.get(block.sha256) }] : [],
  );
  return { role: "user", text: message.prompt ?? text, ...(images.length > 0 && { images }) };
}
