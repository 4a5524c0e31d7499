import type { ChatRoom, StoredMessage } from "./chat-room.ts";
import type { MediaKind, StoredFile } from "./files.ts";
import { isJson, type WireEntity } from "./wire.ts";

/** A message as a person sees it now: edited texts are new ones, what was deleted is not there. */
export interface SeenMessage {
  readonly messageId: number;
  readonly isFromBot: boolean;
  /** Text or caption without markup. */
  readonly text: string;
  readonly entities: readonly WireEntity[];
  /** Every text that the message had, the oldest first. */
  readonly versions: readonly string[];
  readonly media: readonly SeenMedia[];
  readonly buttons: readonly (readonly SeenButton[])[];
  readonly replyToId: number | undefined;
  readonly threadId: number | undefined;
  readonly albumId: string | undefined;
  readonly poll: { readonly question: string; readonly options: readonly string[] } | undefined;
  /** The bot's. */
  readonly reactions: readonly string[];
  readonly isSilent: boolean;
}

export interface SeenMedia {
  readonly kind: MediaKind;
  readonly fileName: string | undefined;
  readonly bytes: Uint8Array;
}

export interface SeenButton {
  readonly label: string;
  readonly value: string | undefined;
  readonly url: string | undefined;
}

export function seenIn(room: ChatRoom): SeenMessage[] {
  return room.visible().map(seen);
}

export function seen({ wire, isFromBot, versions, files, reactions, isSilent }: StoredMessage): SeenMessage {
  const buttons = wire.reply_markup?.inline_keyboard ?? [];
  return {
    messageId: wire.message_id,
    isFromBot,
    text: wire.text ?? wire.caption ?? "",
    entities: wire.entities ?? wire.caption_entities ?? [],
    versions: [...versions],
    media: files.map(seenMedia),
    buttons: buttons.map((row) => row.map(({ text, callback_data: value, url }) => ({ label: text, value, url }))),
    replyToId: wire.reply_to_message?.message_id,
    threadId: wire.message_thread_id,
    albumId: wire.media_group_id,
    poll: seenPoll(wire["poll"]),
    reactions,
    isSilent,
  };
}

function seenMedia({ kind, fileName, bytes }: StoredFile): SeenMedia {
  return { kind, fileName, bytes };
}

function seenPoll(poll: unknown): SeenMessage["poll"] {
  if (!isJson(poll) || !Array.isArray(poll["options"])) return undefined;
  const options = poll["options"].map((option: unknown) => (isJson(option) ? String(option["text"]) : ""));
  return { question: String(poll["question"]), options };
}
