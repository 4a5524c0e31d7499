import type { Message, MessageOrigin, PhotoSize } from "grammy/types";
import type { InboundMedia } from "../message.ts";
import { nameOf } from "./people.ts";

/** What a message says: its text, and words in brackets for what has no text. Media are named, not fetched. */

/** The Bot API hands out no larger file. */
export const downloadBytesMax = 20 * 1024 * 1024;

/** The text or the caption, as written. */
export function bodyOf(message: Message): string {
  return message.text ?? message.caption ?? "";
}

/**
 * The whole text: where it was forwarded from, what it is besides text, and what was written. A forwarded text never
 * stands at the beginning, so it is no command of the person who passed it on.
 */
export function textOf(message: Message, body: string): string {
  const origin = message.forward_origin && `[forwarded from ${unbracketed(originName(message.forward_origin))}]`;
  const rich = message.rich_message?.blocks.map((block) => oneSpaced(richText(block))).filter(Boolean);
  return [origin, noteOf(message), body, ...(rich ?? [])].filter(Boolean).join("\n");
}

export function mediaOf(message: Message): readonly InboundMedia[] {
  const { photo, animation, document, voice, audio, video, video_note: videoNote } = message;
  if (photo) return photoMedia(photo);
  // An animation comes with a document of the same file, for old clients.
  if (animation) return [media("video", animation, "video/mp4")];
  if (document) return [media("document", document)];
  if (voice) return [media("voice", voice, "audio/ogg")];
  if (audio) return [media("audio", audio)];
  if (video) return [media("video", video, "video/mp4")];
  return videoNote ? [media("video", videoNote, "video/mp4")] : [];
}

interface TelegramFile {
  readonly file_id: string;
  readonly file_size?: number;
  readonly file_name?: string;
  readonly mime_type?: string;
}

function media(kind: InboundMedia["kind"], file: TelegramFile, mimeType?: string): InboundMedia {
  if (typeof file.file_id !== "string") throw new TypeError("a file without an id");
  return {
    kind,
    handle: file.file_id,
    mimeType: file.mime_type ?? mimeType,
    fileName: file.file_name,
    bytes: file.file_size,
  };
}

/** The largest size that can be downloaded. */
function photoMedia(sizes: readonly PhotoSize[]): readonly InboundMedia[] {
  const fitting = sizes.filter((size) => (size.file_size ?? 0) <= downloadBytesMax);
  const largest = fitting.toSorted((left, right) => right.width * right.height - left.width * left.height)[0];
  return largest ? [media("image", largest, "image/jpeg")] : [];
}

/** About what is not text. Whatever people wrote in it stays between the brackets, on one line. */
function noteOf(message: Message): string {
  const words = describe(message);
  return words === undefined ? "" : `[${unbracketed(words)}]`;
}

function unbracketed(words: string): string {
  return oneSpaced(words.replace(/[[\]]/g, (bracket) => (bracket === "[" ? "(" : ")")));
}

const oneSpaced = (words: string) => words.replace(/\s+/g, " ").trim();

function describe(message: Message): string | undefined {
  const { sticker, venue, location, contact, poll, dice, game, story, checklist } = message;
  if (sticker) return `sticker ${sticker.emoji ?? ""}`;
  // A venue comes with its location.
  if (venue) return `venue ${venue.title}, ${venue.address}, ${place(venue.location)}`;
  if (location) return `${location.live_period ? "live location" : "location"} ${place(location)}`;
  if (contact) return `contact ${nameOf(contact)}, ${contact.phone_number}`;
  if (poll) return `poll ${poll.question}: ${poll.options.map((option) => option.text).join(" / ")}`;
  if (dice) return `dice ${dice.emoji} ${dice.value}`;
  if (game) return `game ${game.title}`;
  if (story) return "story";
  if (checklist) return `checklist ${checklist.title}: ${checklist.tasks.map(taskText).join(" / ")}`;
  return message.paid_media ? "paid media" : undefined;
}

type Task = NonNullable<Message["checklist"]>["tasks"][number];

const taskText = (task: Task) => `${task.completion_date ? "☑" : "☐"} ${task.text}`;

const place = (at: { readonly latitude: number; readonly longitude: number }) => `${at.latitude}, ${at.longitude}`;

/** Rich messages nest their texts in blocks of many kinds; all texts are kept in order, the form is not. */
const richDepthMax = 24;

function richText(value: unknown, depth = 0): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null || depth > richDepthMax) return "";
  if (Array.isArray(value)) return value.map((part) => richText(part, depth + 1)).join(" ");
  return Object.entries(value)
    .filter(([key, part]) => key === "text" || typeof part === "object")
    .map(([, part]) => richText(part, depth + 1))
    .join(" ");
}

function originName(origin: MessageOrigin): string {
  switch (origin.type) {
    case "user":
      return nameOf(origin.sender_user);
    case "hidden_user":
      return origin.sender_user_name;
    case "chat":
      return origin.sender_chat.title ?? "a chat";
    case "channel":
      return origin.chat.title ?? "a channel";
    default:
      return "elsewhere";
  }
}
