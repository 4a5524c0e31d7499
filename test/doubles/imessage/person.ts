import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MessagesDouble } from "./messages-double.ts";
import type { DoubleChat, DoubleRow } from "./rows.ts";

/** Somebody with Messages on a phone. */
export interface Manner {
  /** A group; otherwise the chat with us. */
  readonly chat?: DoubleChat | undefined;
  readonly replyTo?: DoubleRow | undefined;
}

export interface SentFile {
  readonly bytes: Uint8Array;
  readonly fileName: string;
  readonly mimeType: string;
}

const tapbacks: Readonly<Record<string, string>> = { love: "❤️", like: "👍", laugh: "😂", question: "❓" };

export class Person {
  readonly name: string;
  readonly handle: string;
  readonly #double: MessagesDouble;
  readonly #service: string;

  constructor(
    double: MessagesDouble,
    asked: { readonly name: string; readonly handle: string; readonly service?: string },
  ) {
    this.#double = double;
    this.name = asked.name;
    this.handle = asked.handle;
    this.#service = asked.service ?? "iMessage";
  }

  /** The chat with us. */
  get chat(): DoubleChat {
    return this.#double.chatWith(this.handle, this.#service);
  }

  says(text: string, manner: Manner = {}): DoubleRow {
    return this.#write({ text, replyTo: manner.replyTo }, manner);
  }

  sendsFile({ bytes, fileName, mimeType }: SentFile, manner: Manner & { readonly text?: string } = {}): DoubleRow {
    const folder = join(this.#double.attachmentsFolder, "a1", crypto.randomUUID());
    mkdirSync(folder, { recursive: true });
    const path = join(folder, fileName);
    writeFileSync(path, bytes);
    const files = [{ path, fileName, mimeType, bytes: bytes.length }];
    return this.#write({ text: `\ufffc${manner.text ?? ""}`, files }, manner);
  }

  reacts(to: DoubleRow, kind: string, isAdd = true): DoubleRow {
    const reaction = { kind, emoji: tapbacks[kind] ?? kind, isAdd };
    return this.#write({ text: "", reaction, reactedTo: `p:0/${to.guid}` }, { chat: to.chat });
  }

  /** What stands in a chat, from the beginning. */
  sees({ chat = this.chat }: Manner = {}): readonly DoubleRow[] {
    return this.#double.rows.filter((row) => row.chat === chat);
  }

  /** Waits for a message from the Mac. */
  reads(pattern: RegExp, manner: Manner = {}): Promise<DoubleRow> {
    return this.#double.until(() => this.sees(manner).findLast((row) => row.isFromMe && pattern.test(row.text)));
  }

  #write(row: Partial<DoubleRow>, { chat = this.chat }: Manner): DoubleRow {
    return this.#double.write(chat, { sender: this.handle, senderName: this.name, ...row });
  }
}
