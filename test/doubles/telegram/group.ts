import type { ChatRoom } from "./chat-room.ts";
import { type Desk, unixTime } from "./desk.ts";
import type { Person } from "./person.ts";
import { isJson, type WireChat } from "./wire.ts";

export type GroupKind = "group" | "supergroup" | "forum" | "channel";

/** A chat of several. */
export class Group {
  readonly #room: ChatRoom;
  readonly #desk: Desk;

  constructor(room: ChatRoom, desk: Desk) {
    this.#room = room;
    this.#desk = desk;
  }

  get id(): number {
    return this.#room.id;
  }

  /** Opens a topic of a forum and gives its thread id. */
  async topic(name: string): Promise<number> {
    const topic = await this.#desk.crabline.call("createForumTopic", { chat_id: this.id, name });
    const id = isJson(topic) ? Number(topic["message_thread_id"]) : 0;
    const creator = { id: 777_000, is_bot: false, first_name: "the owner" };
    this.#room.topics.set(id, { name, creator });
    return id;
  }

  /** Throws the bot out: 403 from now on. */
  throwsBotOut(by: Person): Promise<number | undefined> {
    this.#room.block();
    return this.#member(by, "member", "kicked");
  }

  invitesBot(by: Person): Promise<number | undefined> {
    this.#room.unblock();
    return this.#member(by, "left", "member");
  }

  /** The group becomes a supergroup with another id: sending to the old one is refused with `migrate_to_chat_id`. */
  async migrates(): Promise<Group> {
    const number = String(-this.id).padStart(10, "0");
    const { title } = this.#room.wire;
    const wire: WireChat = { id: Number(`-100${number}`), type: "supergroup", ...(title && { title }) };
    const room = this.#desk.chats.open(wire);
    await this.#desk.updates.introduce(wire);
    this.#room.moveTo(wire.id);
    return new Group(room, this.#desk);
  }

  #member(by: Person, before: string, after: string): Promise<number | undefined> {
    const { updates, clock, bot } = this.#desk;
    const change = {
      old_chat_member: { status: before, user: bot },
      new_chat_member: { status: after, user: bot, ...(after === "kicked" && { until_date: 0 }) },
    };
    const date = unixTime(clock);
    return updates.add("my_chat_member", { chat: this.#room.wire, from: by.user, date, ...change });
  }
}

export interface GroupFace {
  readonly number: number;
  readonly id: number | undefined;
  readonly kind: GroupKind;
  readonly title: string;
  readonly username: string | undefined;
}

export function groupWire({ number, id, kind, title, username }: GroupFace): WireChat {
  const ownId = kind === "group" ? -number : Number(`-100${String(number).padStart(10, "0")}`);
  return {
    id: id ?? ownId,
    type: kind === "forum" ? "supergroup" : kind,
    title,
    ...(username && { username: username.toLowerCase() }),
    ...(kind === "forum" && { is_forum: true as const }),
  };
}
