import type { proto, WAMessage } from "@whiskeysockets/baileys";
import {
  bodyOf,
  type Content,
  contextOf,
  fileOf,
  pollOf,
  textOf,
  unwrapped,
} from "../../../src/providers/whatsapp/content.ts";

/** A message as the client of a person shows it now. */
export interface Shown {
  readonly id: string;
  /** As it is named on the wire. */
  readonly chat: string;
  /** Where an answer goes when it is not the chat with our account. */
  readonly place: string | undefined;
  readonly from: string;
  readonly participant: string | undefined;
  text: string;
  edits: number;
  readonly quotedId: string | undefined;
  readonly content: Content;
  readonly file: ReturnType<typeof fileOf>;
  readonly poll: proto.Message.IPollCreationMessage | undefined;
  readonly reactions: string[];
}

/** What a client shows: a message that comes twice is one message. */
export class Seen {
  readonly shown: Shown[] = [];
  readonly presences: string[] = [];
  /** Messages that came without being readable. */
  unreadable = 0;

  take({ key, message, messageStubType }: WAMessage): void {
    if (messageStubType) {
      this.unreadable++;
      return;
    }
    const content = unwrapped(message);
    if (!content || !key.id) return;
    const { reactionMessage, protocolMessage } = content;
    if (reactionMessage) return this.#react(reactionMessage.key?.id ?? "", reactionMessage.text ?? "");
    if (protocolMessage) return this.#edit(protocolMessage);
    if (this.shown.some(({ id, chat }) => id === key.id && chat === key.remoteJid)) return;
    const from = (key.participant ?? key.remoteJid)!.replace(/:\d+@/, "@");
    this.shown.push({
      id: key.id,
      chat: key.remoteJid!,
      place: key.remoteJid!.endsWith("@g.us") ? key.remoteJid! : undefined,
      from,
      participant: key.participant ?? undefined,
      text: bodyOf(content) || textOf(content),
      edits: 0,
      quotedId: contextOf(content)?.stanzaId ?? undefined,
      content,
      file: fileOf(content),
      poll: pollOf(content),
      reactions: [],
    });
  }

  #react(id: string, emoji: string): void {
    this.shown.find((one) => one.id === id)?.reactions.push(emoji);
  }

  #edit({ key, editedMessage }: proto.Message.IProtocolMessage): void {
    const edited = this.shown.find(({ id }) => id === key?.id);
    const content = unwrapped(editedMessage);
    if (!edited || !content) return;
    edited.text = bodyOf(content);
    edited.edits++;
  }
}
