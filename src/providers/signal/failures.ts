import { oneLine } from "../../lib/index.ts";
import { DeliveryError } from "../errors.ts";
import type { SendResult } from "./wire.ts";

/** What can go wrong with a call of the daemon, and what it means for a message. Everything here is pure. */
export type Failure =
  /** The daemon answered, and said no. `results` are there when it tried to send. */
  | {
      readonly kind: "refused";
      readonly code: number;
      readonly description: string;
      readonly results: readonly SendResult[];
    }
  /** There is no answer of the daemon's. `mayHaveLeft` is false only when the request was certainly never taken. */
  | { readonly kind: "broken"; readonly mayHaveLeft: boolean; readonly reason: string };

/** A call that failed. Its text is for people; it holds no number of anybody and no message's text. */
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
    return `signal-cli refused ${method}: ${withoutNumbers(oneLine(failure.description, descriptionCharsMax))}`;
  }
  return failure.mayHaveLeft
    ? `signal-cli did not answer ${method}: ${failure.reason}`
    : `signal-cli cannot be reached for ${method}: ${failure.reason}`;
}

export function withoutNumbers(text: string): string {
  return text.replace(/\+\d{5,15}/g, "[number]");
}

/** Where a person's own commands reach the daemon. */
export interface DaemonAddress {
  readonly url: string;
  /** It may have other accounts: commands have to say which, and the number is left to the person. */
  readonly isShared: boolean;
}

/** What a failed call means for the message that it carried. */
export function deliveryErrorOf(error: CallError, daemon: DaemonAddress): DeliveryError {
  const { failure } = error;
  if (failure.kind === "broken") {
    return new DeliveryError(error.message, { isCertain: !failure.mayHaveLeft, isPermanent: false });
  }
  if (failure.results.length > 0) return ofResults(failure.results, daemon);
  return new DeliveryError(error.message, { ...meaningOf(failure), cause: undefined });
}

const noResult = { isCertain: true, isPermanent: true };

/** Without a word on any recipient. */
function meaningOf({ code, description }: Extract<Failure, { kind: "refused" }>) {
  // Of the account, not of the message.
  if (isAccountGone({ code, description })) return { isCertain: true, isPermanent: false };
  switch (code) {
    // The daemon finds fault with the request: an unknown group, a recipient that is none, nothing to send.
    case -1:
    case -32600:
    case -32601:
    case -32602:
    case -32700:
      return noResult;
    case -4:
      return noResult;
    case -5:
      return { isCertain: true, isPermanent: false };
    default:
      return innerMeaning(description);
  }
}

/** Something broke inside of the daemon: only what happens before anything is sent is certain. */
function innerMeaning(description: string) {
  if (/AttachmentInvalidException|ClassCastException|StreamConstraintsException/.test(description)) return noResult;
  // Files go up before the message that names them.
  if (/ResumeLocationInvalidException|attachments?\//.test(description)) return { isCertain: true, isPermanent: false };
  return { isCertain: false, isPermanent: false };
}

/** The daemon does not have the account: it was unlinked on the phone, or never linked. */
export function isAccountGone({ code, description }: { readonly code: number; readonly description: string }): boolean {
  if (code === -32602) return /account/i.test(description);
  return /AuthorizationFailedException|Authorization failed/i.test(description);
}

/** Only a person can mend it: a challenge to be solved, or a safety number to be compared. */
export function wantsOwner(failure: Failure): boolean {
  if (failure.kind !== "refused") return false;
  return failure.results.some(({ type, token }) => Boolean(token) || type === "IDENTITY_FAILURE");
}

/**
 * Nobody got it. Where a connection broke for one of them, it may have reached that one. What is worst for sending
 * again counts: a doubt before a wait, a wait before what is final.
 */
function ofResults(results: readonly SendResult[], daemon: DaemonAddress): DeliveryError {
  const has = (type: string) => results.find((result) => result.type === type);
  if (has("NETWORK_FAILURE")) {
    return new DeliveryError("the connection to Signal failed while the message was sent", {
      isCertain: false,
      isPermanent: false,
    });
  }
  const limited = has("RATE_LIMIT_FAILURE");
  if (limited) return ofLimit(limited, daemon);
  if (has("INVALID_PRE_KEY_FAILURE")) {
    return new DeliveryError("the keys of the recipient do not fit", { isCertain: true, isPermanent: false });
  }
  const distrusted = has("IDENTITY_FAILURE");
  if (distrusted) return new DeliveryError(identityWords(distrusted, daemon), noResult);
  if (has("UNREGISTERED_FAILURE")) return new DeliveryError("the recipient is not on Signal (any more)", noResult);
  return new DeliveryError(`signal-cli sent it to nobody: ${results.map(({ type }) => type).join(", ")}`, noResult);
}

function ofLimit({ retryAfterSeconds, token }: SendResult, daemon: DaemonAddress): DeliveryError {
  const seconds = retryAfterSeconds ?? 0;
  const retryAfterMs = seconds > 0 ? seconds * 1000 : undefined;
  const words = token ? challengeWords(token, daemon) : "Signal takes no more messages for now";
  return new DeliveryError(words, { isCertain: true, isPermanent: false, retryAfterMs });
}

/** The steps that a person has to take; the command is whole but for what they get from the page. */
function challengeWords(token: string, daemon: DaemonAddress): string {
  const command = rpcCommand(daemon, "submitRateLimitChallenge", { challenge: token, captcha: "PASTE-HERE" });
  return (
    "Signal wants to see a person before it takes more messages: open " +
    'https://signalcaptchas.org/challenge/generate.html, solve it, copy the link of "Open Signal", and run, with ' +
    `that link instead of PASTE-HERE: ${command}`
  );
}

function identityWords({ recipientAddress }: SendResult, daemon: DaemonAddress): string {
  const recipient = recipientAddress?.uuid ?? "RECIPIENT";
  const command = rpcCommand(daemon, "trust", { recipient, trustAllKnownKeys: true });
  return (
    "the safety number of the recipient changed, and the new one is not trusted: compare it with them; then run " +
    command
  );
}

function rpcCommand(
  { url, isShared }: DaemonAddress,
  method: string,
  params: Readonly<Record<string, unknown>>,
): string {
  const named = { ...(isShared && { account: "+YOUR-NUMBER" }), ...params };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: named });
  return `curl -H 'content-type: application/json' -d '${body.replaceAll("'", "")}' ${url}/api/v1/rpc`;
}
