import type { Crabline } from "./crabline.ts";
import type { Watch } from "../watch.ts";
import { isJson, type Json, type WireChat, type WireEntity, type WireUpdate, type WireUser } from "./wire.ts";

/** Comes only when the bot named it; every other kind comes unless the bot named others. */
const onlyWhenNamed = new Set(["chat_member", "message_reaction", "message_reaction_count"]);

/** Where the stand-ins of updates live that are no new message. Nobody has this id. */
const nobodysChat = 4_000_000_000_000;

/** A new message, in the parts that crabline checks. */
export interface NewMessage {
  readonly chat: WireChat;
  readonly from: WireUser;
  readonly threadId?: number | undefined;
  readonly text?: string | undefined;
  readonly entities?: readonly WireEntity[] | undefined;
}

export interface Injected {
  /** Undefined when the bot does not take this kind. */
  readonly updateId: number | undefined;
  readonly messageId: number;
}

/**
 * Updates for the bot. Each stands in crabline's queue as a text message that carries its number, so that crabline
 * decides what is handed out, when and how often; on the way out the stand-in is replaced by the update itself.
 */
export class Updates {
  readonly #contents = new Map<number, Promise<Json>>();
  readonly #crabline: Crabline;
  readonly #watch: Watch;
  #nextId: number;
  #last: Promise<unknown> = Promise.resolve();
  #allowed: ReadonlySet<string> | undefined;
  #confirmed: number;

  constructor(crabline: Crabline, watch: Watch, firstId: number) {
    this.#crabline = crabline;
    this.#watch = watch;
    this.#nextId = firstId;
    this.#confirmed = firstId - 1;
  }

  /** The bot took every update up to this one. */
  get confirmed(): number {
    return this.#confirmed;
  }

  get allowed(): readonly string[] | undefined {
    return this.#allowed && [...this.#allowed];
  }

  /** What the bot names counts for updates that happen from now on; an empty list means the usual ones. */
  allow(kinds: readonly unknown[] | undefined): void {
    if (kinds) this.#allowed = kinds.length === 0 ? undefined : new Set(kinds.map(String));
  }

  /** A message is numbered by crabline; `make` gets the number and gives the update's content. */
  addMessage(kind: string, message: NewMessage, make: (messageId: number) => Json): Promise<Injected> {
    return this.#inTurn(async () => {
      if (!this.#takes(kind)) {
        const messageId = await this.#number(message);
        make(messageId);
        return { updateId: undefined, messageId };
      }
      const { id, settle } = this.#open();
      const messageId = await this.#crabline.inject({ ...standIn(message), updateId: id });
      settle({ [kind]: make(messageId) });
      return { updateId: id, messageId };
    });
  }

  /** Any other kind, also one that does not exist. */
  add(kind: string, content: Json): Promise<number | undefined> {
    return this.#inTurn(async () => {
      if (!this.#takes(kind)) return undefined;
      const { id, settle } = this.#open();
      settle({ [kind]: content });
      await this.#crabline.inject({ chatId: nobodysChat, text: kind, updateId: id });
      return id;
    });
  }

  introduce(chat: WireChat): Promise<void> {
    return this.#inTurn(() => this.#crabline.introduce(chat, this.#nextId++));
  }

  /** Replaces crabline's stand-ins by what they stand for. */
  unveil(standIns: unknown): Promise<WireUpdate[]> {
    const ids = (Array.isArray(standIns) ? standIns : []).map((update: unknown) => {
      return isJson(update) ? Number(update["update_id"]) : Number.NaN;
    });
    return Promise.all(ids.map(async (id) => ({ update_id: id, ...(await this.#contents.get(id)) })));
  }

  confirm(upTo: number): void {
    if (upTo <= this.#confirmed) return;
    this.#confirmed = Math.min(upTo, this.#nextId - 1);
    for (const id of this.#contents.keys()) if (id <= this.#confirmed) this.#contents.delete(id);
    this.#watch.changed();
  }

  #takes(kind: string): boolean {
    return this.#allowed ? this.#allowed.has(kind) : !onlyWhenNamed.has(kind);
  }

  #open(): { readonly id: number; readonly settle: (content: Json) => void } {
    const id = this.#nextId++;
    const { promise, resolve } = Promise.withResolvers<Json>();
    this.#contents.set(id, promise);
    return { id, settle: resolve };
  }

  /** Takes the chat's next number without putting anything into the queue. */
  async #number({ chat }: NewMessage): Promise<number> {
    const sent = await this.#crabline.call("sendMessage", { chat_id: chat.id, text: "stand-in" });
    return isJson(sent) ? Number(sent["message_id"]) : 0;
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(run);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

function standIn({ chat, from, threadId, text, entities }: NewMessage): Json {
  return {
    chatId: chat.id,
    chatType: chat.type,
    ...(chat.is_forum && { isForum: true }),
    ...(threadId !== undefined && { messageThreadId: threadId }),
    fromId: from.id,
    fromName: from.first_name,
    text: text ?? "stand-in",
    ...(text !== undefined && entities && entities.length > 0 && { entities }),
  };
}
