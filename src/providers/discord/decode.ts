import {
  type APIMessage,
  GatewayDispatchEvents,
  type GatewayDispatchPayload,
  type GatewayMessageReactionAddDispatchData,
  type GatewayMessageUpdateDispatchData,
  MessageType,
} from "discord-api-types/v10";
import type { InboundMessage, QuotedMessage } from "../message.ts";
import { mediaOf, textOf } from "./content.ts";
import type { Context, Decoded } from "./context.ts";
import { fromInteraction } from "./interactions.ts";
import { meansUs, type Us, withoutAddress } from "./mentions.ts";
import { nameOf, peerOf, senderOf } from "./people.ts";
import { idOf, madeAtMs } from "./snowflakes.ts";

/**
 * An event in our words. It throws for nothing that Discord may send: an event that cannot be read is ignored, for one
 * that throws would come again for ever and hold up all that follow.
 */
export function decode(payload: GatewayDispatchPayload, context: Context): Decoded {
  return readable(() => decodeKnown(payload, context));
}

/** A message as the history of a channel has it. */
export function decodeMissed(message: APIMessage, context: Context): Decoded {
  return readable(() => fromMessage(message, context));
}

function readable(run: () => Decoded): Decoded {
  try {
    return run();
  } catch (error) {
    return { ignored: `not readable: ${error instanceof Error ? error.name : typeof error}` };
  }
}

function decodeKnown(payload: GatewayDispatchPayload, context: Context): Decoded {
  switch (payload.t) {
    case GatewayDispatchEvents.MessageCreate:
      return fromMessage(payload.d, context);
    case GatewayDispatchEvents.MessageUpdate:
      return fromEdit(payload.d, context);
    case GatewayDispatchEvents.MessageReactionAdd:
      return fromReaction(payload.d, context);
    case GatewayDispatchEvents.InteractionCreate:
      return fromInteraction(payload.d, context);
    default:
      return { ignored: `kind not handled: ${payload.t}` };
  }
}

function fromMessage(message: APIMessage, context: Context): Decoded {
  return decodeMessage(message, { kind: "message", id: "" }, context);
}

/** Links that grow a preview, and pins, change a message, too; only its author's changes carry a time. */
function fromEdit(message: GatewayMessageUpdateDispatchData, context: Context): Decoded {
  const editedAtMs = Date.parse(message.edited_timestamp ?? "");
  if (!Number.isFinite(editedAtMs)) return { ignored: "a change that is no edit" };
  const decoded = decodeMessage(message, { kind: "edit", id: String(editedAtMs) }, context);
  return "ignored" in decoded ? decoded : { ...decoded, sentAtMs: editedAtMs };
}

function decodeMessage(message: APIMessage, event: InboundMessage["event"], context: Context): Decoded {
  const { us, places } = context;
  const reason = reasonToIgnore(message, us);
  if (reason) return { ignored: reason };
  const place = placeIn(message, context);
  if (!place) return { ignored: "said in a place that is not known" };
  const media = mediaOf(message);
  const content = withoutAddress(message.content ?? "", us);
  const text = textOf({ ...message, content }, { channel: (id) => places.find(id)?.name });
  if (text === "" && media.length === 0) return { ignored: "nothing to read" };
  const messageId = idOf(message.id);
  return {
    ref: { peer: peerOf(place, message.author.id), messageId },
    event,
    sender: senderOf(message.author, nickOf(message)),
    sentAtMs: madeAtMs(messageId),
    text,
    media,
    mentionsSelf: place.guildId === undefined || meansUs(message, place.guildId, us, places),
    replyTo: quoteOf(message, context),
    chatTitle: places.titleOf(place),
  };
}

/** What people write themselves: a message, or a reply. */
const writtenTypes: readonly MessageType[] = [MessageType.Default, MessageType.Reply];

function reasonToIgnore(message: APIMessage, us: Us): string | undefined {
  if (message.author.id === us.id) return "our own message";
  if (message.webhook_id !== undefined) return "written by a webhook";
  if (message.author.bot || message.author.system) return "written by a bot";
  return writtenTypes.includes(message.type) ? undefined : `kind of message not handled: ${message.type}`;
}

/** The gateway says the server, the history of a channel does not. */
function placeIn(event: { readonly channel_id: string; readonly guild_id?: string }, context: Context) {
  if (context.place) return context.place;
  if (event.guild_id !== undefined) return undefined;
  return { id: event.channel_id, guildId: undefined, parentId: undefined, name: undefined };
}

function nickOf(message: APIMessage): string | undefined {
  const { member } = message as { readonly member?: { readonly nick?: string | null } };
  return member?.nick ?? undefined;
}

function quoteOf(message: APIMessage, { us, places }: Context): QuotedMessage | undefined {
  const quoted = message.referenced_message;
  if (!quoted || message.type !== MessageType.Reply) return undefined;
  return {
    messageId: idOf(quoted.id),
    text: textOf(quoted, { channel: (id) => places.find(id)?.name }),
    senderName: nameOf(quoted.author),
    isOwn: quoted.author.id === us.id,
  };
}

function fromReaction(reaction: GatewayMessageReactionAddDispatchData, context: Context): Decoded {
  const { us, places, eventId, receivedAtMs } = context;
  if (reaction.user_id === us.id) return { ignored: "our own reaction" };
  if (reaction.member?.user.bot) return { ignored: "a reaction by a bot" };
  const place = placeIn(reaction, context);
  if (!place) return { ignored: "reacted in a place that is not known" };
  const { emoji, member } = reaction;
  return {
    ref: { peer: peerOf(place, reaction.user_id), messageId: idOf(reaction.message_id) },
    event: { kind: "reaction", id: eventId },
    sender: member ? senderOf(member.user, member.nick) : { id: idOf(reaction.user_id) },
    sentAtMs: receivedAtMs,
    text: emojiText(emoji),
    media: [],
    mentionsSelf: place.guildId === undefined || reaction.message_author_id === us.id,
    chatTitle: places.titleOf(place),
  };
}

/** One of a server's own is gone from there when it has no name. */
function emojiText({ id, name }: GatewayMessageReactionAddDispatchData["emoji"]): string {
  const known = typeof name === "string" && name !== "" ? name : "emoji";
  return id === null && known === name ? name : `:${known}:`;
}
