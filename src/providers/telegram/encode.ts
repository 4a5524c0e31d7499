import type { InlineKeyboardMarkup, Opts } from "grammy/types";
import type { OutboundMedia, OutboundMessage, Peer, Poll, RenderedText } from "../message.ts";
import { generalTopicId } from "./people.ts";

/** A message as one call of the Bot API. The bytes of a file are added when it is made. */
export type SendCall =
  | { readonly method: "sendMessage"; readonly payload: Opts<"sendMessage"> }
  | { readonly method: "sendPoll"; readonly payload: Opts<"sendPoll"> }
  | { readonly method: FileMethod; readonly payload: CaptionedPayload; readonly media: OutboundMedia };

export type FileMethod = "sendPhoto" | "sendDocument" | "sendVoice" | "sendAudio" | "sendVideo";
export type CaptionedPayload = Omit<Opts<"sendDocument">, "document">;

/** What is left out of a message, or put otherwise, because Telegram refused it as it was. */
export interface SendForm {
  /** Where the chat moved. */
  readonly chatId?: string | undefined;
  readonly isPlain?: boolean | undefined;
  readonly isDocument?: boolean | undefined;
  readonly isUnquoted?: boolean | undefined;
}

/** Undefined for a message that says nothing. A poll stands alone: its question is its text. */
export function encodeSend(message: OutboundMessage, form: SendForm = {}): SendCall | undefined {
  const { media, poll, text } = message;
  if (poll) return { method: "sendPoll", payload: { ...envelope(message, form), ...pollFields(poll) } };
  if (media) {
    const payload = { ...envelope(message, form), ...(text && captionFields(text, form)) };
    return { method: form.isDocument ? "sendDocument" : fileMethod(media), payload, media };
  }
  if (!text?.plain && !text?.markup) return undefined;
  return { method: "sendMessage", payload: { ...envelope(message, form), ...textFields(text, form) } };
}

/** A new text for one of our messages. Buttons that are not named again are gone, as in the message itself. */
export function encodeEdit(
  target: { readonly chatId: string; readonly messageId: string },
  message: OutboundMessage,
  form: Pick<SendForm, "isPlain"> = {},
): Opts<"editMessageText"> | undefined {
  if (!message.text?.plain && !message.text?.markup) return undefined;
  return {
    chat_id: target.chatId,
    message_id: Number(target.messageId),
    ...textFields(message.text, form),
    ...(message.buttons && { reply_markup: keyboard(message.buttons) }),
  };
}

/** The topic that is named when sending: General must not be, and does not exist outside of forums. */
export function topicOf(peer: Peer): { readonly message_thread_id?: number } {
  if (peer.threadId === undefined || peer.threadId === generalTopicId) return {};
  return { message_thread_id: Number(peer.threadId) };
}

/** The chat action's topic: here General has to be named, or nobody who looks at it sees the action. */
export function typingTopicOf(peer: Peer): { readonly message_thread_id?: number } {
  return peer.threadId === undefined ? {} : { message_thread_id: Number(peer.threadId) };
}

function envelope(message: OutboundMessage, form: SendForm) {
  const { peer, replyToId, isSilent, buttons } = message;
  // A quote is asked for where its message may be gone: Telegram then leaves it out by itself.
  const quote = /^\d+$/.test(replyToId ?? "") && !form.isUnquoted;
  return {
    chat_id: form.chatId ?? peer.id,
    ...topicOf(peer),
    ...(quote && { reply_parameters: { message_id: Number(replyToId), allow_sending_without_reply: true } }),
    ...(isSilent && { disable_notification: true }),
    ...(buttons && { reply_markup: keyboard(buttons) }),
  };
}

function textFields(text: RenderedText, form: SendForm) {
  // A preview makes Telegram's servers fetch whatever address stands in the text, and with it what the address says.
  const quiet = { link_preview_options: { is_disabled: true } };
  return form.isPlain ? { text: text.plain, ...quiet } : { text: text.markup, parse_mode: "HTML" as const, ...quiet };
}

function captionFields(text: RenderedText, form: SendForm) {
  return form.isPlain ? { caption: text.plain } : { caption: text.markup, parse_mode: "HTML" as const };
}

function keyboard(buttons: NonNullable<OutboundMessage["buttons"]>): InlineKeyboardMarkup {
  return {
    inline_keyboard: buttons.map((row) => row.map(({ label, value }) => ({ text: label, callback_data: value }))),
  };
}

/** The Bot API keeps a poll open between these times; one that should be open for longer stays open. */
const pollSecondsMin = 5;
const pollSecondsMax = 2_628_000;

function pollFields(poll: Poll) {
  const seconds = poll.durationMs === undefined ? undefined : Math.ceil(poll.durationMs / 1000);
  return {
    question: poll.question,
    options: poll.options.map((text) => ({ text })),
    ...(poll.selectionsMax > 1 && { allows_multiple_answers: true }),
    ...(seconds !== undefined && seconds <= pollSecondsMax && { open_period: Math.max(seconds, pollSecondsMin) }),
  };
}

/** The formats that Telegram shows as what they are; everything else goes as a file. */
const shown: Readonly<Record<OutboundMedia["kind"], { readonly method: FileMethod; readonly types: RegExp }>> = {
  image: { method: "sendPhoto", types: /^image\/(jpeg|png|webp)$/ },
  voice: { method: "sendVoice", types: /^audio\/(ogg|opus|mpeg|mp3|mp4|m4a|x-m4a)$/ },
  audio: { method: "sendAudio", types: /^audio\/(mpeg|mp3|mp4|m4a|x-m4a)$/ },
  video: { method: "sendVideo", types: /^video\/mp4$/ },
  document: { method: "sendDocument", types: /./ },
};

function fileMethod(media: OutboundMedia): FileMethod {
  const { method, types } = shown[media.kind];
  return types.test(media.mimeType.split(";")[0]!.trim().toLowerCase()) ? method : "sendDocument";
}
