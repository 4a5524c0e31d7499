import type { Peer } from "../message.ts";

/** How people and chats are named. Everything here is pure. */

/**
 * A phone number as +15551234567, a mail address in small letters, anything else (short codes, names of senders) as it
 * is. Messages writes one person in several ways.
 */
export function normalHandle(written: string): string {
  const handle = written.trim().replace(/^(tel|mailto|sms|imessage|e|p):/i, "");
  if (handle.includes("@")) return handle.toLowerCase();
  if (!/^\+?[\d\s().\u00a0-]+$/.test(handle)) return handle;
  const digits = handle.replace(/\D/g, "");
  if (handle.startsWith("+")) return `+${digits}`;
  if (digits.startsWith("00") && digits.length > 8) return `+${digits.slice(2)}`;
  // Ten digits without a country are a number of North America; shorter ones are short codes.
  if (digits.length === 10) return `+1${digits}`;
  return digits.length === 11 && digits.startsWith("1") ? `+${digits}` : digits;
}

/** A chat as Messages names it: `iMessage;-;+15551234567`, `SMS;-;…`, `any;-;…`; groups have a plus. */
export interface ChatName {
  readonly isGroup: boolean;
  readonly service: string | undefined;
  /** A handle, or a group's own id. */
  readonly name: string;
}

export function parseGuid(guid: string): ChatName | undefined {
  const parts = /^([^;]*);([-+]);(.+)$/s.exec(guid);
  if (!parts) return undefined;
  const isGroup = parts[2] === "+";
  return { isGroup, service: parts[1] || undefined, name: isGroup ? parts[3]! : normalHandle(parts[3]!) };
}

/** Where a message stands, of what its row says. */
export interface ChatRow {
  readonly chatGuid: string;
  readonly chatIdentifier: string;
  readonly isGroup: boolean;
  readonly sender: string;
}

/**
 * The peer: the person's handle, or the group's own id. The service before it changes (iMessage, SMS, `any` since macOS
 * 26) while the chat stays; `chats` of the link keeps which one it is now. Undefined when the row names no chat.
 */
export function peerOf(row: ChatRow): Peer | undefined {
  const named = parseGuid(row.chatGuid) ?? parseGuid(row.chatIdentifier);
  if (named) return { kind: named.isGroup ? "group" : "direct", id: named.name };
  if (row.isGroup) return row.chatIdentifier === "" ? undefined : { kind: "group", id: row.chatIdentifier };
  const handle = normalHandle(row.chatIdentifier || row.sender);
  return handle === "" ? undefined : { kind: "direct", id: handle };
}

/** A peer's id as a person may write it: also a whole guid. */
export function peerKey(peer: Pick<Peer, "kind" | "id">): string {
  const named = parseGuid(peer.id);
  if (named) return named.name;
  return peer.kind === "direct" ? normalHandle(peer.id) : peer.id;
}

export function isSms(chatGuid: string, service: string | undefined): boolean {
  return /^(sms|rcs)$/i.test(service ?? parseGuid(chatGuid)?.service ?? "");
}
