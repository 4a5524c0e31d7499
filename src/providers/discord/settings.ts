import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../../protocol/index.ts";

/** What one Discord bot is set up with. */
const { named, optional } = shape;

export const discordFields = {
  botToken: optional(
    Type.String({
      pattern: "^[A-Za-z0-9_-]{10,64}\\.[A-Za-z0-9_-]{4,16}\\.[A-Za-z0-9_-]{6,128}$",
      maxLength: 256,
      description: "The bot's token; clawdia providers add discord keeps it out of this file.",
      secret: true,
    }),
  ),
  messageContent: Type.Boolean({
    default: true,
    description:
      "Reads what is written in servers, which needs the Message Content Intent. Off: there only messages that " +
      "mention the bot can be read; direct messages always are.",
  }),
  apiRoot: Type.String({
    pattern: "^https?://.+",
    maxLength: 2048,
    default: "https://discord.com/api",
    description: "Address of Discord's REST API, without the version.",
  }),
  gatewayUrl: optional(
    Type.String({
      pattern: "^wss?://.+",
      maxLength: 2048,
      description: "Address of Discord's gateway; absent: the one that the REST API names.",
    }),
  ),
};

export const DiscordSettings = named("DiscordSettings", discordFields);
export type DiscordSettings = Static<typeof DiscordSettings>;

/** The secret under which a login keeps the token. A token in the config goes before it. */
export const tokenSecret = "botToken";
