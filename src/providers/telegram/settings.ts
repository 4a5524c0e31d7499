import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../../protocol/index.ts";

/** What one Telegram bot is set up with. */
const { choice, named, optional } = shape;

export const telegramFields = {
  botToken: optional(
    Type.String({
      pattern: "^[0-9]{3,20}:[A-Za-z0-9_-]{20,128}$",
      maxLength: 160,
      description: "The token that BotFather gave; clawdia providers add telegram keeps it out of this file.",
      secret: true,
    }),
  ),
  mode: choice(["polling", "webhook"], {
    default: "polling",
    description: "How updates come: polling asks Telegram; webhook lets Telegram call webhookUrl.",
  }),
  webhookUrl: optional(
    Type.String({
      pattern: "^https://.+",
      maxLength: 2048,
      description: "Public https address that leads to /webhooks/telegram/<account> on the gateway's port.",
    }),
  ),
  webhookSecret: optional(
    Type.String({
      pattern: "^[A-Za-z0-9_-]{16,256}$",
      maxLength: 256,
      description: "Telegram proves itself with it; required in webhook mode.",
      secret: true,
    }),
  ),
  apiRoot: Type.String({
    pattern: "^https?://.+",
    maxLength: 2048,
    default: "https://api.telegram.org",
    description: "Address of the Bot API, for people who run a server of their own.",
  }),
};

export const TelegramSettings = named("TelegramSettings", telegramFields);
export type TelegramSettings = Static<typeof TelegramSettings>;

/** The secret under which a login keeps the token. A token in the config goes before it. */
export const tokenSecret = "botToken";
