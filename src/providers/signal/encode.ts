import { DeliveryError } from "../errors.ts";
import type { MessageRef, OutboundMessage, Peer } from "../message.ts";
import { isGroupId, isRecipient, parseMessageId } from "./ids.ts";
import type { Params } from "./rpc.ts";

/** Our messages as the daemon's parameters. Each throws a DeliveryError for what the daemon can never send. */

export interface Sending {
  readonly ourId: string;
  /** The file of the message, as the daemon takes it. */
  readonly attachment?: string | undefined;
  /** What the quoted message says, where that is known; phones that have the message show their own. */
  readonly quotedText?: string | undefined;
}

export function encodeSend(message: OutboundMessage, { ourId, attachment, quotedText }: Sending): Params {
  const words = textParams(message);
  if (!words && attachment === undefined) throw refusal("a message without content cannot be sent to Signal");
  const quoted = message.replyToId === undefined ? undefined : parseMessageId(message.replyToId);
  return {
    ...targetOf(message.peer, ourId),
    ...words,
    ...(attachment !== undefined && { attachments: [attachment] }),
    ...(quoted && {
      quoteTimestamp: quoted.sentAtMs,
      quoteAuthor: quoted.author,
      ...(quotedText && { quoteMessage: quotedText }),
    }),
  };
}

/** `latestAtMs` is when the last edit of the message was sent: phones look for that one. */
export function encodeEdit(
  ref: MessageRef,
  message: OutboundMessage,
  known: Sending & { latestAtMs?: number },
): Params {
  const words = textParams(message);
  if (!words) throw refusal("a message cannot be edited to have no text");
  const target = parseMessageId(ref.messageId);
  if (target?.author !== known.ourId) throw refusal("only our own messages can be edited");
  return { ...targetOf(ref.peer, known.ourId), ...words, editTimestamp: known.latestAtMs ?? target.sentAtMs };
}

export function encodeReaction(
  { peer, messageId }: MessageRef,
  reaction: { readonly emoji: string; readonly isRemoved: boolean },
  ourId: string,
): Params {
  const target = parseMessageId(messageId);
  if (!target) throw refusal("there is no such message");
  return {
    ...targetOf(peer, ourId),
    emoji: reaction.emoji,
    targetAuthor: target.author,
    targetTimestamp: target.sentAtMs,
    ...(reaction.isRemoved && { remove: true }),
  };
}

export function encodeTyping(peer: Peer, isOn: boolean): Params {
  return { ...targetOf(peer, ""), ...(!isOn && { stop: true }) };
}

/** Told to who wrote the message, in groups too. Undefined for our own messages. */
export function encodeRead({ messageId }: MessageRef, ourId: string): Params | undefined {
  const target = parseMessageId(messageId);
  if (!target || target.author === ourId) return undefined;
  return { recipient: target.author, targetTimestamp: [target.sentAtMs], type: "read" };
}

function targetOf({ kind, id }: Peer, ourId: string): Params {
  if (kind === "direct" && id === ourId) return { noteToSelf: true };
  if (kind === "direct" && isRecipient(id)) return { recipient: [id] };
  if (kind === "group" && isGroupId(id)) return { groupId: id };
  throw refusal("that is neither a person's ACI or number nor a group's id");
}

function textParams({ text }: OutboundMessage): Params | undefined {
  if (!text?.markup) return undefined;
  const styles = text.styles ?? [];
  return {
    message: text.markup,
    ...(styles.length > 0 && { textStyle: styles.map(({ start, length, style }) => `${start}:${length}:${style}`) }),
  };
}

export function refusal(message: string): DeliveryError {
  return new DeliveryError(message, { isCertain: true, isPermanent: true });
}
