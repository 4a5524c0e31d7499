import { DeliveryError } from "../errors.ts";
import type { LinkState } from "../provider.ts";

/** What WhatsApp says when it ends a connection or refuses a message. Everything here is pure. */

export type Closing =
  /** It asks for a new connection with the same keys, at once. */
  | { readonly kind: "restart" }
  /** Keys that nobody will take any more are of no use: they are deleted. */
  | { readonly kind: "ended"; readonly state: LinkState; readonly isKeysGone: boolean };

export const linkAgain = "clawdia providers add whatsapp";

const finals: Readonly<Record<number, string>> = {
  402: "WhatsApp has suspended the account for a while: open WhatsApp on the phone, it says until when",
  403: "WhatsApp refuses the account: open WhatsApp on the phone, it says why",
  405: "this version of Clawdia is too old for WhatsApp: update Clawdia",
  406: "WhatsApp has blocked the account: open WhatsApp on the phone, it says what can be done",
  409: "WhatsApp does not take this program any more: update Clawdia",
  411: "the account does not allow linked devices yet: open WhatsApp on the phone and update it",
  440: "another program uses this linked device: end it there, then try again here",
};

const passing: Readonly<Record<number, string>> = {
  408: "WhatsApp did not answer in time",
  428: "WhatsApp closed the connection",
  500: "WhatsApp reported a fault of the connection",
  503: "WhatsApp is not available",
};

export const removed: LinkState = {
  kind: "logged-out",
  reason: "the phone, or WhatsApp, removed this linked device",
  cure: linkAgain,
};

export const notLinked: LinkState = {
  kind: "logged-out",
  reason: "the account is not linked to a phone, or its keys are gone",
  cure: linkAgain,
};

/** What the end of a connection means. An unknown code is taken for something that passes. */
export function closingOf(code: number | undefined): Closing {
  if (code === 515) return { kind: "restart" };
  if (code === 401) return { kind: "ended", state: removed, isKeysGone: true };
  const final = code === undefined ? undefined : finals[code];
  if (final) return { kind: "ended", state: { kind: "logged-out", reason: final, cure: linkAgain }, isKeysGone: false };
  return { kind: "ended", state: lost(code), isKeysGone: false };
}

export function lost(code: number | undefined): LinkState {
  const words = code === undefined ? undefined : passing[code];
  return { kind: "lost", reason: words ?? `the connection to WhatsApp ended (${code ?? "without a reason"})` };
}

/** Somebody's device list that we knew is not the one that WhatsApp knows: fetched anew, the message may pass. */
export const staleDevices = new Set([421, 479]);

/** Refusals that pass by themselves. */
const passingRefusals = new Set([...staleDevices, 408, 429, 475]);

/** What a refused message means: it did not leave in any case. */
export function refusalOf(code: number): DeliveryError {
  const words = refusalWords[code] ?? `WhatsApp refused the message (${code})`;
  const isPermanent = code < 500 && !passingRefusals.has(code);
  return new DeliveryError(words, { isCertain: true, isPermanent });
}

const refusalWords: Readonly<Record<number, string>> = {
  429: "WhatsApp takes no more messages for now (429)",
  463: "WhatsApp does not let this account write to people who have not written to it (463)",
  475: "WhatsApp lets this account begin no more chats for now (475)",
  479: "WhatsApp knows other devices of the receiver than this gateway does (479)",
};

export const notConnected = () =>
  new DeliveryError("the account is not connected to WhatsApp", { isCertain: true, isPermanent: false });

export const inDoubt = (why: string) =>
  new DeliveryError(`nobody can tell whether WhatsApp has the message: ${why}`, {
    isCertain: false,
    isPermanent: false,
  });

export const refusal = (message: string) => new DeliveryError(message, { isCertain: true, isPermanent: true });
