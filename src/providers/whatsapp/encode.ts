import type { MediaType, proto } from "@whiskeysockets/baileys";
import { imageSizeOf, sha256Text } from "../../lib/index.ts";
import type { OutboundMedia, OutboundMessage, Poll } from "../message.ts";
import type { Content, ContextInfo } from "./content.ts";
import type { SealedFile } from "./media.ts";
import type { Jid } from "./people.ts";
import type { SeenMessage } from "./remembered.ts";
import { voiceSeconds } from "./voice.ts";

/** Messages of ours, as WhatsApp takes them. Everything here is pure. */

/** The same on every attempt, so that a second one is the same message; the form is that of WhatsApp's own clients. */
export function messageIdOf(sendId: string, part = 0): string {
  const digits = part === 0 ? sendId.slice(-18) : sha256Text(`${sendId}/${part}`).slice(0, 18);
  return `3EB0${digits.toUpperCase()}`;
}

export interface Quote {
  readonly messageId: string;
  readonly seen: SeenMessage;
}

export interface Uploaded extends SealedFile {
  readonly url: string;
  readonly directPath: string;
  readonly thumbnail: Uint8Array | undefined;
}

export function encodeText(text: string, context: ContextInfo | undefined): Content {
  // Without a preview: it would make this machine fetch whatever address stands in the text.
  return { extendedTextMessage: { text, ...(context && { contextInfo: context }) } };
}

/** A quote shows what it quotes, so that has to travel along. */
export function contextFor(quote: Quote | undefined, ownJid: Jid): ContextInfo | undefined {
  if (!quote) return undefined;
  const { messageId, seen } = quote;
  const author = seen.fromMe ? ownJid : (seen.participant ?? seen.jid);
  return { stanzaId: messageId, participant: author, quotedMessage: { conversation: seen.text } };
}

/** How a file is shown. */
export interface FileForm {
  readonly field: "imageMessage" | "videoMessage" | "audioMessage" | "documentMessage";
  readonly mediaType: MediaType;
  readonly isVoice: boolean;
  readonly hasCaption: boolean;
}

const shown: Readonly<Record<OutboundMedia["kind"], RegExp>> = {
  image: /^image\/(jpeg|png)$/,
  video: /^video\/mp4$/,
  audio: /^audio\/(mpeg|mp3|mp4|m4a|x-m4a|aac|ogg)$/,
  voice: /^audio\/ogg$/,
  document: /./,
};

/** The formats that the apps show as what they are; everything else goes as a file. Larger ones do, too. */
export function fileForm({ kind, mimeType }: OutboundMedia, bytes: number): FileForm {
  const type = mimeType.split(";")[0]!.trim().toLowerCase();
  const isShown = shown[kind].test(type) && bytes <= shownBytesMax[kind];
  if (kind === "image" && isShown)
    return { field: "imageMessage", mediaType: "image", isVoice: false, hasCaption: true };
  if (kind === "video" && isShown)
    return { field: "videoMessage", mediaType: "video", isVoice: false, hasCaption: true };
  const isVoice = kind === "voice" && isShown;
  const isAudio = shown.audio.test(type) && bytes <= shownBytesMax.audio && kind !== "document";
  if (isVoice || isAudio) return { field: "audioMessage", mediaType: "audio", isVoice, hasCaption: false };
  return { field: "documentMessage", mediaType: "document", isVoice: false, hasCaption: true };
}

const megabyte = 1_000_000;
const shownBytesMax = {
  image: 16 * megabyte,
  video: 16 * megabyte,
  audio: 16 * megabyte,
  voice: 16 * megabyte,
  document: 100 * megabyte,
} as const;

export interface FileMessage {
  readonly media: OutboundMedia;
  readonly bytes: Uint8Array;
  readonly form: FileForm;
  readonly uploaded: Uploaded;
  readonly caption: string | undefined;
  readonly context: ContextInfo | undefined;
  readonly atMs: number;
}

export function encodeFile({ media, bytes, form, uploaded, caption, context, atMs }: FileMessage): Content {
  const { url, directPath, mediaKey, fileSha256, fileEncSha256, fileLength, thumbnail } = uploaded;
  const file = {
    url,
    directPath,
    mediaKey,
    fileSha256,
    fileEncSha256,
    fileLength,
    mediaKeyTimestamp: Math.floor(atMs / 1000),
    mimetype: form.isVoice ? "audio/ogg; codecs=opus" : media.mimeType,
    ...(context && { contextInfo: context }),
    ...(caption && form.hasCaption && { caption }),
    ...(thumbnail && { jpegThumbnail: thumbnail }),
  };
  if (form.field === "imageMessage") {
    const size = imageSizeOf(bytes);
    return { imageMessage: { ...file, width: size?.width, height: size?.height } };
  }
  if (form.field === "audioMessage")
    return { audioMessage: { ...file, ptt: form.isVoice, seconds: voiceSeconds(bytes) } };
  if (form.field === "videoMessage") return { videoMessage: file };
  return { documentMessage: { ...file, fileName: media.fileName, title: media.fileName } };
}

const pollOptionsMax = 12;

/** Undefined when WhatsApp has no such poll. The secret makes the votes readable for us. */
export function encodePoll(poll: Poll, secret: Uint8Array): Content | undefined {
  const options = [...new Set(poll.options.map((option) => option.trim()))].filter((option) => option !== "");
  if (options.length < 2 || options.length > pollOptionsMax) return undefined;
  const isSingle = poll.selectionsMax === 1;
  const creation: proto.Message.IPollCreationMessage = {
    name: poll.question,
    options: options.map((optionName) => ({ optionName })),
    // 0 lets people choose as many as there are.
    selectableOptionsCount: poll.selectionsMax >= options.length ? 0 : poll.selectionsMax,
  };
  return {
    ...(isSingle ? { pollCreationMessageV3: creation } : { pollCreationMessage: creation }),
    messageContextInfo: { messageSecret: secret },
  };
}

export interface Target {
  readonly remoteJid: Jid;
  readonly id: string;
  readonly fromMe: boolean;
  readonly participant?: Jid | undefined;
}

export function encodeReaction(key: Target, emoji: string | null, atMs: number): Content {
  return { reactionMessage: { key, text: emoji ?? "", senderTimestampMs: atMs } };
}

export type ProtocolKind = proto.Message.ProtocolMessage.Type;

/** `type` is `MESSAGE_EDIT`. */
export function encodeEdit(key: Target, text: string, atMs: number, type: ProtocolKind): Content {
  return { protocolMessage: { key, type, editedMessage: { extendedTextMessage: { text } }, timestampMs: atMs } };
}

export function textFor({ text }: Pick<OutboundMessage, "text">): string | undefined {
  return text?.markup || undefined;
}
