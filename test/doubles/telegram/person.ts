import { type ChatRoom, generalTopic, type StoredMessage } from "./chat-room.ts";
import { type Desk, type Press, unixTime } from "./desk.ts";
import type { NewFile } from "./files.ts";
import { type SeenMessage, seenIn } from "./seen.ts";
import { withoutReply } from "./sends.ts";
import { spokenEntities } from "./spoken.ts";
import type { Injected } from "./updates.ts";
import { type Json, type WireButton, type WireEntity, type WireMessage, type WireUser } from "./wire.ts";

/** Where something happens: the person's private chat with the bot when no chat is named. */
export interface Where {
  readonly chat?: number | { readonly id: number } | undefined;
  /** A forum topic. */
  readonly thread?: number | undefined;
}

export interface Manner extends Where {
  readonly replyTo?: number | undefined;
  /** Instead of those that Telegram finds by itself. */
  readonly entities?: readonly WireEntity[] | undefined;
  /** Further fields of the message as they stand on the wire: `quote`, `forward_origin`, … */
  readonly fields?: Json | undefined;
}

export interface Attachment extends NewFile {
  readonly caption?: string | undefined;
}

/** The press of a button. */
export interface Pressed {
  readonly updateId: number | undefined;
  /** What the bot showed for it. */
  readonly answered: Promise<{ readonly text: string; readonly isAlert: boolean }>;
}

/** Someone who writes to the bot, and sees what it does. */
export class Person {
  readonly user: WireUser;
  readonly #desk: Desk;
  readonly #heard = new Set<string>();

  constructor(user: WireUser, desk: Desk) {
    this.user = user;
    this.#desk = desk;
  }

  get id(): number {
    return this.user.id;
  }

  says(text: string, manner: Manner = {}): Promise<Injected> {
    const entities = manner.entities ?? spokenEntities(text);
    return this.#post({ content: { text, ...(entities.length > 0 && { entities }) }, files: [] }, manner);
  }

  sendsPhoto(bytes: Uint8Array, caption?: string, manner: Manner = {}): Promise<Injected> {
    return this.#attach({ kind: "photo", bytes, caption }, manner);
  }

  sendsDocument(file: Omit<Attachment, "kind">, manner: Manner = {}): Promise<Injected> {
    return this.#attach({ ...file, kind: "document" }, manner);
  }

  sendsVoice(bytes: Uint8Array, manner: Manner = {}): Promise<Injected> {
    return this.#attach({ kind: "voice", bytes }, manner);
  }

  /** Audio, video, sticker, … */
  sendsMedia(file: Attachment, manner: Manner = {}): Promise<Injected> {
    return this.#attach(file, manner);
  }

  /** Several messages that belong together. */
  async sendsAlbum(files: readonly Attachment[], manner: Manner = {}): Promise<Injected[]> {
    const media_group_id = `album-of-${this.id}-${unixTime(this.#desk.clock)}-${this.#room(manner).messages.size}`;
    const sent: Injected[] = [];
    for (const file of files) {
      sent.push(await this.#attach(file, { ...manner, fields: { ...manner.fields, media_group_id } }));
    }
    return sent;
  }

  /** A message of any kind, as its fields stand on the wire: `{ location: { … } }`, `{ dice: { … } }`. */
  sends(content: Json, manner: Manner = {}): Promise<Injected> {
    return this.#post({ content, files: [] }, manner);
  }

  async edits(messageId: number, text: string, where: Where = {}): Promise<number | undefined> {
    const room = this.#room(where);
    const message = room.existing(messageId, "the person's message");
    const isText = message.wire.text !== undefined;
    const entities = spokenEntities(text);
    const content = isText ? { text, entities } : { caption: text, caption_entities: entities };
    room.change(message, { ...message.wire, ...content, edit_date: unixTime(this.#desk.clock) });
    const kind = room.wire.type === "channel" ? "edited_channel_post" : "edited_message";
    return this.#desk.updates.add(kind, { ...message.wire });
  }

  /** Null takes the reaction away. */
  async reacts(messageId: number, emoji: string | null, where: Where = {}): Promise<number | undefined> {
    const room = this.#room(where);
    const message = room.existing(messageId, "message");
    const before = message.reactionsOf.get(this.id) ?? [];
    const after = emoji === null ? [] : [emoji];
    message.reactionsOf.set(this.id, after);
    return this.#desk.updates.add("message_reaction", {
      chat: room.wire,
      message_id: messageId,
      user: this.user,
      date: unixTime(this.#desk.clock),
      old_reaction: asTypes(before),
      new_reaction: asTypes(after),
    });
  }

  /** By the button's label or its data. */
  async presses(messageId: number, button: string, where: Where = {}): Promise<Pressed> {
    const { wire } = this.#room(where).existing(messageId, "message");
    const rows: readonly (readonly WireButton[])[] = wire.reply_markup?.inline_keyboard ?? [];
    const found = rows.flat().find(({ text, callback_data: data }) => text === button || data === button);
    if (!found?.callback_data) throw new Error(`message ${messageId} has no button ${button}`);
    const { presses, updates, watch } = this.#desk;
    const press: Press = { id: `${this.id}${presses.length + 1}`, answer: undefined };
    presses.push(press);
    const updateId = await updates.add("callback_query", {
      id: press.id,
      from: this.user,
      message: wire,
      chat_instance: `instance-${wire.chat.id}`,
      data: found.callback_data,
    });
    return { updateId, answered: watch.until(() => press.answer) };
  }

  /** Blocks the bot in the private chat. */
  blocksBot(): Promise<number | undefined> {
    this.#room({}).block();
    return this.#member("member", "kicked");
  }

  unblocksBot(): Promise<number | undefined> {
    this.#room({}).unblock();
    return this.#member("kicked", "member");
  }

  /** What stands in the chat now. */
  sees(where: Where = {}): SeenMessage[] {
    return seenIn(this.#room(where)).filter(inThread(where));
  }

  /** The next `count` messages of the bot that this person has not heard yet, as they are by then. */
  async hears(count = 1, where: Where = {}): Promise<SeenMessage[]> {
    const room = this.#room(where);
    const found = await this.#desk.watch.until(() => {
      const fresh = this.sees(where).filter((one) => one.isFromBot && !this.#heard.has(`${room.id}/${one.messageId}`));
      return fresh.length >= count ? fresh.slice(0, count) : undefined;
    });
    for (const { messageId } of found) this.#heard.add(`${room.id}/${messageId}`);
    return found;
  }

  /** Waits until a message of the bot reads so, at once or after edits. Counts as heard. */
  async reads(text: string | RegExp | ((message: SeenMessage) => boolean), where: Where = {}): Promise<SeenMessage> {
    const fits = (message: SeenMessage) => {
      if (typeof text === "function") return text(message);
      return typeof text === "string" ? message.text === text : text.test(message.text);
    };
    const found = await this.#desk.watch.until(() => this.sees(where).find((one) => one.isFromBot && fits(one)));
    this.#heard.add(`${this.#room(where).id}/${found.messageId}`);
    return found;
  }

  #attach({ caption, ...file }: Attachment, manner: Manner): Promise<Injected> {
    const kept = this.#desk.files.add(file);
    const entities = manner.entities ?? spokenEntities(caption ?? "");
    const words = caption ? { caption, ...(entities.length > 0 && { caption_entities: entities }) } : {};
    return this.#post({ content: { ...this.#desk.files.shown(kept), ...words }, files: [kept] }, manner);
  }

  #post({ content, files }: Speech, manner: Manner): Promise<Injected> {
    const { updates, clock } = this.#desk;
    const room = this.#room(manner);
    const isChannel = room.wire.type === "channel";
    const { thread } = manner;
    const isTopic = thread !== undefined && thread !== generalTopic;
    if (isTopic && !room.topics.has(thread)) {
      room.topics.set(thread, { name: `topic ${thread}`, creator: this.user });
    }
    const kind = isChannel ? "channel_post" : "message";
    const { text, entities } = content;
    const spoken = typeof text === "string" ? { text, entities: entities as readonly WireEntity[] | undefined } : {};
    return updates.addMessage(kind, { chat: room.wire, from: this.user, threadId: thread, ...spoken }, (messageId) => {
      const wire: WireMessage = {
        message_id: messageId,
        date: unixTime(clock),
        chat: room.wire,
        ...(isChannel ? { sender_chat: room.wire } : { from: this.user }),
        ...(thread !== undefined && { message_thread_id: thread }),
        ...(isTopic && { is_topic_message: true as const }),
        ...replied(room, manner),
        ...content,
        ...manner.fields,
      };
      room.add(stored(wire, files));
      return wire;
    });
  }

  #member(before: string, after: string): Promise<number | undefined> {
    const { updates, clock, bot } = this.#desk;
    const member = (status: string) => ({ status, user: bot, ...(status === "kicked" && { until_date: 0 }) });
    const change = { old_chat_member: member(before), new_chat_member: member(after) };
    const chat = this.#room({}).wire;
    return updates.add("my_chat_member", { chat, from: this.user, date: unixTime(clock), ...change });
  }

  #room({ chat }: Where): ChatRoom {
    return this.#desk.chats.get(typeof chat === "object" ? chat.id : (chat ?? this.id));
  }
}

const asTypes = (list: readonly string[]) => list.map((emoji) => ({ type: "emoji", emoji }));

interface Speech {
  readonly content: Json;
  readonly files: StoredMessage["files"];
}

/** In a topic, what answers nothing else answers the service message that opened it, as on the wire. */
function replied(room: ChatRoom, { replyTo, thread }: Manner): Json {
  if (replyTo !== undefined) return { reply_to_message: withoutReply(room.existing(replyTo, "message").wire) };
  const topic = thread === undefined ? undefined : room.topics.get(thread);
  if (!topic) return {};
  return {
    reply_to_message: {
      message_id: thread,
      from: topic.creator,
      chat: room.wire,
      date: 0,
      message_thread_id: thread,
      is_topic_message: true,
      forum_topic_created: { name: topic.name, icon_color: 7_322_096 },
    },
  };
}

export function stored(wire: WireMessage, files: StoredMessage["files"]): StoredMessage {
  const versions = [wire.text ?? wire.caption ?? ""];
  const states = { isSilent: false, isDeleted: false, reactions: [], reactionsOf: new Map() };
  return { wire, isFromBot: false, versions, files, ...states };
}

function inThread({ thread }: Where): (message: SeenMessage) => boolean {
  return ({ threadId }) => thread === undefined || threadId === thread;
}
