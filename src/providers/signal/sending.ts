import { DeliveryError } from "../errors.ts";
import type { InboundMessage, MessageRef, OutboundMessage, SentRef } from "../message.ts";
import { encodeEdit, encodeSend } from "./encode.ts";
import { CallError, type DaemonAddress, deliveryErrorOf, wantsOwner } from "./failures.ts";
import { messageIdOf, parseMessageId } from "./ids.ts";
import type { Revisions } from "./revisions.ts";
import { type CallLimits, type Params, sendTimeoutMs, type SignalRpc } from "./rpc.ts";
import { attachmentOf } from "./uploading.ts";

export interface SendPorts {
  readonly rpc: SignalRpc;
  readonly ourId: string;
  readonly daemon: DaemonAddress;
  readonly quotes: QuotedTexts;
  readonly revisions: Revisions;
  /** Some of a group did not get a message. */
  readonly onPartial: (unreached: readonly string[]) => void;
  /** Nothing is sent, or not to somebody, before a person has done what the words say. */
  readonly onWanted: (words: string) => void;
}

/** A file goes up to Signal within the call that sends it. */
const uploadTimeoutMs = 300_000;

/** One message to Signal. Rejects with a DeliveryError or the signal's reason. */
export async function sendMessage(ports: SendPorts, message: OutboundMessage, signal: AbortSignal): Promise<SentRef> {
  signal.throwIfAborted();
  const { ourId, quotes } = ports;
  const attachment = message.media && attachmentOf(message.media);
  const quotedText = message.replyToId === undefined ? undefined : quotes.get(message.replyToId);
  const params = encodeSend(message, { ourId, attachment, quotedText });
  const timeoutMs = attachment === undefined ? sendTimeoutMs : uploadTimeoutMs;
  return { messageId: messageIdOf(await perform(ports, params, { timeoutMs, signal }), ourId) };
}

/** Rejects with a DeliveryError or the signal's reason. */
export async function editMessage(
  ports: SendPorts,
  ref: MessageRef,
  message: OutboundMessage,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const { ourId, revisions } = ports;
  const latest = parseMessageId(revisions.latestOf(ref.messageId));
  const params = encodeEdit(ref, message, { ourId, ...(latest && { latestAtMs: latest.sentAtMs }) });
  const editedAtMs = await perform(ports, params, { timeoutMs: sendTimeoutMs, signal });
  await revisions.note(messageIdOf(editedAtMs, ourId), ref.messageId);
}

async function perform(
  { rpc, daemon, onPartial, onWanted }: SendPorts,
  params: Params,
  limits: CallLimits,
): Promise<number> {
  try {
    const { timestamp, results } = await rpc.send("send", params, limits);
    const unreached = results.map(({ type }) => type).filter((type) => type !== "SUCCESS");
    if (unreached.length > 0) onPartial(unreached);
    return timestamp;
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const told = deliveryErrorOf(error, daemon);
    if (wantsOwner(error.failure)) onWanted(told.message);
    throw told;
  }
}

const quotesMax = 500;
const quoteCharsMax = 500;

/** The beginnings of the last messages, for quoting them: a quote brings the text along for who lost the message. */
export class QuotedTexts {
  readonly #texts = new Map<string, string>();

  get(messageId: string): string | undefined {
    return this.#texts.get(messageId);
  }

  note({ ref, event, text }: InboundMessage): void {
    if (event.kind !== "message" && event.kind !== "edit") return;
    this.#texts.delete(ref.messageId);
    this.#texts.set(ref.messageId, text.slice(0, quoteCharsMax));
    if (this.#texts.size > quotesMax) this.#texts.delete(this.#texts.keys().next().value!);
  }
}

export function unsendable(): DeliveryError {
  return new DeliveryError("Signal is not connected", { isCertain: true, isPermanent: false });
}
