import { proto, type WASocket } from "@whiskeysockets/baileys";
import { type Clock, deadline, errorFields, type Log, type Random, unlessAborted } from "../../lib/index.ts";
import { DeliveryError } from "../errors.ts";
import type { OutboundMessage, SentRef } from "../message.ts";
import type { Records } from "../provider.ts";
import type { Content } from "./content.ts";
import {
  contextFor,
  encodeFile,
  encodePoll,
  encodeText,
  fileForm,
  messageIdOf,
  type Quote,
  textFor,
  type Uploaded,
} from "./encode.ts";
import { notConnected, refusal, staleDevices } from "./failures.ts";
import { sealFile, uploadFile } from "./media.ts";
import { type Jid, jidOf } from "./people.ts";
import type { Remembered, SentMessage } from "./remembered.ts";
import { thumbnailOf } from "./thumbnail.ts";
import type { WaitingSends } from "./waiting-sends.ts";

/** From the first query to the server's word. */
export const sendMs = 30_000;
/** A file may take longer. */
const uploadMs = 180_000;
const fileBytesMax = 100_000_000;

const passing = { isCertain: true, isPermanent: false } as const;

const uploadFailed = () => new DeliveryError("the file could not be uploaded to WhatsApp", passing);

export interface SendingParts {
  readonly socket: () => WASocket | undefined;
  readonly ownJid: () => Jid;
  readonly waiting: WaitingSends;
  readonly sent: Remembered<SentMessage>;
  readonly records: Records;
  readonly quoteOf: (peerId: string, messageId: string) => Quote | undefined;
  readonly mediaUrl: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export class Sending {
  readonly #parts: SendingParts;

  constructor(parts: SendingParts) {
    this.#parts = parts;
  }

  /** Resolves once the server has it. Rejects with a DeliveryError, or the signal's reason. */
  async send(message: OutboundMessage, signal: AbortSignal): Promise<SentRef> {
    signal.throwIfAborted();
    const jid = jidOf(message.peer.id);
    if (!jid) throw refusal(`${message.peer.id} is no address at WhatsApp: give a number such as +15550001111`);
    this.#connected();
    const parts = await this.#contents(message, jid, signal);
    if (parts.length === 0) throw refusal("a message without content cannot be sent to WhatsApp");
    for (const [index, content] of parts.entries()) {
      const additional = message.poll ? { nodes: [{ tag: "meta", attrs: { polltype: "creation" } }] } : {};
      await this.deliver({ jid, messageId: messageIdOf(message.sendId, index), content, ...additional }, signal);
    }
    return { messageId: messageIdOf(message.sendId) };
  }

  /** One message of any kind, as it is encrypted. */
  async deliver(message: Delivery, signal: AbortSignal): Promise<void> {
    const { records, sent, clock } = this.#parts;
    const { jid, messageId, content } = message;
    const encoded = Buffer.from(proto.Message.encode(proto.Message.fromObject(content)).finish()).toString("base64");
    // Before it leaves: a device that cannot read it asks for it again, perhaps after a restart.
    const written = records.write(sent.put(messageId, { atMs: clock.nowMs(), jid, content: encoded }));
    await unlessAborted(written, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new DeliveryError("the gateway's disk did not take the message", { ...passing, cause: error });
    });
    const first = await this.#attempt(message, signal);
    if (!first) return;
    if (first.code === undefined || !staleDevices.has(first.code)) throw first.error;
    await this.#freshDevices(jid, signal);
    const second = await this.#attempt(message, signal);
    if (second) throw second.error;
  }

  /** A file or a poll that was sent under this id before is sent again as it was: the same key, the same secret. */
  async #contents(message: OutboundMessage, jid: Jid, signal: AbortSignal): Promise<readonly Content[]> {
    const kept = [0, 1].map((part) => this.#parts.sent.get(messageIdOf(message.sendId, part)));
    const isSame = kept[0]?.jid === jid && (message.poll || message.media);
    if (isSame) return kept.flatMap((one) => (one ? [contentOf(one)] : []));
    return (await this.#encoded(message, signal)).map((content) => this.#withSecret(content));
  }

  async #encoded(message: OutboundMessage, signal: AbortSignal): Promise<readonly Content[]> {
    const { ownJid, quoteOf, random } = this.#parts;
    const quote = message.replyToId === undefined ? undefined : quoteOf(message.peer.id, message.replyToId);
    const context = contextFor(quote, ownJid());
    const text = textFor(message);
    if (message.poll) {
      const poll = encodePoll(message.poll, random.bytes(32));
      if (!poll) throw refusal("a poll at WhatsApp has 2 to 12 different options");
      return [poll];
    }
    if (!message.media) return text === undefined ? [] : [encodeText(text, context)];
    const { media } = message;
    const bytes = media.bytes();
    const form = fileForm(media, bytes.byteLength);
    const uploaded = await this.#upload(bytes, form, signal);
    const atMs = this.#parts.clock.nowMs();
    const file = encodeFile({ media, bytes, form, uploaded, caption: text, context, atMs });
    // A recording shows no caption.
    return form.hasCaption || text === undefined ? [file] : [file, encodeText(text, undefined)];
  }

  async #upload(bytes: Uint8Array, form: ReturnType<typeof fileForm>, signal: AbortSignal): Promise<Uploaded> {
    const { clock, random, mediaUrl, log } = this.#parts;
    if (bytes.byteLength > fileBytesMax) throw refusal(`the file has more than ${fileBytesMax} bytes`);
    using inTime = deadline(clock, uploadMs, signal);
    try {
      const sealed = await sealFile(bytes, form.mediaType, random.bytes(32));
      const socket = this.#connected();
      const ticket = await unlessAborted(socket.refreshMediaConn(), inTime.signal);
      const place = await uploadFile(sealed, form.mediaType, ticket, { mediaUrl, signal: inTime.signal });
      const thumbnail = form.field === "imageMessage" ? await thumbnailOf(bytes) : undefined;
      return { ...sealed, ...place, thumbnail };
    } catch (error) {
      signal.throwIfAborted();
      log.debug("upload.failed", errorFields(error));
      throw uploadFailed();
    }
  }

  /** Reports of abuse, and votes, need a secret that each message brings along. */
  #withSecret(content: Content): Content {
    return { messageContextInfo: { messageSecret: this.#parts.random.bytes(32) }, ...content };
  }

  async #attempt({ jid, messageId, content, nodes, attributes }: Delivery, signal: AbortSignal) {
    const { waiting, clock, log } = this.#parts;
    const socket = this.#connected();
    using inTime = deadline(clock, sendMs, signal);
    const outcome = waiting.wait(messageId);
    const onEnd = () => inTime.isOver && waiting.failed(messageId, "the server did not answer in time");
    inTime.signal.addEventListener("abort", onEnd, { once: true });
    const message = proto.Message.fromObject(content);
    const additionalNodes = nodes?.map((node) => ({ ...node, attrs: { ...node.attrs } }));
    const options = { messageId, additionalNodes, additionalAttributes: attributes && { ...attributes } };
    socket.relayMessage(jid, message, options).catch((error: unknown) => {
      log.debug("send.failed", errorFields(error));
      waiting.failed(messageId, "it could not be encrypted for the receiver, or the connection ended");
    });
    return await unlessAborted(outcome, signal);
  }

  async #freshDevices(jid: Jid, signal: AbortSignal): Promise<void> {
    const socket = this.#connected();
    const isGroup = jid.endsWith("@g.us");
    try {
      const members = isGroup ? (await socket.groupMetadata(jid)).participants.map(({ id }) => id) : [jid];
      await unlessAborted(socket.getUSyncDevices(members, false, false), signal);
    } catch (error) {
      signal.throwIfAborted();
      this.#parts.log.debug("devices.failed", errorFields(error));
    }
  }

  #connected(): WASocket {
    const socket = this.#parts.socket();
    if (!socket) throw notConnected();
    return socket;
  }
}

export interface Delivery {
  readonly jid: Jid;
  readonly messageId: string;
  readonly content: Content;
  readonly nodes?: readonly { readonly tag: string; readonly attrs: Readonly<Record<string, string>> }[];
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

export function contentOf(sent: SentMessage): Content {
  return proto.Message.decode(Buffer.from(sent.content, "base64"));
}
