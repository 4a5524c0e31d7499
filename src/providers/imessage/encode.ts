import type { OutboundMessage, Peer } from "../message.ts";
import type { Abilities } from "./abilities.ts";
import type { KnownChat } from "./chats.ts";
import { tapbacks } from "./decode.ts";
import { parseGuid, peerKey } from "./handles.ts";
import type { IMessageSettings } from "./settings.ts";

/** What we say, in imsg's words. Everything here is pure. */

/** Exactly one of these names a chat; `to` is for people with whom there is none yet. */
export type Target = { readonly chat_guid: string } | { readonly chat_identifier: string } | { readonly to: string };

export function targetOf(peer: Peer, chat: KnownChat | undefined): Target {
  if (chat) return { chat_guid: chat.guid };
  if (parseGuid(peer.id)) return { chat_guid: peer.id };
  return peer.kind === "direct" ? { to: peerKey(peer) } : { chat_identifier: peer.id };
}

export interface SendForm {
  readonly target: Target;
  /** Where the file is on the Mac. */
  readonly file?: string | undefined;
  readonly isUnquoted?: boolean | undefined;
}

export type SendSettings = Pick<IMessageSettings, "service" | "smsFallback" | "region">;

/** Parameters of `send`; undefined for a message without content. */
export function encodeSend(
  message: OutboundMessage,
  { target, file, isUnquoted = false }: SendForm,
  settings: SendSettings,
  abilities: Pick<Abilities, "hasBridge" | "isStrict">,
): Readonly<Record<string, unknown>> | undefined {
  const text = message.text?.markup ?? "";
  if (text === "" && file === undefined) return undefined;
  return {
    ...target,
    ...(text !== "" && { text }),
    ...(file !== undefined && { file }),
    ...("to" in target && firstMessage(settings, abilities.isStrict)),
    // Only the bridge can quote, and without it imsg refuses the whole message.
    ...(message.replyToId !== undefined && abilities.hasBridge && !isUnquoted && { reply_to: message.replyToId }),
  };
}

/** How a person is reached for the first time. Versions that cannot be told not to fall back are held to iMessage. */
function firstMessage({ service, smsFallback, region }: SendSettings, isStrict: boolean) {
  if (service === "auto" && !smsFallback && !isStrict) return { region, service: "imessage" };
  return { region, service, ...(service === "auto" && isStrict && { allow_sms_fallback: smsFallback }) };
}

/** Parameters of a reaction beside its target; undefined for an emoji that cannot be had. */
export function encodeReaction(
  emoji: string,
  hasEmojiReactions: boolean,
): Readonly<Record<string, string>> | undefined {
  const plain = plainEmoji(emoji);
  const kind = Object.entries(tapbacks).find(([, known]) => plainEmoji(known) === plain)?.[0] ?? near[plain];
  if (kind !== undefined) return { reaction: kind };
  return hasEmojiReactions ? { emoji } : undefined;
}

/** Variants that differ in how they are drawn only. */
const plainEmoji = (emoji: string) => emoji.replace(/[\ufe0e\ufe0f]|[\u{1f3fb}-\u{1f3ff}]/gu, "");

/** Others that people read as one of the six. */
const near: Readonly<Record<string, string>> = { "♥": "love", "🤣": "laugh", "❗": "emphasize", "❔": "question" };
