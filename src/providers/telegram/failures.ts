import { oneLine } from "../../lib/index.ts";
import { DeliveryError } from "../errors.ts";
import type { SendForm } from "./encode.ts";

/** What can go wrong with a call of the Bot API, and what it means for a message. Everything here is pure. */
export type Failure =
  /** Telegram answered, and said no. */
  | {
      readonly kind: "refused";
      readonly code: number;
      readonly description: string;
      readonly retryAfterMs?: number | undefined;
      /** The group became a supergroup with this id. */
      readonly movedToChatId?: string | undefined;
    }
  /** There is no answer of Telegram's. `mayHaveLeft` is false only when the request was certainly never written. */
  | { readonly kind: "broken"; readonly mayHaveLeft: boolean; readonly reason: string };

/** A call that failed. Its text is for people; neither it nor anything in it holds the token or a message's text. */
export class CallError extends Error {
  override readonly name = "CallError";
  readonly method: string;
  readonly failure: Failure;

  constructor(method: string, failure: Failure) {
    super(describe(method, failure));
    this.method = method;
    this.failure = failure;
  }
}

const descriptionCharsMax = 200;

function describe(method: string, failure: Failure): string {
  if (failure.kind === "refused") {
    return `Telegram refused ${method}: ${oneLine(failure.description, descriptionCharsMax)}`;
  }
  return failure.mayHaveLeft
    ? `Telegram did not answer ${method}: ${failure.reason}`
    : `Telegram cannot be reached for ${method}: ${failure.reason}`;
}

/** What a failed call means for the message that it carried. */
export function deliveryErrorOf(error: CallError): DeliveryError {
  const { failure } = error;
  if (failure.kind === "broken") {
    return new DeliveryError(error.message, { isCertain: !failure.mayHaveLeft, isPermanent: false });
  }
  const { code, retryAfterMs } = failure;
  return new DeliveryError(error.message, { isCertain: true, isPermanent: isFinal(code), retryAfterMs });
}

/**
 * Another attempt cannot do better when Telegram finds fault with the request or the chat. A token that is refused
 * (401, 404), another poller (409), floods (420, 429) and troubles of Telegram's own (5xx) say nothing about those.
 */
function isFinal(code: number): boolean {
  return code >= 400 && code < 500 && ![401, 404, 408, 409, 420, 425, 429].includes(code);
}

/** How to put a refused message so that Telegram takes it, each way once; undefined when there is none. */
export function formAfter(failure: Failure, form: SendForm, hasFile: boolean): SendForm | undefined {
  if (failure.kind !== "refused" || (failure.code !== 400 && failure.code !== 413 && failure.code !== 403)) {
    return undefined;
  }
  const { movedToChatId, description } = failure;
  if (movedToChatId && !form.chatId) return { ...form, chatId: movedToChatId };
  if (!form.isPlain && unreadableMarkup.test(description)) return { ...form, isPlain: true };
  if (!form.isUnquoted && lostQuote.test(description)) return { ...form, isUnquoted: true };
  // As a plain file it loses its look, not its content.
  if (hasFile && !form.isDocument && (failure.code === 413 || refusedFile.test(description))) {
    return { ...form, isDocument: true };
  }
  return undefined;
}

const unreadableMarkup = /can't parse (caption )?entities|can't find end|unsupported start tag|ENTITY_/i;
const lostQuote = /repl(y|ied).* not found|REPLY_MESSAGE_ID_INVALID/i;
const refusedFile =
  /PHOTO_|IMAGE_PROCESS_FAILED|VOICE_MESSAGES_FORBIDDEN|VIDEO_(FILE|CONTENT)|AUDIO_|too (big|large)|wrong type of/i;

/** The message already says this. */
export function isUnchanged(failure: Failure): boolean {
  return failure.kind === "refused" && /message is not modified/i.test(failure.description);
}

/** The token is not, or no longer, one of a bot. */
export function isRevoked(failure: Failure): boolean {
  return failure.kind === "refused" && failure.code === 401;
}
