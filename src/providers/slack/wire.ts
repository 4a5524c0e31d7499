import type { types } from "@slack/bolt";

/**
 * What Slack sends, as far as it is read. Anything may be missing or be something else: whoever reads looks first.
 * The types of Slack's own packages promise more than the wire keeps.
 */

/** What the app asks Slack to tell it, by the events' own names. Their subscriptions are in the app's manifest. */
export const readEvents = [
  "message",
  "app_mention",
  "reaction_added",
  "app_uninstalled",
  "tokens_revoked",
] as const satisfies readonly types.SlackEvent["type"][];

/** One delivery: over the socket as it stands here, over HTTP with its type told by its body. */
export interface Envelope {
  readonly type: "events_api" | "slash_commands" | "interactive";
  readonly payload: WirePayload;
  /** How often Slack tried before. It tries again until it is told that the delivery is stored. */
  readonly retries: number;
}

export interface WirePayload {
  readonly type?: string;
  /** Of the Events API. */
  readonly event?: WireEvent;
  readonly event_id?: string;
  /** Of slash commands. */
  readonly command?: string;
  readonly text?: string;
  readonly user_id?: string;
  readonly user_name?: string;
  readonly channel_id?: string;
  readonly trigger_id?: string;
  /** Of interactions. */
  readonly user?: { readonly id?: string; readonly username?: string; readonly name?: string };
  readonly channel?: { readonly id?: string; readonly name?: string };
  readonly container?: { readonly message_ts?: string; readonly channel_id?: string; readonly thread_ts?: string };
  readonly message?: WireMessage;
  readonly actions?: readonly WireAction[];
}

export interface WireAction {
  readonly type?: string;
  readonly value?: string;
  readonly action_id?: string;
  readonly action_ts?: string;
}

export interface WireMessage {
  readonly type?: string;
  readonly subtype?: string;
  readonly user?: string;
  readonly bot_id?: string;
  readonly text?: string;
  readonly ts?: string;
  readonly thread_ts?: string;
  readonly parent_user_id?: string;
  readonly files?: readonly WireFile[];
  readonly attachments?: readonly WireAttachment[];
  readonly edited?: { readonly user?: string; readonly ts?: string };
  readonly hidden?: boolean;
  readonly latest_reply?: string;
  readonly reply_count?: number;
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: Readonly<Record<string, unknown>> };
}

export interface WireEvent extends WireMessage {
  readonly channel?: string;
  readonly channel_type?: string;
  readonly event_ts?: string;
  /** Of changes. */
  readonly message?: WireMessage;
  readonly previous_message?: WireMessage;
  /** Of reactions. */
  readonly reaction?: string;
  readonly item?: { readonly type?: string; readonly channel?: string; readonly ts?: string };
}

export interface WireFile {
  readonly id?: string;
  readonly name?: string | null;
  readonly title?: string | null;
  readonly mimetype?: string;
  readonly size?: number;
  readonly mode?: string;
  readonly subtype?: string;
  readonly is_external?: boolean;
  readonly external_url?: string;
  readonly url_private?: string;
  readonly url_private_download?: string;
  readonly file_access?: string;
  readonly shares?: Readonly<Record<string, Readonly<Record<string, readonly { readonly ts?: string }[]>>>>;
}

/** Messages that were passed on come as attachments, as do previews of links. */
export interface WireAttachment {
  readonly is_share?: boolean;
  readonly is_msg_unfurl?: boolean;
  readonly author_name?: string;
  readonly text?: string;
  readonly fallback?: string;
}
