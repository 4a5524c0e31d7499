import type { LinkState } from "../provider.ts";
import type { CallError } from "./failures.ts";

/** What a link tells when it ends, and the command that mends what only a person can. */

const addTelegram = "clawdia providers add telegram";

/** What a failure of the link itself means: of asking who we are, and for updates. */
export function lastWords({ failure, message }: CallError): LinkState {
  if (failure.kind === "broken") return { kind: "lost", reason: message };
  const { code, description, retryAfterMs } = failure;
  // A token that cannot be one is "not found", one that was revoked is "unauthorized".
  if (code === 401 || code === 404) return revoked;
  if (code === 409) return { kind: "lost", reason: conflict(description) };
  return { kind: "lost", reason: message, retryAfterMs };
}

export const revoked: LinkState = {
  kind: "logged-out",
  reason: "Telegram does not know the bot's token: it was revoked, or is mistyped",
  cure: addTelegram,
};

export const noToken: LinkState = { kind: "logged-out", reason: "there is no bot token", cure: addTelegram };

/** A webhook without a secret would take orders from everybody who finds its address. */
export function incompleteWebhook(accountId: string, missing: "webhookUrl" | "webhookSecret"): LinkState {
  return {
    kind: "logged-out",
    reason: `webhook mode needs ${missing}`,
    cure: `clawdia config set providers.telegram.accounts.${accountId}.${missing}`,
  };
}

function conflict(description: string): string {
  return /webhook/i.test(description)
    ? "a webhook was set for this bot meanwhile: something else uses its token"
    : "something else asks Telegram for this bot's updates: stop it, or revoke the token with @BotFather";
}
