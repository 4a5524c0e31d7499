import type { APIMessage } from "discord-api-types/v10";
import type { Clock } from "../../lib/index.ts";
import { DeliveryError } from "../errors.ts";
import type { MessageRef, OutboundMedia, OutboundMessage, SentRef } from "../message.ts";
import { encodeEdit, encodeSend, nonceOf } from "./encode.ts";
import { CallError, deliveryErrorOf } from "./failures.ts";
import { messagesAfter } from "./history.ts";
import type { RestApi } from "./rest-api.ts";
import { idAt } from "./snowflakes.ts";
import type { Ways } from "./ways.ts";

export const uploadBytesMax = 10 * 1024 * 1024;

/**
 * Discord drops a repetition by its nonce "in the past few minutes", and says no more than that. For this time we rely
 * on it; after it only the history tells, which does not hold nonces.
 */
const nonceHeldMs = 60_000;
/** Clocks are compared to the second, and a request takes its time. */
const slackMs = 3000;
const historyPagesMax = 5;
/** Sends that are remembered by their nonce. */
const sentMax = 1000;

export interface SendingParts {
  readonly api: RestApi;
  readonly ways: Ways;
  readonly clock: Clock;
  /** Who we are, once that is known. */
  readonly ourId: () => string | undefined;
}

/** Messages to Discord. Everything rejects with a DeliveryError or the signal's reason. */
export class Sending {
  readonly #parts: SendingParts;
  readonly #sent = new Map<string, string>();

  constructor(parts: SendingParts) {
    this.#parts = parts;
  }

  /** Discord told of a message of ours. */
  note(nonce: string, messageId: string): void {
    this.#sent.set(nonce, messageId);
    const oldest = this.#sent.keys().next();
    if (this.#sent.size > sentMax && !oldest.done) this.#sent.delete(oldest.value);
  }

  async send(message: OutboundMessage, signal: AbortSignal): Promise<SentRef> {
    signal.throwIfAborted();
    const body = encodeSend(message);
    if (!body) throw refusal("a message without content cannot be sent to Discord");
    const files = message.media && [fileOf(message.media)];
    const channelId = await this.#channelOf(message, signal);
    const call = { method: "post", route: `/channels/${channelId}/messages`, body, ...(files && { files }) } as const;
    const { id } = await delivered(this.#parts.api.call<APIMessage>("send the message", call, signal));
    this.note(nonceOf(message.sendId), id);
    return { messageId: id };
  }

  async edit(ref: MessageRef, message: OutboundMessage, signal: AbortSignal): Promise<void> {
    const body = encodeEdit(message);
    if (!body) throw refusal("a message cannot be edited to have no text");
    const channelId = await this.#channelOf(ref, signal);
    const route = `/channels/${channelId}/messages/${ref.messageId}` as const;
    await delivered(this.#parts.api.call("edit the message", { method: "patch", route, body }, signal));
  }

  /**
   * Looks whether the message arrived. While Discord holds the nonce, one that is not found by it may go again, for
   * that is safe; later, one of ours with the same content counts.
   */
  async reconcile(message: OutboundMessage, sinceMs: number, signal: AbortSignal): Promise<SentRef | undefined> {
    const nonce = nonceOf(message.sendId);
    const known = this.#sent.get(nonce);
    if (known !== undefined) return { messageId: known };
    const { api, clock } = this.#parts;
    const ourId = this.#parts.ourId();
    if (ourId === undefined) throw new DeliveryError("Discord did not yet say who we are", unknown);
    try {
      const channelId = await this.#channelOf(message, signal);
      const afterId = idAt(sinceMs + api.aheadMs - slackMs);
      const found = await messagesAfter(api, { channelId, afterId, pagesMax: historyPagesMax }, signal);
      const ours = found.messages.filter(({ author }) => author.id === ourId);
      const byNonce = ours.find((one) => String(one.nonce) === nonce);
      if (byNonce) return { messageId: byNonce.id };
      if (clock.nowMs() - sinceMs < nonceHeldMs) return undefined;
      const match = ours.find((one) => saysTheSame(one, message));
      return match && { messageId: match.id };
    } catch (error) {
      // Whether the message arrived is as unknown as before.
      if (error instanceof CallError) throw new DeliveryError(error.message, { ...unknown, ...pauseOf(error) });
      if (error instanceof DeliveryError) throw new DeliveryError(error.message, unknown);
      throw error;
    }
  }

  async #channelOf({ peer }: Pick<MessageRef, "peer">, signal: AbortSignal): Promise<string> {
    try {
      return await this.#parts.ways.channelOf(peer, signal);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      const { message, isPermanent, retryAfterMs } = deliveryErrorOf(error);
      // Only the way was asked for: nothing of the message has left.
      throw new DeliveryError(message, { isCertain: true, isPermanent, retryAfterMs });
    }
  }
}

const unknown = { isCertain: false, isPermanent: false } as const;

function pauseOf({ failure }: CallError) {
  return failure.kind === "limited" ? { retryAfterMs: failure.retryAfterMs } : {};
}

/** Discord trims texts, and gives files other names. */
function saysTheSame(sent: APIMessage, { text, media, poll }: OutboundMessage): boolean {
  const sizes = sent.attachments.map(({ size }) => size);
  const wanted = media ? [media.bytes().byteLength] : [];
  if (sizes.length !== wanted.length || sizes.some((size, index) => size !== wanted[index])) return false;
  if (poll) return sent.poll?.question.text === poll.question;
  return sent.content.trim() === (text?.markup ?? "").trim();
}

async function delivered<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof CallError ? deliveryErrorOf(error) : error;
  }
}

function fileOf(media: OutboundMedia) {
  const data = media.bytes();
  if (data.byteLength > uploadBytesMax) {
    throw refusal(`the file has ${data.byteLength} bytes: Discord takes at most ${uploadBytesMax}`);
  }
  return { name: media.fileName, data: Buffer.from(data), contentType: media.mimeType };
}

const refusal = (message: string) => new DeliveryError(message, { isCertain: true, isPermanent: true });
