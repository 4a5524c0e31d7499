import type { OutboundMessage, SentRef } from "../message.ts";
import { sendIdOf } from "./encode.ts";
import { CallError, deliveryErrorOf } from "./failures.ts";
import { isTs, tsOf } from "./people.ts";
import { type Desk, findShare, forgetUpload, sharePausesMs, uploadedFile } from "./sending.ts";
import type { WireMessage } from "./wire.ts";

/** Our clock and Slack's may differ by so much. */
const skewMs = 5 * 60_000;
const pageMax = 200;
/** Two thousand messages after ours; in a chat where more was said, nobody can tell. */
const pagesMax = 10;

/**
 * Looks whether a send arrived: by the metadata that our messages carry, or by the file that it was to share.
 * Rejects with a DeliveryError when it cannot look, or not far enough.
 */
export async function findSent(
  desk: Desk,
  message: OutboundMessage,
  limits: { readonly sinceMs: number; readonly signal: AbortSignal },
): Promise<SentRef | undefined> {
  const { signal } = limits;
  try {
    const channel = await desk.directory.channelOf(message.peer.id, signal);
    if (message.media) return await findFile(desk, message, { ...limits, channel });
    return await findMessage(desk, message, { ...limits, channel });
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    throw deliveryErrorOf(error);
  }
}

interface Search {
  readonly channel: string;
  readonly sinceMs: number;
  readonly signal: AbortSignal;
}

/** A file that was never uploaded was never shared. */
async function findFile(desk: Desk, { sendId }: OutboundMessage, search: Search): Promise<SentRef | undefined> {
  const { channel, signal } = search;
  const fileId = uploadedFile(desk.records, sendId);
  if (fileId === undefined) return undefined;
  for (const pauseMs of sharePausesMs) {
    if (pauseMs > 0) await desk.clock.sleep(pauseMs, signal);
    const ts = await findShare(desk.api, { fileId, channel }, signal);
    if (ts === undefined) continue;
    await forgetUpload(desk.records, sendId);
    return { messageId: ts };
  }
  return undefined;
}

async function findMessage(desk: Desk, message: OutboundMessage, search: Search): Promise<SentRef | undefined> {
  let cursor: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const { messages, next } = await readPage(desk, message, { ...search, cursor });
    const found = messages.find(({ metadata }) => metadata && sendIdOf(metadata) === message.sendId);
    if (isTs(found?.ts)) return { messageId: found.ts };
    if (next === undefined) return undefined;
    cursor = next;
  }
  throw new CallError("conversations.history", {
    kind: "broken",
    mayHaveLeft: true,
    reason: "too much was said since to look through",
  });
}

interface Page {
  readonly messages: readonly WireMessage[];
  readonly next: string | undefined;
}

async function readPage(
  { api }: Desk,
  { peer }: OutboundMessage,
  { channel, sinceMs, signal, cursor }: Search & { readonly cursor: string | undefined },
): Promise<Page> {
  const asked = {
    channel,
    oldest: tsOf(sinceMs - skewMs),
    limit: pageMax,
    include_all_metadata: true,
    ...(cursor !== undefined && { cursor }),
  };
  const { threadId } = peer;
  const answer = isTs(threadId)
    ? await api.call("conversations.replies", (client) => client.conversations.replies({ ...asked, ts: threadId }), {
        signal,
      })
    : await api.call("conversations.history", (client) => client.conversations.history(asked), { signal });
  return {
    messages: (answer.messages ?? []) as readonly WireMessage[],
    next: (answer.has_more && answer.response_metadata?.next_cursor) || undefined,
  };
}
