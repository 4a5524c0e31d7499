import type { Message, MessageEntity } from "grammy/types";
import { bodyOf } from "./content.ts";

/** Our own bot, as far as deciding who is meant needs it. */
export interface Us {
  readonly id: number;
  readonly username?: string | undefined;
}

/** Whether a message in a group means us: by name, by a command addressed to us, or as a reply to us. */
export function meansUs(message: Message, us: Us): boolean {
  if (message.chat.type === "private" || isReplyToUs(message, us)) return true;
  // Who passes a text on does not call whom that text calls.
  if (message.forward_origin) return false;
  return entitiesOf(message).some((entity) => namesUs(entity, bodyOf(message), us));
}

export function isReplyToUs(message: Message, us: Us): boolean {
  return quotedOf(message)?.from?.id === us.id;
}

/**
 * The message that is answered. In a topic every message that answers nothing names the topic's first message there:
 * that is no answer, else whoever opened the topic would be meant by all of it.
 */
export function quotedOf(message: Message): Message | undefined {
  const quoted = message.reply_to_message;
  if (!quoted || quoted.forum_topic_created) return undefined;
  return message.is_topic_message && quoted.message_id === message.message_thread_id ? undefined : quoted;
}

/** `/status@us now` is `/status now`: whom it addresses is said by then. */
export function withoutAddress(message: Message, us: Us): string {
  const body = bodyOf(message);
  const command = entitiesOf(message).find(({ type, offset }) => type === "bot_command" && offset === 0);
  if (!command || !namesUs(command, body, us)) return body;
  const name = body.slice(0, command.length);
  return name.slice(0, name.indexOf("@")) + body.slice(command.length);
}

function entitiesOf(message: Message): readonly MessageEntity[] {
  return message.entities ?? message.caption_entities ?? [];
}

/** Offsets count UTF-16 units, as JavaScript does. */
function namesUs(entity: MessageEntity, body: string, us: Us): boolean {
  if (entity.type === "text_mention") return entity.user.id === us.id;
  if (us.username === undefined) return false;
  const text = body.slice(entity.offset, entity.offset + entity.length).toLowerCase();
  const name = `@${us.username.toLowerCase()}`;
  if (entity.type === "mention") return text === name;
  return entity.type === "bot_command" && text.endsWith(name);
}
