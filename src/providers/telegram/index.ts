import type { Account, Capabilities, Configured, Provider, Secrets } from "../provider.ts";
import { TelegramSettings, tokenSecret } from "./settings.ts";

/**
 * Telegram, through its Bot API. Nothing of it is loaded before an account is opened. It offers no read marks, for
 * bots have none, and no identity for a send: nobody can tell whether a message that got no answer arrived.
 */
const can: Capabilities = {
  verbs: ["edit", "react", "typing", "download", "poll", "setCommands"],
  dialect: "telegram-html",
  textCharsMax: 4096,
  captionCharsMax: 1024,
  countedIn: "utf16",
  mediaOutBytesMax: 50_000_000,
  mediaInBytesMax: 20 * 1024 * 1024,
  identity: "none",
  hasThreads: true,
  hasButtons: true,
  hasVoice: true,
  tellsMentions: true,
  // About one message a second to a person and twenty a minute to a group; edits count as messages.
  editIntervalMs: { direct: 1000, group: 3000 },
  // It is shown for five seconds.
  typingIntervalMs: 4000,
};

export const telegram: Provider<TelegramSettings> = {
  id: "telegram",
  label: "Telegram",
  settings: TelegramSettings,
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

function configured(account: Account<TelegramSettings>, secrets: Secrets): Configured {
  if (account.settings.botToken !== undefined) return { isConfigured: true, source: "config" };
  return secrets.get(tokenSecret) === undefined ? { isConfigured: false } : { isConfigured: true, source: "login" };
}
