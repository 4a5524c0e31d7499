import type { Chat, Message, User } from "grammy/types";
import type { Peer, Sender } from "../message.ts";
import type { Self } from "../provider.ts";

/** Who wrote, and where: ids are Telegram's numbers as text, names are for showing. */

/** The topic that every forum has. Messages in it come without a topic, and it must not be named when sending. */
export const generalTopicId = "1";

const kinds = { private: "direct", group: "group", supergroup: "group", channel: "channel" } as const;

/** A message thread counts only where it is a topic: in other groups it names a chain of replies. */
export function peerOf(message: Pick<Message, "chat" | "is_topic_message" | "message_thread_id">): Peer {
  const peer = chatPeer(message.chat);
  if (message.is_topic_message && message.message_thread_id !== undefined) {
    return { ...peer, threadId: idText(message.message_thread_id) };
  }
  return message.chat.is_forum ? { ...peer, threadId: generalTopicId } : peer;
}

/** Throws for a kind of chat that Telegram may invent: such an update cannot be read. */
export function chatPeer(chat: Chat): Peer {
  if (!Object.hasOwn(kinds, chat.type)) throw new RangeError("an unknown kind of chat");
  return { kind: kinds[chat.type], id: idText(chat.id) };
}

/**
 * Anonymous admins and channels write as a chat: then the chat's id is the sender's, and the stand-in that Telegram
 * puts into `from` for old clients is not.
 */
export function senderOf(from: User | undefined, chat: Chat | undefined): Sender | undefined {
  if (chat) return { id: idText(chat.id), name: chatName(chat), handle: handleOf(chat.username) };
  if (!from) return undefined;
  return { id: idText(from.id), name: nameOf(from), handle: handleOf(from.username) };
}

/** Throws for what is no id: a message of nobody, or for nowhere, must not look like one of somebody. */
export function idText(id: number): string {
  if (!Number.isSafeInteger(id) || id === 0) throw new RangeError("not an id");
  return String(id);
}

/** Our own bot, as `getMe` tells it. */
export function selfOf(me: User): Self {
  return { id: String(me.id), name: nameOf(me), handle: handleOf(me.username) };
}

export function nameOf(user: Pick<User, "first_name" | "last_name">): string {
  return [user.first_name, user.last_name].filter(Boolean).join(" ");
}

function handleOf(username: string | undefined): string | undefined {
  return username ? `@${username}` : undefined;
}

/** What people call a chat; undefined for direct chats, which have only the other one's name. */
export function titleOf(chat: Chat): string | undefined {
  return chat.type === "private" ? undefined : chat.title;
}

function chatName(chat: Chat): string | undefined {
  return chat.type === "private" ? nameOf(chat) : chat.title;
}
