import type { proto } from "@whiskeysockets/baileys";
import type { InboundMedia } from "../message.ts";

/** What a message says: its text, and words in brackets for what has no text. Media are named, not fetched. */
export type Content = proto.IMessage;
export type ContextInfo = proto.IContextInfo;

/** Wrappers that say how a message is kept or shown; inside is the message. */
const wrappers = [
  "ephemeralMessage",
  "viewOnceMessage",
  "viewOnceMessageV2",
  "viewOnceMessageV2Extension",
  "documentWithCaptionMessage",
  "editedMessage",
  "associatedChildMessage",
  "groupMentionedMessage",
  "botInvokeMessage",
] as const satisfies readonly (keyof Content)[];

const wrapsMax = 6;

export function unwrapped(content: Content | null | undefined): Content | undefined {
  let inner = content;
  for (let wraps = 0; inner && wraps < wrapsMax; wraps++) {
    const outer: Content = inner;
    const wrapper = wrappers.find((name) => outer[name]?.message);
    if (!wrapper) return outer;
    inner = outer[wrapper]!.message;
  }
  return inner ?? undefined;
}

/** Keys that travel along and are not what a message is. */
const companions = /^(messageContextInfo|senderKeyDistributionMessage|fastRatchetKeySenderKeyDistributionMessage)$/;

/** Which kind of message it is: the name of its field. */
export function kindOf(content: Content): keyof Content | undefined {
  const filled = Object.entries(content).filter(([key, value]) => value && !companions.test(key));
  return filled.find(([key]) => key !== "messageHistoryBundle")?.[0] as keyof Content | undefined;
}

export function contextOf(content: Content): ContextInfo | undefined {
  const kind = kindOf(content);
  const body = kind === undefined ? undefined : content[kind];
  if (typeof body !== "object" || body === null || !("contextInfo" in body)) return undefined;
  return (body.contextInfo as ContextInfo | null) ?? undefined;
}

/** As written: the text, the caption, or what was chosen. */
export function bodyOf(content: Content): string {
  const { listResponseMessage, buttonsResponseMessage, templateButtonReplyMessage } = content;
  return (
    content.conversation ??
    content.extendedTextMessage?.text ??
    content.imageMessage?.caption ??
    content.videoMessage?.caption ??
    content.ptvMessage?.caption ??
    content.documentMessage?.caption ??
    listResponseMessage?.title ??
    buttonsResponseMessage?.selectedDisplayText ??
    templateButtonReplyMessage?.selectedDisplayText ??
    content.interactiveResponseMessage?.body?.text ??
    ""
  );
}

/** A forwarded text never stands at the beginning, so it is no command of the person who passed it on. */
export function textOf(content: Content): string {
  const forwarded = contextOf(content)?.isForwarded ? "[forwarded]" : "";
  return [forwarded, noteOf(content), bodyOf(content)].filter(Boolean).join("\n");
}

/** About what is not text. Whatever people wrote in it stays between the brackets, on one line. */
function noteOf(content: Content): string {
  const words = describe(content);
  return words === undefined ? "" : `[${unbracketed(words)}]`;
}

export function unbracketed(words: string): string {
  const round = words.replace(/[[\]]/g, (bracket) => (bracket === "[" ? "(" : ")"));
  return round.replace(/\s+/g, " ").trim();
}

function describe(content: Content): string | undefined {
  const { locationMessage, liveLocationMessage, contactMessage, contactsArrayMessage, eventMessage } = content;
  if (content.stickerMessage) return "sticker";
  if (locationMessage) {
    const { name, address } = locationMessage;
    return ["location", place(locationMessage), name, address].filter(Boolean).join(", ").replace(",", "");
  }
  if (liveLocationMessage) return `live location ${place(liveLocationMessage)}`;
  if (contactMessage) return `contact ${contact(contactMessage)}`;
  if (contactsArrayMessage) return `contacts ${(contactsArrayMessage.contacts ?? []).map(contact).join("; ")}`;
  const poll = pollOf(content);
  if (poll) return `poll ${poll.name ?? ""}: ${(poll.options ?? []).map((one) => one.optionName ?? "").join(" / ")}`;
  if (eventMessage) return `event ${eventMessage.name ?? ""} ${eventMessage.description ?? ""}`;
  if (content.groupInviteMessage) return `invitation to the group ${content.groupInviteMessage.groupName ?? ""}`;
  if (content.productMessage) return `product ${content.productMessage.product?.title ?? ""}`;
  return content.orderMessage ? `order ${content.orderMessage.orderTitle ?? ""}` : undefined;
}

export function pollOf(content: Content): proto.Message.IPollCreationMessage | undefined {
  return content.pollCreationMessage ?? content.pollCreationMessageV2 ?? content.pollCreationMessageV3 ?? undefined;
}

function place(at: { degreesLatitude?: number | null; degreesLongitude?: number | null }): string {
  return `${at.degreesLatitude ?? 0}, ${at.degreesLongitude ?? 0}`;
}

const numbersMax = 5;

function contact({ displayName, vcard }: proto.Message.IContactMessage): string {
  const numbers = [...(vcard ?? "").matchAll(/^(?:item\d+\.)?TEL[^:\n]*:(.+)$/gim)].map((match) => match[1]!.trim());
  return [displayName ?? "", ...numbers.slice(0, numbersMax)].filter(Boolean).join(", ");
}

/** A file in a message: what it is to us, and what is needed to fetch it. */
export interface FoundFile {
  readonly kind: InboundMedia["kind"];
  /** The library's word, which the keys of its encryption depend on. */
  readonly mediaType: "image" | "video" | "audio" | "document" | "sticker";
  readonly file: proto.Message.IDocumentMessage | proto.Message.IImageMessage | proto.Message.IAudioMessage;
}

export function fileOf(content: Content): FoundFile | undefined {
  const { imageMessage, videoMessage, ptvMessage, audioMessage, documentMessage, stickerMessage } = content;
  if (imageMessage) return { kind: "image", mediaType: "image", file: imageMessage };
  const video = videoMessage ?? ptvMessage;
  if (video) return { kind: "video", mediaType: "video", file: video };
  if (audioMessage) return { kind: audioMessage.ptt ? "voice" : "audio", mediaType: "audio", file: audioMessage };
  if (documentMessage) return { kind: "document", mediaType: "document", file: documentMessage };
  return stickerMessage ? { kind: "sticker", mediaType: "sticker", file: stickerMessage } : undefined;
}
