import type { CallbackQuery, Message, MessageReactionUpdated, ReactionType, Update } from "grammy/types";
import type { InboundMessage, QuotedMessage } from "../message.ts";
import { bodyOf, mediaOf, textOf } from "./content.ts";
import { meansUs, quotedOf, type Us, withoutAddress } from "./mentions.ts";
import { chatPeer, idText, peerOf, senderOf, titleOf } from "./people.ts";

/** An update that is none of the house's business, and why. The reason holds nothing that people wrote. */
export interface Ignored {
  readonly ignored: string;
}

type Decoded = InboundMessage | Ignored;

/**
 * An update in our words. It throws for nothing that Telegram may send: an update that cannot be read is ignored,
 * for one that throws would come again for ever and hold up all that follow.
 */
export function decode(update: Update, us: Us, receivedAtMs: number): Decoded {
  try {
    return decodeKnown(update, us, receivedAtMs);
  } catch (error) {
    return { ignored: `not readable: ${error instanceof Error ? error.name : typeof error}` };
  }
}

function decodeKnown(update: Update, us: Us, receivedAtMs: number): Decoded {
  const message = update.message ?? update.channel_post;
  if (message) return fromMessage(message, { kind: "message", id: "" }, us);
  const edited = update.edited_message ?? update.edited_channel_post;
  if (edited) return fromEdit(edited, us);
  if (update.callback_query) return fromButton(update.callback_query, receivedAtMs);
  if (update.message_reaction) return fromReaction(update.message_reaction, String(update.update_id));
  const membership = update.my_chat_member?.new_chat_member.status;
  if (membership) return { ignored: `our membership is now: ${membership}` };
  return { ignored: `kind not handled: ${Object.keys(update).find((key) => key !== "update_id") ?? "none"}` };
}

function fromEdit(message: Message, us: Us): Decoded {
  if (message.location?.live_period) return { ignored: "a live location moved" };
  // In whole seconds, and the only mark of an edit: a second one within the same second is not told apart.
  return fromMessage(message, { kind: "edit", id: String(message.edit_date) }, us);
}

function fromMessage(message: Message, event: InboundMessage["event"], us: Us): Decoded {
  const reason = reasonToIgnore(message, us);
  if (reason) return { ignored: reason };
  const sender = senderOf(message.from, message.sender_chat);
  if (!sender) return { ignored: "written by nobody" };
  const media = mediaOf(message);
  const text = textOf(message, withoutAddress(message, us));
  if (text === "" && media.length === 0) return { ignored: `nothing to read: ${contentKind(message)}` };
  return {
    ref: { peer: peerOf(message), messageId: idText(message.message_id) },
    event,
    sender,
    sentAtMs: msOf(event.kind === "edit" ? message.edit_date : message.date),
    text,
    media,
    mentionsSelf: meansUs(message, us),
    replyTo: quoteOf(message, us),
    albumId: message.media_group_id,
    chatTitle: titleOf(message.chat),
  };
}

function reasonToIgnore(message: Message, us: Us): string | undefined {
  if (message.is_automatic_forward) return "a channel's post, copied into its group";
  if (!message.message_id) return "a message without an id of its own";
  if (message.chat.is_direct_messages) return "direct messages of a channel are not handled";
  if (message.sender_chat) return undefined;
  if (message.from?.id === us.id) return "our own message";
  return message.from?.is_bot ? "written by a bot" : undefined;
}

/** Fields that say where and how a message came; what remains names its kind. */
const envelope =
  /^(message_|from|sender_|chat$|date$|is_|reply_to_|external_reply|quote|forward_|via_|edit_|has_|author_|effect_)/;

function contentKind(message: Message): string {
  return Object.keys(message).find((key) => !envelope.test(key)) ?? "empty";
}

function quoteOf(message: Message, us: Us): QuotedMessage | undefined {
  const quoted = quotedOf(message);
  if (!quoted) return undefined;
  return {
    messageId: idText(quoted.message_id),
    text: message.quote?.text ?? textOf(quoted, bodyOf(quoted)),
    senderName: senderOf(quoted.from, quoted.sender_chat)?.name,
    isOwn: quoted.from?.id === us.id,
  };
}

/** A press carries no time of its own. The message it belongs to may be out of reach: then only its id is known. */
function fromButton(query: CallbackQuery, receivedAtMs: number): Decoded {
  const { id, message, from, data } = query;
  if (!message) return { ignored: "a button of a message that was sent through another chat" };
  if (typeof id !== "string" || typeof data !== "string") return { ignored: "a button without a value" };
  if (from.is_bot) return { ignored: "pressed by a bot" };
  const sender = senderOf(from, undefined);
  if (!sender) return { ignored: "pressed by nobody" };
  return {
    ref: { peer: message.date === 0 ? chatPeer(message.chat) : peerOf(message), messageId: idText(message.message_id) },
    event: { kind: "button", id },
    sender,
    sentAtMs: receivedAtMs,
    text: data,
    media: [],
    mentionsSelf: true,
    chatTitle: titleOf(message.chat),
  };
}

/** Told by its update, for the same person may take a reaction away and set it again. It does not tell its topic. */
function fromReaction(reaction: MessageReactionUpdated, eventId: string): Decoded {
  if (reaction.user?.is_bot) return { ignored: "a reaction by a bot" };
  const sender = senderOf(reaction.user, reaction.actor_chat);
  if (!sender) return { ignored: "a reaction by nobody" };
  const before = new Set(reaction.old_reaction.map(emojiOf));
  const added = reaction.new_reaction.map(emojiOf).filter((emoji) => !before.has(emoji));
  if (added.length === 0) return { ignored: "a reaction was taken away" };
  return {
    ref: { peer: chatPeer(reaction.chat), messageId: idText(reaction.message_id) },
    event: { kind: "reaction", id: eventId },
    sender,
    sentAtMs: msOf(reaction.date),
    text: added.join(""),
    media: [],
    mentionsSelf: reaction.chat.type === "private",
    chatTitle: titleOf(reaction.chat),
  };
}

function msOf(seconds: number | undefined): number {
  if (!Number.isSafeInteger(seconds)) throw new RangeError("not a time");
  return seconds! * 1000;
}

function emojiOf(reaction: ReactionType): string {
  if (reaction.type === "emoji") return reaction.emoji;
  return reaction.type === "paid" ? "⭐" : "[custom emoji]";
}
