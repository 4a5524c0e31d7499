import type { Account, Capabilities, Configured, Provider, Secrets } from "../provider.ts";
import { DiscordSettings, tokenSecret } from "./settings.ts";

/**
 * Discord, through its REST API and gateway. Nothing of it is loaded before an account is opened. A send carries a
 * nonce by which Discord itself drops a repetition for a few minutes; after that only the channel's history tells
 * whether it arrived, so the link can look there. It offers no read marks, for bots have none.
 */
const can: Capabilities = {
  verbs: ["edit", "react", "typing", "download", "poll", "setCommands", "reconcile"],
  dialect: "discord-markdown",
  textCharsMax: 2000,
  captionCharsMax: 2000,
  // Discord may count codepoints, which are never more.
  countedIn: "utf16",
  // More is a wall of text in a chat; clients fold some of it away.
  linesMax: 17,
  mediaOutBytesMax: 10 * 1024 * 1024,
  mediaInBytesMax: 25 * 1024 * 1024,
  identity: "reconcilable",
  hasThreads: true,
  hasButtons: true,
  hasVoice: false,
  tellsMentions: true,
  // Five edits in five seconds a channel, and other messages count, too.
  editIntervalMs: { direct: 1500, group: 1500 },
  // It is shown for ten seconds.
  typingIntervalMs: 8000,
};

export const discord: Provider<DiscordSettings> = {
  id: "discord",
  label: "Discord",
  settings: DiscordSettings,
  can,
  async open(account, ports) {
    const { openLink } = await import("./link.ts");
    return openLink(account, ports);
  },
  async *login(account, ports) {
    const { login } = await import("./login.ts");
    return yield* login(account, ports);
  },
  secretNames: [tokenSecret],
  configured,
};

function configured(account: Account<DiscordSettings>, secrets: Secrets): Configured {
  if (account.settings.botToken !== undefined) return { isConfigured: true, source: "config" };
  return secrets.get(tokenSecret) === undefined ? { isConfigured: false } : { isConfigured: true, source: "login" };
}
