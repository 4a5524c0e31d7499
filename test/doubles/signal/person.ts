import type { SeenMessage } from "./chats.ts";
import { type Desk, envelopeOf, type Face, type GroupFace } from "./desk.ts";
import type { Json } from "./wire.ts";

/** Where something happens: the person's own chat with us when no group is named. */
export interface Where {
  readonly group?: GroupFace | undefined;
}

export interface Manner extends Where {
  /** `@us` in the text becomes a mention of us. */
  readonly quote?: Pick<SeenMessage, "sentAtMs" | "author" | "text"> | undefined;
  /** Further fields of the message as the daemon tells them. */
  readonly fields?: Json | undefined;
}

export interface Attachment {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  readonly fileName?: string | undefined;
  readonly text?: string | undefined;
}

/** What somebody sent. */
export interface Spoken {
  readonly sentAtMs: number;
  /** As the gateway calls the message. */
  readonly messageId: string;
  /** The event that brings it. */
  readonly eventId: number;
}

/** Someone on Signal who writes to us, and sees what we do. */
export class Person {
  readonly face: Face;
  readonly #desk: Desk;
  readonly #heard = new Set<string>();

  constructor(face: Face, desk: Desk) {
    this.face = face;
    this.#desk = desk;
  }

  get aci(): string {
    return this.face.aci;
  }

  get name(): string {
    return this.face.name;
  }

  says(text: string, manner: Manner = {}): Spoken {
    return this.#post({ ...spoken(text, this.#desk), ...quoted(manner) }, text, manner);
  }

  sendsFile({ bytes, mimeType, fileName, text }: Attachment, manner: Manner = {}): Spoken {
    const id = `${crypto.randomUUID().slice(0, 20)}${/\.\w+$/.exec(fileName ?? "")?.[0] ?? ".bin"}`;
    this.#desk.files.set(id, bytes);
    const attachment = { contentType: mimeType, filename: fileName ?? null, id, size: bytes.length, caption: null };
    return this.#post({ message: text ?? null, attachments: [attachment] }, text ?? "", manner);
  }

  /** The edit has a time of its own. */
  edits({ sentAtMs }: Pick<Spoken, "sentAtMs">, text: string, where: Where = {}): Spoken {
    const { moments, chats } = this.#desk;
    const editedAtMs = moments.next();
    chats.edit(this.#chat(where), { sentAtMs, author: this.aci }, text);
    const dataMessage = dataMessageOf(editedAtMs, spoken(text, this.#desk), where);
    return this.#send(editedAtMs, { editMessage: { targetSentTimestamp: sentAtMs, dataMessage } });
  }

  /** With null the reaction is taken away. */
  reacts(to: Pick<SeenMessage, "sentAtMs" | "author">, emoji: string | null, where: Where = {}): Spoken {
    const { moments, chats } = this.#desk;
    const sentAtMs = moments.next();
    chats.react(this.#chat(where), to, this.aci, emoji ?? undefined);
    const reaction = {
      emoji: emoji ?? "👍",
      targetAuthor: to.author,
      targetAuthorNumber: null,
      targetAuthorUuid: to.author,
      targetSentTimestamp: to.sentAtMs,
      isRemove: emoji === null,
    };
    return this.#send(sentAtMs, { dataMessage: dataMessageOf(sentAtMs, { message: null, reaction }, where) });
  }

  takesBack({ sentAtMs }: Pick<Spoken, "sentAtMs">, where: Where = {}): Spoken {
    const at = this.#desk.moments.next();
    const content = { message: null, remoteDelete: { timestamp: sentAtMs } };
    return this.#send(at, { dataMessage: dataMessageOf(at, content, where) });
  }

  types(isOn = true): Spoken {
    const timestamp = this.#desk.moments.next();
    return this.#send(timestamp, { typingMessage: { action: isOn ? "STARTED" : "STOPPED", timestamp } });
  }

  /** Tells to have read a message of ours. */
  reads({ sentAtMs }: Pick<SeenMessage, "sentAtMs">): Spoken {
    const when = this.#desk.moments.next();
    const receipt = { when, isDelivery: false, isRead: true, isViewed: false, timestamps: [sentAtMs] };
    return this.#send(when, { receiptMessage: receipt });
  }

  changesNumber(number: string): void {
    this.face.number = number;
  }

  leavesSignal(): void {
    this.face.isRegistered = false;
  }

  /** A message under keys that the daemon does not trust. */
  writesUnderNewKeys(): Spoken {
    const at = this.#desk.moments.next();
    const exception = { message: null, type: "UntrustedIdentityException" };
    const { id } = this.#desk.queue.add({ exception, envelope: envelopeOf(this.face, at, {}), account: this.#account });
    return { sentAtMs: at, messageId: `${at}:${this.aci}`, eventId: id };
  }

  /** What stands in the chat. */
  sees(where: Where = {}): SeenMessage[] {
    return this.#desk.chats.in(this.#chat(where));
  }

  /** The next `count` messages of ours that this person has not heard yet. */
  async hears(count = 1, where: Where = {}): Promise<SeenMessage[]> {
    const key = (message: SeenMessage) => `${this.#chat(where)}/${message.sentAtMs}`;
    const found = await this.#desk.watch.until(() => {
      const fresh = this.sees(where).filter((one) => one.isOurs && !this.#heard.has(key(one)));
      return fresh.length >= count ? fresh.slice(0, count) : undefined;
    });
    for (const message of found) this.#heard.add(key(message));
    return found;
  }

  /** Waits until a message of ours reads so. Counts as heard. */
  async hearsOf(text: string | RegExp, where: Where = {}): Promise<SeenMessage> {
    const fits = (one: string) => (typeof text === "string" ? one === text : text.test(one));
    const found = await this.#desk.watch.until(() => this.sees(where).find((one) => one.isOurs && fits(one.text)));
    this.#heard.add(`${this.#chat(where)}/${found.sentAtMs}`);
    return found;
  }

  get #account(): string {
    return this.#desk.us.number;
  }

  #chat({ group }: Where): string {
    return group?.id ?? this.aci;
  }

  #post(content: Json, text: string, manner: Manner): Spoken {
    const { moments, chats } = this.#desk;
    const sentAtMs = moments.next();
    chats.add(this.#chat(manner), { sentAtMs, author: this.aci, isOurs: false, text });
    const dataMessage = { ...dataMessageOf(sentAtMs, content, manner), ...manner.fields };
    return this.#send(sentAtMs, { dataMessage });
  }

  #send(sentAtMs: number, content: Json): Spoken {
    const event = this.#desk.queue.add({ envelope: envelopeOf(this.face, sentAtMs, content), account: this.#account });
    return { sentAtMs, messageId: `${sentAtMs}:${this.aci}`, eventId: event.id };
  }
}

function dataMessageOf(timestamp: number, content: Json, { group }: Where): Json {
  const groupInfo = group && { groupId: group.id, groupName: group.title, revision: 1, type: "DELIVER" };
  return { timestamp, expiresInSeconds: 0, viewOnce: false, ...content, ...(groupInfo && { groupInfo }) };
}

/** A mention is one character that stands for nothing, and who it means. */
function spoken(text: string, { us }: Desk): Json {
  const start = text.indexOf("@us");
  if (start === -1) return { message: text };
  const mention = { name: us.number, number: us.number, uuid: us.aci, start, length: 1 };
  return { message: text.replace("@us", "\uFFFC"), mentions: [mention] };
}

function quoted({ quote }: Manner): Json {
  if (!quote) return {};
  const { sentAtMs: id, author, text } = quote;
  return { quote: { id, author, authorNumber: null, authorUuid: author, text, attachments: [] } };
}
