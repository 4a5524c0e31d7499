import type { Account, Capabilities, Configured, Provider, Secrets } from "../provider.ts";
import { peerAt } from "./people.ts";
import { neededSecrets, SlackSettings, slackSecrets } from "./settings.ts";

/**
 * Slack, through the Web API and either Socket Mode or the Events API over HTTP. Nothing of it is loaded before an
 * account is opened. Slack shows bots no typing and no read marks. Every message carries its send id as metadata, so
 * that a send in doubt is looked for before it is sent again.
 */
const can: Capabilities = {
  verbs: ["edit", "react", "download", "reconcile"],
  dialect: "slack-mrkdwn",
  // Slack asks for no more than this in a message, and cuts it at 40,000.
  textCharsMax: 4000,
  captionCharsMax: 4000,
  countedIn: "utf16",
  mediaOutBytesMax: 100_000_000,
  mediaInBytesMax: 100_000_000,
  identity: "reconcilable",
  hasThreads: true,
  hasButtons: true,
  hasVoice: false,
  tellsMentions: true,
  // chat.update is allowed about fifty times a minute.
  editIntervalMs: { direct: 1200, group: 1200 },
  typingIntervalMs: 0,
};

export const slack: Provider<SlackSettings> = {
  id: "slack",
  label: "Slack",
  settings: SlackSettings,
  can,
  async open(account, ports) {
    const { openLink } = await import("./link.ts");
    return openLink(account, ports);
  },
  async *login(account, ports) {
    const { login } = await import("./login.ts");
    return yield* login(account, ports);
  },
  secretNames: slackSecrets,
  peerOf: peerAt,
  configured,
};

function configured({ settings }: Account<SlackSettings>, secrets: Secrets): Configured {
  const sources = neededSecrets(settings).map((name) => {
    if (settings[name] !== undefined) return "config";
    return secrets.get(name) === undefined ? undefined : "login";
  });
  if (sources.includes(undefined)) return { isConfigured: false };
  return { isConfigured: true, source: sources.includes("login") ? "login" : "config" };
}
