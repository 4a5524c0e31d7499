import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../../protocol/index.ts";

/** What one Slack app is set up with. */
const { choice, named, optional } = shape;

export const slackFields = {
  mode: choice(["socket", "http"], {
    default: "socket",
    description:
      "How events come: socket opens a connection to Slack (Socket Mode); http lets Slack call " +
      "/webhooks/slack/<account> on the gateway's port, which must then be reachable over https.",
  }),
  botToken: optional(
    Type.String({
      pattern: "^xoxb-[A-Za-z0-9-]{10,250}$",
      maxLength: 256,
      description: "The Bot User OAuth Token; clawdia providers add slack keeps it out of this file.",
      secret: true,
    }),
  ),
  appToken: optional(
    Type.String({
      pattern: "^xapp-[A-Za-z0-9-]{10,250}$",
      maxLength: 256,
      description: "The App-Level Token with connections:write; for socket mode.",
      secret: true,
    }),
  ),
  signingSecret: optional(
    Type.String({
      pattern: "^[A-Za-z0-9]{16,128}$",
      maxLength: 128,
      description: "Slack signs with it what it sends; for http mode.",
      secret: true,
    }),
  ),
  replyInThread: Type.Boolean({
    default: false,
    description: "Answer a mention in a channel in a thread under it; each such thread is a conversation of its own.",
  }),
  slashCommand: Type.String({
    pattern: "^/[a-z0-9_-]{1,31}$",
    maxLength: 32,
    default: "/clawdia",
    description: "The app's slash command whose text is a message; any other one comes in with its name.",
  }),
  apiRoot: Type.String({
    pattern: "^https?://.+",
    maxLength: 2048,
    default: "https://slack.com/api/",
    description: "Address of Slack's Web API; GovSlack has its own.",
  }),
};

export const SlackSettings = named("SlackSettings", slackFields);
export type SlackSettings = Static<typeof SlackSettings>;

/** The secrets under which a login keeps what it was given. What stands in the config goes before them. */
export const slackSecrets = ["botToken", "appToken", "signingSecret"] as const;
export type SlackSecret = (typeof slackSecrets)[number];

/** What a mode cannot do without. */
export function neededSecrets({ mode }: Pick<SlackSettings, "mode">): readonly SlackSecret[] {
  return mode === "http" ? ["botToken", "signingSecret"] : ["botToken", "appToken"];
}
