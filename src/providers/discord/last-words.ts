import type { LinkState } from "../provider.ts";
import type { CallError } from "./failures.ts";

/** What a link tells when it ends, and the command that mends what only a person can. */

const addDiscord = "clawdia providers add discord";

type LastWords = Extract<LinkState, { readonly kind: "lost" | "logged-out" }>;

/** What a failure of the link itself means: of asking who we are, and where the gateway is. */
export function lastWords({ failure, message }: CallError): LastWords {
  if (failure.kind === "refused" && failure.status === 401) return revoked;
  return {
    kind: "lost",
    reason: message,
    ...(failure.kind === "limited" && { retryAfterMs: failure.retryAfterMs }),
  };
}

export const revoked: LastWords = {
  kind: "logged-out",
  reason: "Discord does not know the bot's token: it was reset, or is mistyped",
  cure: addDiscord,
};

export const noToken: LastWords = { kind: "logged-out", reason: "there is no bot token", cure: addDiscord };

/** The switch in the developer portal without which Discord hides what is written in servers. */
export const contentSwitch = (applicationId: string) =>
  `switch on "Message Content Intent" at https://discord.com/developers/applications/${applicationId}/bot`;

/** `cure` opens the account again once the switch is on; the config can do without it. */
export function contentHidden(accountId: string, applicationId: string): LastWords {
  return {
    kind: "logged-out",
    reason:
      `the bot may not read messages in servers: ${contentSwitch(applicationId)} (Privileged Gateway Intents), ` +
      `or set providers.discord.accounts.${accountId}.messageContent to false`,
    cure: addDiscord,
  };
}

/** No session may be opened before that time: Discord counts them, and takes the token away from bots that go on. */
export function sessionsSpent(resetAfterMs: number): LastWords {
  return { kind: "lost", reason: "the bot opened too many sessions today", retryAfterMs: resetAfterMs };
}

const closeCodes = { token: 4004, sharding: 4011, version: 4012, intents: 4013, hiddenContent: 4014 } as const;

/** What the gateway's closing means when nothing is to be tried after it; undefined when it passes by itself. */
export function closingWords(code: number, accountId: string, applicationId: string): LastWords | undefined {
  switch (code) {
    case closeCodes.token:
      return revoked;
    case closeCodes.hiddenContent:
      return contentHidden(accountId, applicationId);
    case closeCodes.sharding:
      return { kind: "logged-out", reason: "the bot is in too many servers for one connection", cure: addDiscord };
    case closeCodes.version:
    case closeCodes.intents:
      return { kind: "logged-out", reason: `Discord's gateway takes no client like this one (${code})`, cure: upgrade };
    default:
      return undefined;
  }
}

const upgrade = "clawdia version";
