import { oneLine } from "../../lib/index.ts";
import { DeliveryError } from "../errors.ts";
import type { LinkState } from "../provider.ts";

/** What can go wrong with a call of the Web API, and what it means. Everything here is pure. */
export type Failure =
  /** Slack answered, and said no: `error` is its word for why, `needed` the scopes that it misses. */
  | { readonly kind: "refused"; readonly error: string; readonly needed?: string | undefined }
  | { readonly kind: "rate limited"; readonly retryAfterMs?: number | undefined }
  /** There is no answer of Slack's. `mayHaveLeft` is false only when the request was certainly never written. */
  | { readonly kind: "broken"; readonly mayHaveLeft: boolean; readonly reason: string };

/** A call that failed. Its text is for people; neither it nor anything in it holds a token or a message's text. */
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

const wordCharsMax = 100;

function describe(method: string, failure: Failure): string {
  if (failure.kind === "rate limited") return `Slack says that ${method} comes too often`;
  if (failure.kind === "refused") {
    const { error, needed } = failure;
    const what = `Slack refused ${method}: ${oneLine(error, wordCharsMax)}`;
    if (error !== "missing_scope") return what;
    const scope = oneLine(needed ?? "one", wordCharsMax);
    return `${what}: the app lacks ${scope}; add it under OAuth & Permissions and reinstall the app`;
  }
  return failure.mayHaveLeft
    ? `Slack did not answer ${method}: ${failure.reason}`
    : `Slack cannot be reached for ${method}: ${failure.reason}`;
}

/** What a failed call means for the message that it carried. */
export function deliveryErrorOf({ message, failure }: CallError): DeliveryError {
  switch (failure.kind) {
    case "broken":
      return new DeliveryError(message, { isCertain: !failure.mayHaveLeft, isPermanent: false });
    case "rate limited":
      return new DeliveryError(message, { isCertain: true, isPermanent: false, retryAfterMs: failure.retryAfterMs });
    default: {
      const isCertain = !halfDone.has(failure.error);
      return new DeliveryError(message, { isCertain, isPermanent: isCertain && isFinal(failure.error) });
    }
  }
}

/** Slack says of these that some of what was asked may have been done. */
const halfDone = new Set(["internal_error", "fatal_error"]);

/** Troubles of Slack's own, which pass. */
const passing = new Set([
  "service_unavailable",
  "request_timeout",
  "team_added_to_org",
  "accesslimited",
  "access_denied_by_ip_restrictions",
  "ratelimited",
  "rate_limited",
  "message_limit_exceeded",
  "update_failed",
]);

/** All else finds fault with the request or the chat, and would do so again. A token says nothing about those. */
function isFinal(error: string): boolean {
  return !passing.has(error) && !lostTokens.has(error);
}

/** The token is not, or no longer, one that opens anything; each with what people should know. */
const lostTokens = new Map([
  ["invalid_auth", "Slack does not know the token: it was revoked, or is mistyped"],
  ["not_authed", "Slack was given no token"],
  ["token_revoked", "the token was revoked, or the app was removed from the workspace"],
  ["token_expired", "the token has expired; an app with token rotation cannot be used"],
  ["account_inactive", "the app was removed from the workspace, or the workspace is gone"],
  ["user_removed_from_team", "the app's bot was removed from the workspace"],
  ["team_access_not_granted", "the app may not use this workspace any more"],
  ["org_login_required", "the workspace is being moved to an organisation; link it again after that"],
  [
    "not_allowed_token_type",
    "the token is of the wrong kind: the bot token begins with xoxb-, the app token with xapp-",
  ],
  ["invalid_app_id", "the app does not exist any more"],
  ["app_uninstalled", "the app was removed from the workspace"],
  ["tokens_revoked", "the token was revoked"],
]);

const addSlack = "clawdia providers add slack";

/** The last words for a token that is worth nothing; undefined for every other failure. */
export function tokenLoss(failure: Failure): LinkState | undefined {
  if (failure.kind !== "refused") return undefined;
  const reason = lostTokens.get(failure.error);
  return reason === undefined ? undefined : loggedOut(reason);
}

/** Without these there is nothing that a link could do. */
const vital = new Set(["auth.test", "apps.connections.open", "chat.postMessage"]);

/** The last words for a failure that only a person can mend, by whatever call it was met. */
export function fatalEnd({ method, failure, message }: CallError): LinkState | undefined {
  const lost = tokenLoss(failure);
  if (lost || failure.kind !== "refused" || failure.error !== "missing_scope" || !vital.has(method)) return lost;
  return loggedOut(message);
}

/** What a failure of the link itself means: of asking who we are, and of opening its connection. */
export function lastWords(error: CallError): LinkState {
  const { failure, message } = error;
  const retryAfterMs = failure.kind === "rate limited" ? failure.retryAfterMs : undefined;
  return fatalEnd(error) ?? { kind: "lost", reason: message, retryAfterMs };
}

export function loggedOut(reason: string, cure = addSlack): LinkState {
  return { kind: "logged-out", reason, cure };
}

/** Slack has it already, or has it no more: what was asked for is so. */
export function isSettled({ failure }: CallError, words: readonly string[]): boolean {
  return failure.kind === "refused" && words.includes(failure.error);
}
