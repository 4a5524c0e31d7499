import { isPlainObject } from "../../lib/index.ts";
import type { Peer } from "../message.ts";
import type { RecordChange, Records } from "../provider.ts";
import type { Row } from "./decode.ts";
import { peerKey, peerOf } from "./handles.ts";

/** What the Mac calls the chats that we know, and which addresses are its own. Kept, for a restart asks nobody. */
const chatKind = "chat";
const ownKind = "own";

export interface KnownChat {
  readonly guid: string;
  /** The Mac's own number of it, which means nothing elsewhere; history is asked for by it. */
  readonly chatId?: number | undefined;
}

export class Chats {
  readonly #chats = new Map<string, KnownChat>();
  readonly #own: Set<string>;

  constructor(records: Records) {
    for (const { id, value } of records.list(chatKind)) {
      const chat = chatIn(value);
      if (chat) this.#chats.set(id, chat);
    }
    this.#own = new Set(records.list(ownKind).map(({ id }) => id));
  }

  find(peer: Peer): KnownChat | undefined {
    return this.#chats.get(keyOf(peer.kind, peerKey(peer)));
  }

  isOwn(handle: string): boolean {
    return this.#own.has(handle);
  }

  get ownHandles(): readonly string[] {
    return [...this.#own];
  }

  /** A chat with oneself: both ends are this Mac's own address. */
  isSelfChat(row: Row): boolean {
    return !row.isGroup && row.sender !== "" && (row.sender === row.ownAddress || this.isOwn(row.sender));
  }

  /** What a row tells, and what of it is to be written. The last service used is the one that answers go by. */
  learn(row: Row): readonly RecordChange[] {
    const changes: RecordChange[] = [];
    const { ownAddress } = row;
    // On rows from here it may be the other one's.
    if (!row.isFromMe && ownAddress !== undefined && !this.#own.has(ownAddress)) {
      this.#own.add(ownAddress);
      changes.push({ kind: ownKind, id: ownAddress, value: "1" });
    }
    const peer = peerOf(row);
    return peer && row.chatGuid !== "" ? [...changes, ...this.note(peer, row.chatGuid, row.chatId)] : changes;
  }

  note(peer: Peer, guid: string, chatId: number | undefined): readonly RecordChange[] {
    const key = keyOf(peer.kind, peerKey(peer));
    const known = this.#chats.get(key);
    const isSame = known?.guid === guid;
    const chat = { guid, chatId: chatId ?? (isSame ? known?.chatId : undefined) };
    if (isSame && known?.chatId === chat.chatId) return [];
    this.#chats.set(key, chat);
    return [{ kind: chatKind, id: key, value: JSON.stringify(chat) }];
  }
}

const keyOf = (kind: Peer["kind"], id: string) => `${kind}:${id}`;

function chatIn(text: string): KnownChat | undefined {
  const kept: unknown = JSON.parse(text);
  if (!isPlainObject(kept) || typeof kept["guid"] !== "string") return undefined;
  const { guid, chatId } = kept;
  return { guid, chatId: typeof chatId === "number" ? chatId : undefined };
}
