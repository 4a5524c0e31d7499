import type { StyleRange } from "../../../src/providers/index.ts";
import type { Watch } from "../watch.ts";

/** What stands in a chat, as somebody with a phone sees it. */
export interface SeenMessage {
  readonly sentAtMs: number;
  /** The author's ACI. */
  readonly author: string;
  readonly isOurs: boolean;
  readonly text: string;
  /** All that it said, the last one being `text`. */
  readonly versions: readonly string[];
  readonly styles: readonly StyleRange[];
  readonly quote: { readonly sentAtMs: number; readonly author: string; readonly text: string } | undefined;
  readonly files: readonly SeenFile[];
  /** Emoji by the ACI of who showed it. */
  readonly reactions: Readonly<Record<string, string>>;
  /** Who told to have read it. */
  readonly readBy: readonly string[];
}

export interface SeenFile {
  readonly mimeType: string;
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

type Kept = { -readonly [K in keyof SeenMessage]: SeenMessage[K] };

/** Chats by the ACI of who is at their other end, or by the group's id. */
export class Chats {
  readonly #watch: Watch;
  readonly #chats = new Map<string, Kept[]>();
  /** Typing as it was shown, in order, by chat. */
  readonly typing = new Map<string, ("STARTED" | "STOPPED")[]>();

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  in(chat: string): SeenMessage[] {
    return this.#of(chat).map((message) => ({ ...message }));
  }

  add(chat: string, message: NewMessage): void {
    const { text = "", styles = [], files = [], quote, ...who } = message;
    this.#of(chat).push({ ...who, text, styles, files, quote, versions: [text], reactions: {}, readBy: [] });
    this.#watch.changed();
  }

  /** The edit has a time of its own, by which the next edit names the message; the first one stays. */
  edit(chat: string, at: MessageAt, text: string, styles: readonly StyleRange[] = []): boolean {
    return this.#change(chat, at, (message) => {
      Object.assign(message, { text, styles, versions: [...message.versions, text] });
    });
  }

  react(chat: string, at: MessageAt, by: string, emoji: string | undefined): boolean {
    return this.#change(chat, at, (message) => {
      const { [by]: _before, ...others } = message.reactions;
      message.reactions = emoji === undefined ? others : { ...others, [by]: emoji };
    });
  }

  read(author: string, sentAtMs: number, by: string): void {
    for (const messages of this.#chats.values()) {
      const message = messages.find((one) => one.author === author && one.sentAtMs === sentAtMs);
      if (message) message.readBy = [...message.readBy, by];
    }
    this.#watch.changed();
  }

  showTyping(chat: string, action: "STARTED" | "STOPPED"): void {
    this.typing.set(chat, [...(this.typing.get(chat) ?? []), action]);
    this.#watch.changed();
  }

  #change(chat: string, { sentAtMs, author }: MessageAt, change: (message: Kept) => void): boolean {
    const message = this.#of(chat).find((one) => one.sentAtMs === sentAtMs && one.author === author);
    if (message) change(message);
    this.#watch.changed();
    return message !== undefined;
  }

  #of(chat: string): Kept[] {
    const known = this.#chats.get(chat) ?? [];
    this.#chats.set(chat, known);
    return known;
  }
}

export interface MessageAt {
  readonly sentAtMs: number;
  readonly author: string;
}

export type NewMessage = Pick<SeenMessage, "sentAtMs" | "author" | "isOurs"> &
  Partial<Pick<SeenMessage, "text" | "styles" | "files" | "quote">>;
