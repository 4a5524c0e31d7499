import type { Account, Capabilities, Configured, Provider, Secrets } from "../provider.ts";
import { hostSecret, IMessageSettings, usualCommand } from "./settings.ts";

const can: Capabilities = {
  verbs: ["edit", "react", "typing", "markRead", "download", "reconcile"],
  dialect: "plain",
  // Nobody documents a limit; longer ones are hard to read.
  textCharsMax: 4000,
  // A text with a file are two messages to Messages, of which one may fail.
  captionCharsMax: 0,
  countedIn: "utf16",
  mediaOutBytesMax: 50_000_000,
  mediaInBytesMax: 100_000_000,
  identity: "reconcilable",
  hasThreads: false,
  hasButtons: false,
  hasVoice: false,
  tellsMentions: false,
  // Messages allows five edits and shows each: not for streaming.
  editIntervalMs: { direct: 0, group: 0 },
  // It is shown for about a minute.
  typingIntervalMs: 20_000,
};

/** iMessage by `imsg rpc` on a Mac, which is started with a part of the gateway's environment. */
export const imessage: Provider<IMessageSettings> = {
  id: "imessage",
  label: "iMessage",
  settings: IMessageSettings,
  can,
  async open(account, ports) {
    const { openLink } = await import("./link.ts");
    const { isConfigured } = configured(account, ports.secrets);
    return openLink({ account, ports, isConfigured });
  },
  async *login(account, ports) {
    const { login } = await import("./login.ts");
    return yield* login(account, ports);
  },
  secretNames: [hostSecret],
  configured,
};

/** That the config names an account does not say yet that this is a Mac: a host, a command or a login does. */
function configured({ settings }: Account<IMessageSettings>, secrets: Secrets): Configured {
  const hasCommand = settings.command.join("\n") !== usualCommand.join("\n");
  if (settings.remoteHost !== undefined || hasCommand) return { isConfigured: true, source: "config" };
  return secrets.get(hostSecret) === undefined ? { isConfigured: false } : { isConfigured: true, source: "login" };
}
