import type { StoredFile } from "./files.ts";
import type { Watch } from "../watch.ts";
import { badRequest, Refusal, type WireChat, type WireMessage, type WireUser } from "./wire.ts";

/** A message as it is now, with what became of it. */
export interface StoredMessage {
  wire: WireMessage;
  readonly isFromBot: boolean;
  /** Every text or caption that it had, the oldest first. */
  readonly versions: string[];
  readonly files: readonly StoredFile[];
  readonly isSilent: boolean;
  isDeleted: boolean;
  /** The bot's. */
  reactions: readonly string[];
  /** Each person's. */
  readonly reactionsOf: Map<number, readonly string[]>;
}

export interface ChatAction {
  readonly action: string;
  readonly threadId: number | undefined;
}

export interface Topic {
  readonly name: string;
  readonly creator: WireUser;
}

/** The topic that every forum has: it is named in what comes from there, and refused in what is sent there. */
export const generalTopic = 1;

/** One chat: who may write to it, what stands in it, and what the bot showed there. */
export class ChatRoom {
  wire: WireChat;
  readonly messages = new Map<number, StoredMessage>();
  readonly topics = new Map<number, Topic>();
  readonly actions: ChatAction[] = [];
  /** The bot's unfinished texts, by draft id. */
  readonly drafts = new Map<number, string>();
  readonly #watch: Watch;
  #shutOut: string | undefined;
  #movedTo: number | undefined;

  constructor(wire: WireChat, watch: Watch) {
    this.wire = wire;
    this.#watch = watch;
  }

  get id(): number {
    return this.wire.id;
  }

  /** From now on the bot is refused here: the person blocked it, or it was thrown out. */
  block(): void {
    this.#shutOut =
      this.wire.type === "private"
        ? "Forbidden: bot was blocked by the user"
        : `Forbidden: bot was kicked from the ${this.wire.type} chat`;
  }

  unblock(): void {
    this.#shutOut = undefined;
  }

  moveTo(chatId: number): void {
    this.#movedTo = chatId;
  }

  /** Throws the Refusal that the bot meets here. */
  admitBot(): void {
    if (this.#shutOut) throw new Refusal(403, this.#shutOut);
    if (this.#movedTo === undefined) return;
    const what = "Bad Request: group chat was upgraded to a supergroup chat";
    throw new Refusal(400, what, { migrate_to_chat_id: this.#movedTo });
  }

  add(message: StoredMessage): void {
    this.messages.set(message.wire.message_id, message);
    if (message.isFromBot) this.drafts.clear();
    this.#watch.changed();
  }

  /** What people see: without what was deleted, in the order of the chat. */
  visible(): StoredMessage[] {
    return [...this.messages.values()]
      .filter(({ isDeleted }) => !isDeleted)
      .sort((left, right) => left.wire.message_id - right.wire.message_id);
  }

  /** Throws `Bad Request: <what> not found`. */
  existing(messageId: number | undefined, what: string): StoredMessage {
    const found = messageId === undefined ? undefined : this.messages.get(messageId);
    if (!found || found.isDeleted) throw badRequest(`${what} not found`);
    return found;
  }

  change(message: StoredMessage, wire: WireMessage): void {
    message.wire = wire;
    const shown = wire.text ?? wire.caption;
    if (shown !== undefined && shown !== message.versions.at(-1)) message.versions.push(shown);
    this.#watch.changed();
  }

  note(action: ChatAction): void {
    this.actions.push(action);
    this.#watch.changed();
  }

  touched(): void {
    this.#watch.changed();
  }
}
