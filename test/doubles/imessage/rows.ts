/** The database of Messages, as far as imsg shows it. */
export type Json = Readonly<Record<string, unknown>>;

export interface DoubleChat {
  readonly id: number;
  readonly guid: string;
  readonly identifier: string;
  readonly name: string;
  readonly service: string;
  readonly isGroup: boolean;
  readonly participants: readonly string[];
}

export interface DoubleFile {
  readonly path: string;
  readonly fileName: string;
  readonly mimeType: string;
  readonly bytes: number;
  readonly isSticker?: boolean | undefined;
}

export interface DoubleRow {
  readonly rowId: number;
  readonly guid: string;
  readonly chat: DoubleChat;
  readonly isFromMe: boolean;
  readonly sender: string;
  readonly senderName?: string | undefined;
  readonly text: string;
  readonly sentAtMs: number;
  readonly files: readonly DoubleFile[];
  readonly ownAddress: string;
  readonly replyTo?: DoubleRow | undefined;
  readonly reaction?: { readonly kind: string; readonly emoji: string; readonly isAdd: boolean } | undefined;
  readonly reactedTo?: string | undefined;
}

/** A row as `imsg` 0.9 and later put it on the wire. */
export function wireRow(row: DoubleRow): Json {
  return {
    id: row.rowId,
    chat_id: row.chat.id,
    chat_identifier: row.chat.identifier,
    chat_guid: row.chat.guid,
    chat_name: row.chat.name,
    participants: row.chat.participants,
    is_group: row.chat.isGroup,
    guid: row.guid,
    sender: row.sender,
    ...(row.senderName !== undefined && { sender_name: row.senderName }),
    is_from_me: row.isFromMe,
    text: row.text,
    created_at: new Date(row.sentAtMs).toISOString(),
    destination_caller_id: row.ownAddress,
    attachments: row.files.map(wireFile),
    reactions: [],
    ...(row.replyTo && {
      reply_to_guid: row.replyTo.guid,
      thread_originator_guid: row.replyTo.guid,
      reply_to_text: row.replyTo.text,
      reply_to_sender: row.replyTo.sender,
    }),
    ...(row.reaction && {
      is_reaction: true,
      reaction_type: row.reaction.kind,
      reaction_emoji: row.reaction.emoji,
      is_reaction_add: row.reaction.isAdd,
      reacted_to_guid: row.reactedTo,
    }),
  };
}

function wireFile(file: DoubleFile): Json {
  return {
    filename: file.path,
    transfer_name: file.fileName,
    uti: "public.data",
    mime_type: file.mimeType,
    total_bytes: file.bytes,
    is_sticker: file.isSticker === true,
    original_path: file.path,
    missing: false,
  };
}

export function wireChat(chat: DoubleChat, lastAtMs: number): Json {
  const { id, guid, identifier, name, service, participants, isGroup } = chat;
  const lastMessageAt = new Date(lastAtMs).toISOString();
  return { id, identifier, guid, name, service, last_message_at: lastMessageAt, participants, is_group: isGroup };
}
