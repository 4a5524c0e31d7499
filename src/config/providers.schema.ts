import { type Static, type TProperties, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";
import { signalFields } from "../providers/signal/settings.ts";
import { discordFields } from "../providers/discord/settings.ts";
import { imessageFields } from "../providers/imessage/settings.ts";
import { slackFields } from "../providers/slack/settings.ts";
import { telegramFields } from "../providers/telegram/settings.ts";
import { whatsappFields } from "../providers/whatsapp/settings.ts";
import { accountPolicyFields } from "./account-policy.schema.ts";

/** Messaging networks and their accounts. A provider's own settings are declared in its folder. */
const { named } = shape;

const accountsOf = <P extends TProperties>(name: string, label: string, fields: P) =>
  named(
    `${name}ProviderSettings`,
    {
      enabled: Type.Boolean({ default: true, description: `Off: no account of ${label} is opened.` }),
      accounts: Type.Record(
        Type.String({ pattern: "^[a-z0-9][a-z0-9_-]{0,63}$", maxLength: 64 }),
        named(`${name}AccountSettings`, { ...accountPolicyFields, ...fields }, { description: "One account." }),
        { default: {}, description: `Accounts at ${label} by a short name of your choice; main is usual.` },
      ),
    },
    { default: {}, description: `${label}.` },
  );

export const ProvidersSettings = named(
  "ProvidersSettings",
  {
    telegram: accountsOf("Telegram", "Telegram", telegramFields),
    whatsapp: accountsOf("WhatsApp", "WhatsApp", whatsappFields),
    signal: accountsOf("Signal", "Signal", signalFields),
    discord: accountsOf("Discord", "Discord", discordFields),
    imessage: accountsOf("IMessage", "iMessage", imessageFields),
    slack: accountsOf("Slack", "Slack", slackFields),
  },
  { default: {}, description: "Messaging networks." },
);
export type ProvidersSettings = Static<typeof ProvidersSettings>;
