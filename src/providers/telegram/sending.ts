import type { InputFile, Message } from "grammy/types";
import type { RawApi } from "grammy/web";
import { unreachable } from "../../lib/index.ts";
import { DeliveryError } from "../errors.ts";
import type { MessageRef, OutboundMedia, OutboundMessage, SentRef } from "../message.ts";
import type { BotApi } from "./bot-api.ts";
import { encodeEdit, encodeSend, type SendCall, type SendForm } from "./encode.ts";
import { CallError, deliveryErrorOf, formAfter, isUnchanged } from "./failures.ts";

/** Larger photos are refused; as files they are not. */
const photoBytesMax = 10_000_000;
export const uploadBytesMax = 50_000_000;

/**
 * One message to Telegram. What it refuses as it is goes again in a form that it takes: as plain text, as a file,
 * without a quote that is gone, or to where the group moved. Rejects with a DeliveryError or the signal's reason.
 */
export async function sendMessage(api: BotApi, message: OutboundMessage, signal: AbortSignal): Promise<SentRef> {
  const bytes = message.media && readBytes(message.media);
  let form: SendForm = { isDocument: message.media?.kind === "image" && bytes!.byteLength > photoBytesMax };
  for (;;) {
    const call = encodeSend(message, form);
    if (!call) throw refusal("a message without content cannot be sent to Telegram");
    try {
      const sent = await perform(api, call, bytes, signal);
      return { messageId: String(sent.message_id), movedToPeerId: form.chatId };
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      const next = formAfter(error.failure, form, bytes !== undefined);
      if (!next) throw deliveryErrorOf(error);
      form = next;
    }
  }
}

/** Rejects with a DeliveryError or the signal's reason. */
export async function editMessage(
  api: BotApi,
  ref: MessageRef,
  message: OutboundMessage,
  signal: AbortSignal,
): Promise<void> {
  const target = { chatId: ref.peer.id, messageId: ref.messageId };
  let form: SendForm = {};
  for (;;) {
    const payload = encodeEdit(target, message, form);
    if (!payload) throw refusal("a message cannot be edited to have no text");
    try {
      await api.call("editMessageText", (raw) => raw.editMessageText(payload), { signal });
      return;
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (isUnchanged(error.failure)) return;
      const next = formAfter(error.failure, form, false);
      // In a chat that moved, the message has another id, which nobody tells.
      if (!next || next.chatId) throw deliveryErrorOf(error);
      form = next;
    }
  }
}

function perform(api: BotApi, call: SendCall, bytes: Uint8Array | undefined, signal: AbortSignal): Promise<Message> {
  switch (call.method) {
    case "sendMessage":
      return api.call(call.method, (raw) => raw.sendMessage(call.payload), { signal });
    case "sendPoll":
      return api.call(call.method, (raw) => raw.sendPoll(call.payload), { signal });
    default: {
      const file = { bytes: bytes!, name: call.media.fileName };
      return api.upload<Message>(call.method, (raw, input) => withFile(raw, call, input), file, signal);
    }
  }
}

type FileCall = Extract<SendCall, { readonly media: OutboundMedia }>;

function withFile(raw: RawApi, { method, payload }: FileCall, file: InputFile): Promise<Message> {
  switch (method) {
    case "sendPhoto":
      return raw.sendPhoto({ ...payload, photo: file });
    case "sendVoice":
      return raw.sendVoice({ ...payload, voice: file });
    case "sendAudio":
      return raw.sendAudio({ ...payload, audio: file });
    case "sendVideo":
      return raw.sendVideo({ ...payload, video: file });
    case "sendDocument":
      return raw.sendDocument({ ...payload, document: file });
    default:
      return unreachable(method);
  }
}

function readBytes(media: OutboundMedia): Uint8Array {
  const bytes = media.bytes();
  if (bytes.byteLength <= uploadBytesMax) return bytes;
  throw refusal(`the file has ${bytes.byteLength} bytes: Telegram takes at most ${uploadBytesMax}`);
}

const refusal = (message: string) => new DeliveryError(message, { isCertain: true, isPermanent: true });
