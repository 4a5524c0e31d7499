import type { AuthTestResponse } from "@slack/web-api";
import type { Account, Secrets, Self } from "../provider.ts";
import type { Us } from "./people.ts";
import type { SlackSecret, SlackSettings } from "./settings.ts";

/** An account's credentials, who they say that we are, and what they let us do. */

/** What stands in the config goes before what a login kept. */
export function credential({ settings }: Account<SlackSettings>, secrets: Secrets, name: SlackSecret) {
  return settings[name] ?? secrets.get(name);
}

/** Undefined for a token that is a person's and not a bot's. */
export function usOf(me: AuthTestResponse, settings: SlackSettings): Us | undefined {
  const { user_id: userId, bot_id: botId } = me;
  if (!userId || !botId) return undefined;
  return { userId, botId, slashCommand: settings.slashCommand, replyInThread: settings.replyInThread };
}

export function selfOf(me: AuthTestResponse): Self {
  const name = me.user ?? "bot";
  return { id: me.user_id ?? "", name, handle: `@${name}` };
}

/** Each with what does not work without it. */
export const scopes: readonly (readonly [scope: string, use: string])[] = [
  ["chat:write", "answers"],
  ["im:history", "direct messages"],
  ["app_mentions:read", "mentions"],
  ["channels:history", "messages in channels"],
  ["groups:history", "messages in private channels"],
  ["mpim:history", "messages of several people"],
  ["files:read", "files that people send"],
  ["files:write", "files in answers"],
  ["reactions:read", "reactions of people"],
  ["reactions:write", "our reactions"],
  ["users:read", "names of people"],
  ["channels:read", "names of channels, and reading what was missed there"],
  ["groups:read", "reading what was missed in private channels"],
  ["im:read", "reading what was missed in direct messages"],
  ["mpim:read", "reading what was missed in messages of several people"],
  ["im:write", "writing to people first"],
  ["metadata.message:read", "finding out whether a message arrived whose answer was lost"],
];

/** What the app may not do, by the scopes that it lacks. Empty where Slack does not tell them. */
export function missingScopes(me: AuthTestResponse): readonly { readonly scope: string; readonly use: string }[] {
  const granted = me.response_metadata?.scopes;
  if (!granted || granted.length === 0) return [];
  return scopes.filter(([scope]) => !granted.includes(scope)).map(([scope, use]) => ({ scope, use }));
}
