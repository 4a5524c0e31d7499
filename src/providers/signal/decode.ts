import type { InboundMessage, Peer, QuotedMessage, Sender } from "../message.ts";
import { mediaOf, namedText, noteOf, withoutAddress } from "./content.ts";
import { groupPeer, messageIdOf, personId } from "./ids.ts";
import type { DataMessage, Envelope, Quote, Reaction, Received } from "./wire.ts";

/** An event that is none of the house's business, and why. The reason holds nothing that people wrote. */
export interface Ignored {
  readonly ignored: string;
  /** Somebody's safety number is not the one that was trusted: the owner has to know. */
  readonly distrusted?: string | undefined;
}

type Decoded = InboundMessage | Ignored;

/** What is known here beside the event: our own ACI, and what an edited message was called at first. */
export interface Knowledge {
  readonly ourId: string;
  readonly originalOf: (messageId: string) => string;
}

/** An event of the daemon in our words. It throws for nothing that may come: what cannot be read is ignored. */
export function decode(received: Received, known: Knowledge): Decoded {
  try {
    return decodeKnown(received, known);
  } catch (error) {
    return { ignored: `not readable: ${error instanceof Error ? error.name : typeof error}` };
  }
}

function decodeKnown({ envelope, exception }: Received, known: Knowledge): Decoded {
  if (!envelope) return { ignored: "without an envelope" };
  if (exception) return unread(envelope, exception.type ?? "unknown");
  const { dataMessage, editMessage } = envelope;
  if (!dataMessage && !editMessage) return { ignored: `kind not handled: ${kindOf(envelope)}` };
  const sender = senderOf(envelope);
  // Written on another device of the account, or a note to self: both are ours.
  if (sender.id === known.ourId) return { ignored: "our own message" };
  if (dataMessage) return fromMessage(dataMessage, sender, known);
  const { targetSentTimestamp, dataMessage: edited } = editMessage!;
  const original = known.originalOf(messageIdOf(targetSentTimestamp, sender.id));
  const decoded = fromMessage(edited, sender, known);
  if ("ignored" in decoded) return decoded;
  const event = { kind: "edit", id: String(edited.timestamp) } as const;
  return { ...decoded, ref: { ...decoded.ref, messageId: original }, event };
}

function unread({ sourceUuid }: Envelope, type: string): Ignored {
  const ignored = `the daemon could not read it: ${/^\w{1,80}$/.test(type) ? type : "unknown"}`;
  return type.includes("UntrustedIdentity") ? { ignored, distrusted: sourceUuid ?? "somebody" } : { ignored };
}

function kindOf(envelope: Envelope): string {
  return Object.keys(envelope).find((key) => key.endsWith("Message")) ?? "empty";
}

function senderOf({ sourceUuid, sourceName, sourceNumber }: Envelope): Sender {
  return { id: personId(sourceUuid), name: sourceName || undefined, handle: sourceNumber ?? undefined };
}

function fromMessage(message: DataMessage, sender: Sender, known: Knowledge): Decoded {
  const { groupInfo, reaction } = message;
  if (message.remoteDelete) return { ignored: "a message was taken back" };
  if (groupInfo?.type === "UPDATE") return { ignored: "a group changed" };
  const peer: Peer = groupInfo ? groupPeer(groupInfo.groupId) : { kind: "direct", id: sender.id };
  const title = groupInfo?.groupName ?? undefined;
  if (reaction) return fromReaction(reaction, { message, sender, peer, title, known });
  const media = mediaOf(message, peer);
  const written = namedText(message.message ?? "", message.mentions ?? [], known.ourId);
  const text = [noteOf(message), withoutAddress(written)].filter(Boolean).join("\n");
  if (text.trim() === "" && media.length === 0) return { ignored: "nothing to read" };
  return {
    ref: { peer, messageId: messageIdOf(message.timestamp, sender.id) },
    event: { kind: "message", id: "" },
    sender,
    sentAtMs: message.timestamp,
    text,
    media,
    mentionsSelf: peer.kind === "direct" || meansUs(message, known.ourId),
    replyTo: message.quote && quoteOf(message.quote, known),
    chatTitle: title,
  };
}

/** In a group: who mentions us or answers us. */
function meansUs({ mentions, quote }: DataMessage, ourId: string): boolean {
  return [quote?.authorUuid, ...(mentions ?? []).map(({ uuid }) => uuid)].some((id) => id?.toLowerCase() === ourId);
}

function quoteOf({ id, authorUuid, text, mentions }: Quote, { ourId, originalOf }: Knowledge): QuotedMessage {
  const author = personId(authorUuid);
  return {
    messageId: originalOf(messageIdOf(id, author)),
    text: namedText(text ?? "", mentions ?? [], ourId),
    isOwn: author === ourId,
  };
}

interface Reacting {
  readonly message: DataMessage;
  readonly sender: Sender;
  readonly peer: Peer;
  readonly title: string | undefined;
  readonly known: Knowledge;
}

function fromReaction(reaction: Reaction, { message, sender, peer, title, known }: Reacting): Decoded {
  if (reaction.isRemove) return { ignored: "a reaction was taken away" };
  if (typeof reaction.emoji !== "string") throw new TypeError("a reaction without an emoji");
  const target = messageIdOf(reaction.targetSentTimestamp, personId(reaction.targetAuthorUuid));
  return {
    ref: { peer, messageId: known.originalOf(target) },
    event: { kind: "reaction", id: messageIdOf(message.timestamp, sender.id) },
    sender,
    sentAtMs: message.timestamp,
    text: reaction.emoji,
    media: [],
    mentionsSelf: peer.kind === "direct",
    chatTitle: title,
  };
}
