import type { proto, WAMessage, WAMessageKey } from "@whiskeysockets/baileys";
import type { InboundMedia, InboundMessage, Peer, QuotedMessage } from "../message.ts";
import { bodyOf, type Content, contextOf, fileOf, kindOf, textOf, unbracketed, unwrapped } from "./content.ts";
import { addressOf, bareJid, type Jid } from "./people.ts";

/** What came that is none of the house's business, and why. The reason holds nothing that people wrote. */
export interface Ignored {
  readonly ignored: string;
}

/** Who we are, and what is known of the others. */
export interface Known {
  /** Our own two ids. */
  readonly ownIds: readonly Jid[];
  readonly takesSelfChat: boolean;
  /** The one id that a person has here. */
  readonly idOf: (jid: Jid, alt?: Jid | null) => string;
  readonly titleOf: (group: Jid) => string | undefined;
  /** Whether a message is one that we sent. */
  readonly isSent: (messageId: string) => boolean;
  /** The names that a vote in a poll of ours stands for; undefined when it cannot be read. */
  readonly vote?: Vote | undefined;
}

export interface Vote {
  readonly question: string;
  readonly chosen: readonly string[];
}

type Decoded = InboundMessage | Ignored;

/**
 * A message in our words. It throws for nothing that WhatsApp may send: what cannot be read is ignored, for one that
 * throws would come again and hold up all that follow.
 */
export function decode(message: WAMessage, known: Known): Decoded {
  try {
    return decodeKnown(message, known);
  } catch (error) {
    return { ignored: `not readable: ${error instanceof Error ? error.name : typeof error}` };
  }
}

/** Everything that the parts of a message are read with. */
interface Reading {
  readonly key: WAMessageKey;
  readonly message: WAMessage;
  readonly content: Content;
  readonly peer: Peer;
  readonly senderId: string;
  readonly known: Known;
}

function decodeKnown(message: WAMessage, known: Known): Decoded {
  const { key } = message;
  const reason = reasonToIgnore(message, known);
  if (reason !== undefined) return { ignored: reason };
  const content = unwrapped(message.message);
  if (!content) return { ignored: "a message without content" };
  const peer = peerOf(key, known);
  const senderId = peer.kind === "group" ? known.idOf(key.participant!, key.participantAlt) : peer.id;
  const reading = { key, message, content, peer, senderId, known };
  if (content.reactionMessage) return fromReaction(content.reactionMessage, reading);
  if (content.pollUpdateMessage) return fromVote(content.pollUpdateMessage, reading);
  if (content.protocolMessage) return fromProtocol(content.protocolMessage, reading);
  return fromMessage(reading, content, { id: key.id!, event: { kind: "message", id: "" } });
}

/** `3EB0` and 18 digits is our own mark. */
export const ownMessageId = /^3EB0[0-9A-F]{18}$/;

function reasonToIgnore({ key, messageStubType, category }: WAMessage, known: Known): string | undefined {
  const server = addressOf(key.remoteJid)?.server;
  if (!key.id) return "a message without an id";
  if (server === "broadcast") return "a status or a broadcast";
  if (server === "newsletter") return "a newsletter";
  if (server !== "s.whatsapp.net" && server !== "lid" && server !== "g.us") return "an unknown kind of chat";
  if (server === "g.us" && !key.participant) return "written by nobody";
  if (category === "peer") return "from our own phone, for this device only";
  if (key.fromMe) return ownReason(key, known);
  // It cannot be read yet: the sender is asked for it again, and what comes then is the message.
  return messageStubType ? "not a message of a person, or not readable yet" : undefined;
}

/** What the owner writes on the phone is for others, but for the chat with themself. */
function ownReason(key: WAMessageKey, known: Known): string | undefined {
  if (known.isSent(key.id!)) return "our own message";
  const isSelfChat = known.ownIds.includes(bareJid(key.remoteJid) ?? "");
  if (!isSelfChat) return "written by the account itself, on another device";
  return known.takesSelfChat ? undefined : "the chat with oneself is switched off (selfChat)";
}

function peerOf(key: WAMessageKey, known: Known): Peer {
  const isGroup = addressOf(key.remoteJid)!.server === "g.us";
  if (isGroup) return { kind: "group", id: bareJid(key.remoteJid)! };
  return { kind: "direct", id: known.idOf(key.remoteJid!, key.remoteJidAlt) };
}

interface Happening {
  readonly id: string;
  readonly event: InboundMessage["event"];
}

function fromMessage(reading: Reading, content: Content, { id, event }: Happening): Decoded {
  const { peer, known } = reading;
  const media = mediaOf(content, peer, id);
  const text = textOf(content);
  if (text === "" && media.length === 0) return { ignored: `nothing to read: ${kindOf(content) ?? "empty"}` };
  return {
    ...envelope(reading, id),
    event,
    text,
    media,
    mentionsSelf: peer.kind === "direct" || meansUs(content, known),
    replyTo: quoteOf(content, known),
    albumId: content.messageContextInfo?.messageAssociation?.parentMessageKey?.id ?? undefined,
  };
}

function envelope({ peer, senderId, message, known }: Reading, messageId: string) {
  const handle = senderId.startsWith("+") ? senderId : undefined;
  return {
    ref: { peer, messageId },
    sender: { id: senderId, name: message.pushName || undefined, handle },
    sentAtMs: msOf(message.messageTimestamp),
    chatTitle: peer.kind === "group" ? known.titleOf(peer.id) : undefined,
  };
}

function fromProtocol(protocol: proto.Message.IProtocolMessage, reading: Reading): Decoded {
  const edited = unwrapped(protocol.editedMessage);
  const id = protocol.key?.id;
  if (edited && id) return fromMessage(reading, edited, { id, event: { kind: "edit", id: reading.key.id! } });
  return { ignored: `a message of the protocol: ${String(protocol.type ?? "unknown")}` };
}

function fromReaction(reaction: proto.Message.IReactionMessage, reading: Reading): Decoded {
  const target = reaction.key?.id;
  if (!target) return { ignored: "a reaction to nothing" };
  if (!reaction.text) return { ignored: "a reaction was taken away" };
  return {
    ...envelope(reading, target),
    event: { kind: "reaction", id: reading.key.id! },
    text: reaction.text,
    media: [],
    mentionsSelf: reading.peer.kind === "direct",
  };
}

function fromVote(update: proto.Message.IPollUpdateMessage, reading: Reading): Decoded {
  const { vote } = reading.known;
  const pollId = update.pollCreationMessageKey?.id;
  if (!vote || !pollId) return { ignored: "a vote in a poll that is not ours, or that is forgotten" };
  const chosen = vote.chosen.length === 0 ? "no choice any more" : vote.chosen.join(", ");
  return {
    ...envelope(reading, reading.key.id!),
    event: { kind: "message", id: "" },
    text: `[vote in the poll ${unbracketed(vote.question)}]\n${chosen}`,
    media: [],
    mentionsSelf: true,
    replyTo: { messageId: pollId, text: vote.question, isOwn: true },
  };
}

/** Who passes a text on does not call whom that text calls. */
function meansUs(content: Content, { ownIds, isSent }: Known): boolean {
  const context = contextOf(content);
  if (!context) return false;
  if (context.stanzaId && (ownIds.includes(bareJid(context.participant) ?? "") || isSent(context.stanzaId)))
    return true;
  return !context.isForwarded && (context.mentionedJid ?? []).some((jid) => ownIds.includes(bareJid(jid) ?? ""));
}

function quoteOf(content: Content, { ownIds, isSent }: Known): QuotedMessage | undefined {
  const context = contextOf(content);
  const quoted = unwrapped(context?.quotedMessage);
  if (!context?.stanzaId || !quoted) return undefined;
  return {
    messageId: context.stanzaId,
    text: bodyOf(quoted) || textOf(quoted),
    isOwn: ownIds.includes(bareJid(context.participant) ?? "") || isSent(context.stanzaId),
  };
}

/** Under which the link keeps what is needed to fetch the file. */
export function mediaHandle(peer: Peer, messageId: string): string {
  return `${peer.id}/${messageId}`;
}

function mediaOf(content: Content, peer: Peer, messageId: string): readonly InboundMedia[] {
  const found = fileOf(content);
  if (!found) return [];
  const { file, kind } = found;
  const fileName = "fileName" in file ? (file.fileName ?? undefined) : undefined;
  return [
    {
      kind,
      handle: mediaHandle(peer, messageId),
      mimeType: file.mimetype ?? undefined,
      fileName,
      bytes: file.fileLength === null || file.fileLength === undefined ? undefined : Number(file.fileLength),
    },
  ];
}

function msOf(seconds: WAMessage["messageTimestamp"]): number {
  const number = Number(seconds ?? Number.NaN);
  if (!Number.isSafeInteger(number) || number <= 0) throw new RangeError("not a time");
  return number * 1000;
}
