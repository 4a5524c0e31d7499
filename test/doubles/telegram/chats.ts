import { integer, text } from "./bot-request.ts";
import { ChatRoom } from "./chat-room.ts";
import type { Watch } from "../watch.ts";
import { badRequest, type Json, type WireChat } from "./wire.ts";

/** All chats that the bot could meet. */
export class Chats {
  readonly #rooms = new Map<number, ChatRoom>();
  readonly #watch: Watch;

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  open(wire: WireChat): ChatRoom {
    const known = this.#rooms.get(wire.id);
    if (known) return known;
    const room = new ChatRoom(wire, this.#watch);
    this.#rooms.set(wire.id, room);
    return room;
  }

  get(id: number): ChatRoom {
    const room = this.#rooms.get(id);
    if (!room) throw new Error(`the double has no chat ${id}: make a person or a group first`);
    return room;
  }

  all(): ChatRoom[] {
    return [...this.#rooms.values()];
  }

  /** The chat that a call names by id or `@name`. Throws a Refusal, also where the bot is shut out. */
  named(params: Json): ChatRoom {
    const id = integer(params, "chat_id");
    const name = text(params, "chat_id")?.toLowerCase();
    if (id === undefined && !name) throw badRequest("chat_id is empty");
    const room =
      id === undefined
        ? this.all().find(({ wire }) => wire.username && `@${wire.username}` === name)
        : this.#rooms.get(id);
    if (!room) throw badRequest("chat not found");
    room.admitBot();
    return room;
  }
}
