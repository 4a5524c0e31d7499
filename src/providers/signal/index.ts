import type { Account, Capabilities, Configured, Provider, Secrets } from "../provider.ts";
import { dataFolderSecret, numberSecret, SignalSettings } from "./settings.ts";

/**
 * Signal, through signal-cli's daemon as a linked device of somebody's phone. A message there is its author and its
 * time; the daemon takes no time from us, so a send that got no answer cannot be made again as the same message.
 */
const can: Capabilities = {
  verbs: ["edit", "react", "typing", "markRead", "download"],
  dialect: "signal",
  // A longer body would travel as an attachment that phones fold away.
  textCharsMax: 2000,
  captionCharsMax: 2000,
  countedIn: "utf16",
  mediaOutBytesMax: 14_900_000,
  mediaInBytesMax: 100_000_000,
  identity: "none",
  hasThreads: false,
  hasButtons: false,
  hasVoice: false,
  tellsMentions: true,
  // Phones take some ten edits of a message, and show every one of them.
  editIntervalMs: { direct: 0, group: 0 },
  // It is shown for fifteen seconds.
  typingIntervalMs: 10_000,
};

export const signal: Provider<SignalSettings> = {
  id: "signal",
  label: "Signal",
  settings: SignalSettings,
  can,
  async open(account, ports) {
    const { openLink } = await import("./link.ts");
    return openLink(account, ports);
  },
  async *login(account, ports) {
    const { login } = await import("./login.ts");
    return yield* login(account, ports);
  },
  secretNames: [numberSecret, dataFolderSecret],
  configured,
};

function configured(account: Account<SignalSettings>, secrets: Secrets): Configured {
  if (account.settings.number !== undefined) return { isConfigured: true, source: "config" };
  return secrets.get(numberSecret) === undefined ? { isConfigured: false } : { isConfigured: true, source: "login" };
}
