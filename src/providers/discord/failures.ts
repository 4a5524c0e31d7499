import { oneLine } from "../../lib/index.ts";
import { DeliveryError } from "../errors.ts";

/** What can go wrong with a call of the REST API, and what it means for a message. Everything here is pure. */
export type Failure =
  /** Discord answered, and said no. `code` is its own, 0 when it named none. */
  | { readonly kind: "refused"; readonly status: number; readonly code: number; readonly words: string }
  /** Not now. The client of Discord's may say it before it asks. */
  | { readonly kind: "limited"; readonly retryAfterMs: number }
  /** There is no answer of Discord's. `mayHaveLeft` is false only when the request was certainly never written. */
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

const wordsMax = 200;

function describe(method: string, failure: Failure): string {
  switch (failure.kind) {
    case "refused":
      return `Discord refused to ${method}: ${oneLine(failure.words, wordsMax)}`;
    case "limited":
      return `Discord wants a pause before it will ${method}`;
    default:
      return failure.mayHaveLeft
        ? `Discord did not answer when asked to ${method}: ${failure.reason}`
        : `Discord cannot be reached to ${method}: ${failure.reason}`;
  }
}

/** What a failed call means for the message that it carried. */
export function deliveryErrorOf(error: CallError): DeliveryError {
  const { failure, message } = error;
  switch (failure.kind) {
    case "broken":
      return new DeliveryError(message, { isCertain: !failure.mayHaveLeft, isPermanent: false });
    case "limited":
      return new DeliveryError(message, {
        isCertain: true,
        isPermanent: false,
        retryAfterMs: failure.retryAfterMs,
      });
    default:
      return new DeliveryError(message, {
        isCertain: wasCertainlyRefused(failure.status),
        isPermanent: isFinal(failure.status, failure.code),
      });
  }
}

/** "No gateway available" and "unavailable" come before the work; other faults of Discord's may come after it. */
function wasCertainlyRefused(status: number): boolean {
  return status < 500 || status === 502 || status === 503;
}

/** Discord's words for things that pass: sending switched off for a while, an overloaded resource, an index unready. */
const passing: ReadonlySet<number> = new Set([40_004, 110_000, 130_000]);

/**
 * Another attempt cannot do better when Discord finds fault with the request or the place. A token that is refused
 * (401), floods (429) and troubles of Discord's own (5xx) say nothing about those.
 */
function isFinal(status: number, code: number): boolean {
  return status >= 400 && status < 500 && ![401, 408, 409, 425, 429].includes(status) && !passing.has(code);
}

/** The token is not, or no longer, one of a bot. */
export function isRevoked(failure: Failure): boolean {
  return failure.kind === "refused" && failure.status === 401;
}

/** The message, the channel or the emoji is not there, or is not for us. */
export function isOutOfReach(error: unknown): boolean {
  if (!(error instanceof CallError) || error.failure.kind !== "refused") return false;
  return error.failure.status === 403 || error.failure.status === 404 || error.failure.code === codes.unknownEmoji;
}

const codes = { unknownEmoji: 10_014 } as const;
