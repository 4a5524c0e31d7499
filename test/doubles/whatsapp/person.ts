import {
  BufferJSON,
  initAuthCreds,
  makeWASocket,
  proto,
  type SignalDataSet,
  type SignalKeyStore,
  type WAMessage,
  type WASocket,
} from "@whiskeysockets/baileys";
import { messageIdOf } from "../../../src/providers/whatsapp/encode.ts";
import { sealFile } from "../../../src/providers/whatsapp/media.ts";
import { libraryLog } from "../../../src/providers/whatsapp/library-log.ts";
import { CapturedLog } from "../captured-log.ts";
import { realClock } from "../../../src/lib/index.ts";
import { userOf } from "./nodes.ts";
import { sealVote } from "./seal-vote.ts";
import { Seen, type Shown } from "./seen.ts";
import type { WhatsAppDouble } from "./whatsapp-double.ts";

/** A human at WhatsApp: the official client of a linked device, and what its owner does and sees. */
export interface PersonOptions {
  readonly number: string;
  readonly name: string;
}

export interface Saying {
  /** A group's id; a direct message to our account when it is not given. */
  readonly to?: string;
  readonly mentions?: readonly string[];
  readonly quotes?: Shown;
}

export class Person {
  readonly number: string;
  readonly name: string;
  readonly #double: WhatsAppDouble;
  readonly #seen = new Seen();
  readonly #store = new Map<string, string>();
  /** What a device that could not read it may ask for again. */
  readonly #sent = new Map<string, proto.IMessage>();
  readonly #creds = initAuthCreds();
  #socket: WASocket | undefined;

  private constructor(double: WhatsAppDouble, { number, name }: PersonOptions) {
    this.#double = double;
    this.number = number;
    this.name = name;
  }

  /** Links a client of the person's to the person's phone, as people do, and waits until it is there. */
  static async join(double: WhatsAppDouble, options: PersonOptions): Promise<Person> {
    const person = new Person(double, options);
    await person.#open((qr) => (double.relay.phones.scan(qr, options.number, options.name).isPerson = true));
    await person.#open();
    return person;
  }

  get jid(): string {
    return `${this.number}@s.whatsapp.net`;
  }

  get lid(): string {
    return `9${this.number}@lid`;
  }

  /** Everything that this person's client shows. */
  sees(): readonly Shown[] {
    return this.#seen.shown;
  }

  /** What our account wrote to this person, or into the group. */
  hears(chat?: string): readonly Shown[] {
    const { number } = this.#double;
    return this.sees().filter((one) => userOf(one.from) === number && (chat === undefined || one.chat === chat));
  }

  /** The first message of our account with such a text, also one that comes later. */
  reads(pattern: RegExp): Promise<Shown> {
    return this.#double.until(() => this.hears().find(({ text }) => pattern.test(text)));
  }

  /** The message's id, once the network has it. */
  says(text: string, { to, mentions, quotes }: Saying = {}): Promise<string> {
    const contextInfo = {
      ...(mentions && { mentionedJid: [...mentions] }),
      ...(quotes && { stanzaId: quotes.id, participant: quotes.from, quotedMessage: { conversation: quotes.text } }),
    };
    return this.sends({ extendedTextMessage: { text, contextInfo } }, to);
  }

  /** Anything that the protocol can say. */
  async sends(
    message: proto.IMessage,
    to?: string,
    attributes: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const messageId = messageIdOf(crypto.getRandomValues(new Uint8Array(12)).toHex());
    this.#sent.set(messageId, proto.Message.fromObject(message));
    await this.#socket!.relayMessage(to ?? this.#double.jid, proto.Message.fromObject(message), {
      messageId,
      additionalAttributes: { ...attributes },
    });
    await this.#double.until(() => this.#double.hasMessage(messageId) || undefined);
    return messageId;
  }

  async sendsFile(file: SentFile, to?: string): Promise<string> {
    const { bytes, mimeType, fileName, caption, kind = "document" } = file;
    const mediaType = kind === "voice" ? "audio" : kind;
    const sealed = await sealFile(bytes, mediaType, crypto.getRandomValues(new Uint8Array(32)));
    const directPath = this.#double.putMedia(sealed.sealed);
    const { fileSha256, fileEncSha256, fileLength, mediaKey } = sealed;
    // The host is the sender's claim, and nobody must believe it.
    const url = `https://media.example${directPath}`;
    const said = { mediaKey, fileSha256, fileEncSha256, fileLength, directPath, url, mimetype: mimeType };
    if (kind === "image") return this.sends({ imageMessage: { ...said, caption } }, to);
    if (kind === "voice") return this.sends({ audioMessage: { ...said, ptt: true } }, to);
    return this.sends(
      { documentWithCaptionMessage: { message: { documentMessage: { ...said, fileName, caption } } } },
      to,
    );
  }

  reacts(to: Shown, emoji: string): Promise<string> {
    const key = { remoteJid: to.chat, id: to.id, fromMe: userOf(to.from) === this.number };
    return this.sends({ reactionMessage: { key: { ...key, participant: to.participant }, text: emoji } }, to.place);
  }

  edits(messageId: string, text: string, to?: string): Promise<string> {
    const key = { remoteJid: to ?? this.#double.jid, id: messageId, fromMe: true };
    const protocolMessage = { key, type: 14, editedMessage: { conversation: text }, timestampMs: 1 };
    return this.sends({ protocolMessage }, to, { edit: "1" });
  }

  /** Votes as the client does: sealed with the poll's secret, for the ids of both. */
  votes(shown: Shown, options: readonly string[]): Promise<string> {
    const vote = sealVote({ shown, options, voter: this.jid, creator: this.#double.jid });
    const pollCreationMessageKey = { remoteJid: shown.chat, id: shown.id, fromMe: false };
    return this.sends({ pollUpdateMessage: { pollCreationMessageKey, vote, senderTimestampMs: 1 } }, shown.place);
  }

  async types(isTyping = true): Promise<void> {
    await this.#socket!.sendPresenceUpdate(isTyping ? "composing" : "paused", this.#double.jid);
  }

  async marksRead(shown: Shown): Promise<void> {
    await this.#socket!.readMessages([{ remoteJid: shown.chat, id: shown.id, participant: shown.participant }]);
  }

  async leaves(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    await socket?.end(undefined);
  }

  async returns(): Promise<void> {
    await this.#open();
  }

  /** Forgets its sessions, as after a restore of an old backup: what comes next cannot be read at first. */
  forgetsSessions(): void {
    for (const key of this.#store.keys()) if (key.startsWith("session/")) this.#store.delete(key);
  }

  #open(scan?: (qr: string) => void): Promise<void> {
    const done = Promise.withResolvers<void>();
    const socket = makeWASocket({
      auth: { creds: this.#creds, keys: this.#keys() },
      waWebSocketUrl: this.#double.peoplesUrl,
      logger: libraryLog(new CapturedLog(realClock).log, this.name),
      browser: ["Person", "Chrome", "1.0"],
      emitOwnEvents: false,
      markOnlineOnConnect: true,
      syncFullHistory: false,
      shouldSyncHistoryMessage: () => false,
      // New devices of others are known at once.
      userDevicesCache: { get: () => undefined, set: () => undefined, del: () => undefined, flushAll: () => undefined },
      getMessage: ({ id }) => Promise.resolve(this.#sent.get(id ?? "")),
      beforeReceipt: (message) => {
        this.#seen.take(message as WAMessage);
        this.#double.relay.watch.changed();
        return Promise.resolve();
      },
    });
    socket.ev.on("connection.update", ({ qr, connection, lastDisconnect }) => {
      if (qr) scan?.(qr);
      if (connection === "open") done.resolve();
      if (connection !== "close") return;
      if (scan) done.resolve();
      else done.reject(lastDisconnect?.error ?? new Error("closed"));
    });
    socket.ev.on("presence.update", ({ presences }) => {
      for (const { lastKnownPresence } of Object.values(presences)) this.#seen.presences.push(lastKnownPresence);
      this.#double.relay.watch.changed();
    });
    done.promise.catch(() => undefined);
    this.#socket = socket;
    return done.promise;
  }

  /** Messages that came and could not be read at first. */
  get unreadable(): number {
    return this.#seen.unreadable;
  }

  get presences(): readonly string[] {
    return this.#seen.presences;
  }

  #keys(): SignalKeyStore {
    const store = this.#store;
    return {
      get: (type, ids) =>
        Object.fromEntries(
          ids.flatMap((id) => {
            const text = store.get(`${type}/${id}`);
            return text === undefined ? [] : [[id, JSON.parse(text, BufferJSON.reviver)]];
          }),
        ),
      set: (data: SignalDataSet) => {
        for (const [type, values] of Object.entries(data)) {
          for (const [id, value] of Object.entries(values ?? {})) {
            if (value === null || value === undefined) store.delete(`${type}/${id}`);
            else store.set(`${type}/${id}`, JSON.stringify(value, BufferJSON.replacer));
          }
        }
      },
    };
  }
}

export interface SentFile {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  readonly fileName?: string;
  readonly caption?: string;
  readonly kind?: "document" | "image" | "voice";
}
