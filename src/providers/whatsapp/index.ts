import type { Account, Capabilities, Configured, Provider, Secrets } from "../provider.ts";
import { linkedSecret, WhatsAppSettings } from "./settings.ts";

/**
 * WhatsApp, as one more linked device of a phone's account. Nothing of its library is loaded before an account is
 * opened. We choose the ids of our messages, so a second send of one message is the same message.
 */
const can: Capabilities = {
  verbs: ["edit", "react", "typing", "markRead", "download", "poll"],
  dialect: "whatsapp",
  // The apps take 65,536; longer texts are folded away there, and nobody reads them on a phone.
  textCharsMax: 4000,
  captionCharsMax: 1024,
  countedIn: "utf16",
  mediaOutBytesMax: 100_000_000,
  mediaInBytesMax: 100_000_000,
  identity: "idempotent",
  hasThreads: false,
  hasButtons: false,
  hasVoice: true,
  tellsMentions: true,
  // Every edit is a message with its own encryption, and marked as edited: not for streaming.
  editIntervalMs: { direct: 0, group: 0 },
  typingIntervalMs: 10_000,
};

export const whatsapp: Provider<WhatsAppSettings> = {
  id: "whatsapp",
  label: "WhatsApp",
  settings: WhatsAppSettings,
  can,
  async open(account, ports) {
    const { openLink } = await import("./link.ts");
    return openLink(account, ports);
  },
  async *login(account, ports) {
    const { login } = await import("./login.ts");
    return yield* login(account, ports);
  },
  secretNames: [linkedSecret],
  configured,
};

function configured(_account: Account<WhatsAppSettings>, secrets: Secrets): Configured {
  return secrets.get(linkedSecret) === undefined ? { isConfigured: false } : { isConfigured: true, source: "login" };
}
