import { isPlainObject } from "../../lib/index.ts";
import type { InboundMedia, InboundMessage, MediaKind, QuotedMessage } from "../message.ts";
import { isSms, normalHandle, peerOf } from "./handles.ts";
import { type JsonRecord } from "./rpc.ts";

/** A row of Messages that is none of the house's business, and why. The reason holds nothing that people wrote. */
export interface Ignored {
  readonly ignored: string;
}

export type Decoded = InboundMessage | Ignored;

/** Who we are: what was sent from here, and the addresses of this Mac's Messages. */
export interface Us {
  readonly isOurs: (guid: string) => boolean;
  readonly isOurHandle: (handle: string) => boolean;
}

/** What every row has, read strictly. */
export interface Row {
  readonly rowId: number;
  readonly guid: string;
  readonly chatGuid: string;
  readonly chatIdentifier: string;
  readonly chatId: number | undefined;
  readonly isGroup: boolean;
  readonly isFromMe: boolean;
  readonly sender: string;
  readonly sentAtMs: number;
  readonly text: string;
  /** What a row is known by again: its text, or the name of its file. */
  readonly print: string;
  /** The address of ours that it was sent to or from. */
  readonly ownAddress: string | undefined;
  readonly service: string | undefined;
}

/** The row's envelope; undefined when it is not one, and nothing can be said of it. */
export function readRow(payload: unknown): Row | undefined {
  if (!isPlainObject(payload)) return undefined;
  const rowId = payload["id"];
  if (typeof rowId !== "number" || !Number.isSafeInteger(rowId) || rowId <= 0) return undefined;
  const chatId = payload["chat_id"];
  const text = cleanText(textIn(payload, "text"));
  return {
    rowId,
    guid: bareGuid(textIn(payload, "guid")),
    chatGuid: textIn(payload, "chat_guid"),
    chatIdentifier: textIn(payload, "chat_identifier"),
    chatId: typeof chatId === "number" && Number.isSafeInteger(chatId) && chatId > 0 ? chatId : undefined,
    isGroup: payload["is_group"] === true,
    isFromMe: payload["is_from_me"] === true,
    sender: normalHandle(textIn(payload, "sender")),
    sentAtMs: Date.parse(textIn(payload, "created_at")),
    text,
    print: text || (mediaOf(payload["attachments"])[0]?.fileName ?? ""),
    ownAddress: normalHandle(textIn(payload, "destination_caller_id")) || undefined,
    service: textIn(payload, "service") || undefined,
  };
}

/** A row in our words. It throws for nothing that imsg may say. */
export function decode(payload: unknown, us: Us): Decoded {
  try {
    const row = readRow(payload);
    if (!row || !isPlainObject(payload)) return { ignored: "not a row of Messages" };
    return decodeRow(row, payload, us);
  } catch (error) {
    return { ignored: `not readable: ${error instanceof Error ? error.name : typeof error}` };
  }
}

function decodeRow(row: Row, payload: JsonRecord, us: Us): Decoded {
  if (row.isFromMe) return { ignored: "written by this Mac's owner, or by us" };
  if (row.guid === "") return { ignored: "a row without a guid" };
  if (us.isOurs(row.guid)) return { ignored: "a copy of what we sent" };
  if (row.sender === "") return { ignored: "written by nobody" };
  if (!Number.isSafeInteger(row.sentAtMs)) return { ignored: "a row without a time" };
  const peer = peerOf(row);
  if (!peer) return { ignored: "a row of no chat" };
  const written = {
    sender: {
      id: row.sender,
      name: textIn(payload, "sender_name") || undefined,
      handle: isSms(row.chatGuid, row.service) ? `${row.sender} (SMS)` : row.sender,
    },
    sentAtMs: row.sentAtMs,
    chatTitle: peer.kind === "group" ? textIn(payload, "chat_name") || undefined : undefined,
  };
  if (payload["is_reaction"] === true) {
    const reaction = reactionOf(payload);
    if ("ignored" in reaction) return reaction;
    const { text, messageId } = reaction;
    const mentionsSelf = peer.kind === "direct" || us.isOurs(messageId);
    const event = { kind: "reaction", id: row.guid } as const;
    return { ref: { peer, messageId }, event, ...written, text, media: [], mentionsSelf };
  }
  const media = mediaOf(payload["attachments"]);
  const text = [noteOf(payload), row.text].filter((part) => part !== "").join("\n");
  if (text === "" && media.length === 0) return { ignored: "nothing to read" };
  const replyTo = quoteOf(payload, us);
  const event = { kind: "message", id: "" } as const;
  const mentionsSelf = peer.kind === "direct" || replyTo?.isOwn === true;
  return { ref: { peer, messageId: row.guid }, event, ...written, text, media, mentionsSelf, replyTo };
}

function reactionOf(payload: JsonRecord): Ignored | { readonly text: string; readonly messageId: string } {
  if (payload["is_reaction_add"] === false) return { ignored: "a reaction was taken away" };
  const messageId = bareGuid(textIn(payload, "reacted_to_guid"));
  if (messageId === "") return { ignored: "a reaction to nothing" };
  const kind = textIn(payload, "reaction_type");
  const text = textIn(payload, "reaction_emoji") || (Object.hasOwn(tapbacks, kind) ? tapbacks[kind]! : "");
  return text === "" ? { ignored: "a reaction without an emoji" } : { text, messageId };
}

/** The six that every version of Messages has. */
export const tapbacks: Readonly<Record<string, string>> = {
  love: "❤️",
  like: "👍",
  dislike: "👎",
  laugh: "😂",
  emphasize: "‼️",
  question: "❓",
};

/** Only threads quote: `reply_to_guid` alone comes with other ties between messages, too. */
function quoteOf(payload: JsonRecord, us: Us): QuotedMessage | undefined {
  const messageId = bareGuid(textIn(payload, "thread_originator_guid") || textIn(payload, "reply_to_guid"));
  if (messageId === "") return undefined;
  const sender = normalHandle(textIn(payload, "reply_to_sender"));
  const isOwn = us.isOurs(messageId) || (sender !== "" && us.isOurHandle(sender));
  const text = cleanText(textIn(payload, "reply_to_text"));
  return { messageId, text, senderName: isOwn || sender === "" ? undefined : sender, isOwn };
}

function mediaOf(attachments: unknown): readonly InboundMedia[] {
  if (!Array.isArray(attachments)) return [];
  return attachments.flatMap((one: unknown) => {
    const media = isPlainObject(one) ? mediumOf(one) : undefined;
    return media ? [media] : [];
  });
}

/** The names of the fields differ between imsg's documents and its code, and both are met. */
function mediumOf(attachment: JsonRecord): InboundMedia | undefined {
  const handle = textIn(attachment, "original_path") || textIn(attachment, "path") || textIn(attachment, "filename");
  // A preview of a link, which Messages keeps as a file.
  if (handle === "" || /\.pluginPayloadAttachment$/i.test(handle)) return undefined;
  const mimeType = textIn(attachment, "mime_type") || undefined;
  const bytes = attachment["total_bytes"] ?? attachment["byte_size"];
  return {
    kind: kindOf(attachment, mimeType, handle),
    handle,
    mimeType,
    fileName: textIn(attachment, "transfer_name") || handle.split("/").at(-1),
    bytes: typeof bytes === "number" && Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : undefined,
  };
}

function kindOf(attachment: JsonRecord, mimeType: string | undefined, path: string): MediaKind {
  if (attachment["is_sticker"] === true) return "sticker";
  // How Messages records what people say to it.
  if (/\.caf$/i.test(path) || textIn(attachment, "uti") === "com.apple.coreaudio-format") return "voice";
  const family = mimeType?.split("/")[0];
  return family === "image" || family === "audio" || family === "video" ? family : "document";
}

/** About what is not text. */
function noteOf(payload: JsonRecord): string {
  const poll = payload["poll"];
  if (isPlainObject(poll)) return `[poll ${unbracketed(pollWords(poll))}]`;
  const balloon = textIn(payload, "balloon_bundle_id");
  if (balloon === "" || /URLBalloonProvider/.test(balloon)) return "";
  return `[message of the app ${unbracketed(balloon.split(/[.:]/).at(-1) ?? "")}]`;
}

function pollWords(poll: JsonRecord): string {
  const options = Array.isArray(poll["options"]) ? (poll["options"] as readonly unknown[]) : [];
  const texts = options
    .map((option) => (isPlainObject(option) ? textIn(option, "text") : ""))
    .filter((text) => text !== "");
  const question = textIn(poll, "question");
  return texts.length === 0 ? question : `${question}: ${texts.join(" / ")}`;
}

/** On one line, and nothing in it ends the brackets around it. */
function unbracketed(words: string): string {
  const round = words.replace(/[[\]]/g, (bracket) => (bracket === "[" ? "(" : ")"));
  return round.replace(/\s+/g, " ").trim();
}

/** Without the characters that stand for attachments. */
export function cleanText(text: string): string {
  const clean = text.replaceAll("\ufffc", "").replaceAll("\u0000", "");
  return clean.trim() === "" ? "" : clean;
}

/** Reactions and threads name a part of a message: `p:0/GUID`, `bp:GUID`. */
export function bareGuid(guid: string): string {
  return guid.replace(/^(p:\d+\/|bp:)/, "");
}

function textIn(record: JsonRecord, key: string): string {
  const value = record[key];
  return typeof value === "string" ? value : "";
}
