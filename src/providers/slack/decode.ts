import type { InboundMessage, Peer } from "../message.ts";
import { mediaOf, textOf } from "./content.ts";
import { emojiOf } from "./emoji.ts";
import { mentions, type Names, plainText, withoutAddress } from "./mrkdwn.ts";
import { isTs, messageTs, msOf, peerOf, type Us, userId } from "./people.ts";
import type { Envelope, WireEvent, WireMessage, WirePayload } from "./wire.ts";

/** A delivery that is none of the house's business, and why. The reason holds nothing that people wrote. */
export interface Ignored {
  readonly ignored: string;
}

export type Decoded = InboundMessage | Ignored;

export interface Circumstances {
  readonly us: Us;
  readonly names: Names;
  /** For what carries no time of its own. */
  readonly receivedAtMs: number;
}

/**
 * A delivery in our words. It throws for nothing that Slack may send: what cannot be read is ignored, for it would
 * come again. A mention in a channel comes as `message` and as `app_mention`; both are the same message.
 */
export function decode({ type, payload }: Envelope, circumstances: Circumstances): Decoded {
  try {
    if (type === "slash_commands") return fromCommand(payload, circumstances);
    if (type === "interactive") return fromInteraction(payload, circumstances);
    const { event } = payload;
    if (!event) return { ignored: "no event" };
    return fromEvent(event, payload.event_id, circumstances);
  } catch (error) {
    return { ignored: `not readable: ${error instanceof Error ? error.name : typeof error}` };
  }
}

/** A message as the history of a channel shows it, as if it came now. */
export function decodePast(message: WireMessage, channel: string, circumstances: Circumstances): Decoded {
  const event = { ...message, type: "message", channel };
  return decode({ type: "events_api", payload: { event }, retries: 0 }, circumstances);
}

function fromEvent(event: WireEvent, eventId: string | undefined, circumstances: Circumstances): Decoded {
  switch (event.type) {
    case "message":
    case "app_mention":
      return event.subtype === "message_changed" ? fromChange(event, circumstances) : fromMessage(event, circumstances);
    case "reaction_added":
      return fromReaction(event, eventId, circumstances);
    case "reaction_removed":
      return { ignored: "a reaction was taken away" };
    default:
      return { ignored: `kind not handled: ${wordOf(event.type)}` };
  }
}

/** Messages of people. Joins, topics, pins and their like have subtypes of their own. */
const spoken = new Set([undefined, "file_share", "thread_broadcast", "me_message"]);

function fromMessage(event: WireEvent, circumstances: Circumstances): Decoded {
  const reason = reasonToIgnore(event, circumstances.us);
  if (reason !== undefined) return { ignored: reason };
  return written({ message: event, channel: event.channel, event: { kind: "message", id: "" } }, circumstances);
}

/** Slack also tells of changes that nobody made: previews of links, replies in a thread. */
function fromChange({ channel, message, previous_message: before }: WireEvent, circumstances: Circumstances): Decoded {
  if (!message) return { ignored: "a change of nothing" };
  const reason = reasonToIgnore(message, circumstances.us);
  if (reason !== undefined) return { ignored: reason };
  if (!message.edited?.ts || message.edited.ts === before?.edited?.ts) return { ignored: "a change that nobody made" };
  if (message.text === before?.text && message.files?.length === before?.files?.length) {
    return { ignored: "a change of nothing" };
  }
  const event = { kind: "edit", id: messageTs(message.edited.ts) } as const;
  return written({ message, channel, event, atTs: message.edited.ts }, circumstances);
}

function reasonToIgnore({ subtype, user, bot_id: bot, hidden }: WireMessage, us: Us): string | undefined {
  if (user === us.userId || (bot !== undefined && bot === us.botId)) return "our own message";
  if (subtype === "message_deleted") return "a message was deleted";
  if (bot !== undefined || subtype === "bot_message" || user === "USLACKBOT") return "written by a bot";
  if (!spoken.has(subtype)) return `subtype not handled: ${wordOf(subtype)}`;
  if (hidden) return "a hidden message";
  return user === undefined ? "written by nobody" : undefined;
}

interface Written {
  readonly message: WireMessage;
  readonly channel: string | undefined;
  readonly event: InboundMessage["event"];
  readonly atTs?: string | undefined;
}

function written({ message, channel, event, atTs }: Written, { us, names }: Circumstances): Decoded {
  const ts = messageTs(message.ts);
  const sender = userId(message.user);
  const body = typeof message.text === "string" ? message.text : "";
  const media = mediaOf(message);
  const text = textOf(message, withoutAddress(body, us.userId), names);
  if (text === "" && media.length === 0) return { ignored: "nothing to read" };
  const chat = peerOf(channel);
  const mentionsSelf = chat.kind === "direct" || mentions(body, us.userId) || message.parent_user_id === us.userId;
  return {
    ref: { peer: inThread(chat, message, mentionsSelf && us.replyInThread), messageId: ts },
    event,
    sender: { id: sender, name: names.user(sender) },
    sentAtMs: msOf(atTs ?? ts),
    text,
    media,
    mentionsSelf,
    chatTitle: chat.kind === "direct" ? undefined : names.chat(chat.id),
  };
}

/** A message that a thread hangs on names itself as its thread, and stands in the channel. */
function inThread(chat: Peer, { ts, thread_ts: root }: WireMessage, beginsThread: boolean): Peer {
  if (root !== undefined && root !== ts) return { ...chat, threadId: messageTs(root) };
  return beginsThread && chat.kind === "group" ? { ...chat, threadId: messageTs(ts) } : chat;
}

/** Told by its event, for the same person may take a reaction away and set it again. It does not tell its thread. */
function fromReaction(event: WireEvent, eventId: string | undefined, { us, names }: Circumstances): Decoded {
  if (event.user === us.userId) return { ignored: "our own reaction" };
  if (event.item?.type !== "message") return { ignored: "a reaction to something else than a message" };
  const sender = userId(event.user);
  const peer = peerOf(event.item.channel);
  return {
    ref: { peer, messageId: messageTs(event.item.ts) },
    event: { kind: "reaction", id: eventId ?? messageTs(event.event_ts) },
    sender: { id: sender, name: names.user(sender) },
    sentAtMs: msOf(messageTs(event.event_ts)),
    text: emojiOf(event.reaction ?? ""),
    media: [],
    mentionsSelf: peer.kind === "direct",
    chatTitle: peer.kind === "direct" ? undefined : names.chat(peer.id),
  };
}

/** The text of the app's own command is a message; another command comes in as it was typed. */
function fromCommand(payload: WirePayload, { us, names, receivedAtMs }: Circumstances): Decoded {
  const { command = "", text = "", trigger_id: id } = payload;
  if (!command.startsWith("/") || !id) return { ignored: "not a command" };
  const said = plainText(command === us.slashCommand ? text : `${command} ${text}`, names).trim();
  if (said === "") return { ignored: "nothing to read" };
  const sender = userId(payload.user_id);
  const peer = peerOf(payload.channel_id);
  return {
    // A command is no message that could be found again: what set it off names it.
    ref: { peer, messageId: id },
    event: { kind: "message", id: "" },
    sender: { id: sender, name: names.user(sender) ?? payload.user_name },
    sentAtMs: receivedAtMs,
    text: said,
    media: [],
    mentionsSelf: true,
    chatTitle: peer.kind === "direct" ? undefined : names.chat(peer.id),
  };
}

function fromInteraction(payload: WirePayload, { names }: Circumstances): Decoded {
  if (payload.type !== "block_actions") return { ignored: `interaction not handled: ${wordOf(payload.type)}` };
  const action = payload.actions?.[0];
  if (action?.type !== "button" || !action.value) return { ignored: "not one of our buttons" };
  const { container, message, channel, user } = payload;
  const sender = userId(user?.id);
  const root = container?.thread_ts ?? message?.thread_ts;
  const ts = messageTs(container?.message_ts ?? message?.ts);
  const peer = peerOf(channel?.id ?? container?.channel_id, isTs(root) && root !== ts ? root : undefined);
  return {
    ref: { peer, messageId: ts },
    event: { kind: "button", id: messageTs(action.action_ts) },
    sender: { id: sender, name: names.user(sender) ?? user?.name ?? user?.username },
    sentAtMs: msOf(messageTs(action.action_ts)),
    text: action.value,
    media: [],
    mentionsSelf: true,
    chatTitle: peer.kind === "direct" ? undefined : names.chat(peer.id),
  };
}

function wordOf(word: string | undefined): string {
  return /^\w{1,64}$/.test(word ?? "") ? word! : "none";
}
