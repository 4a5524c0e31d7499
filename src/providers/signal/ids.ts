import type { Peer } from "../message.ts";

/**
 * Who and which: people are their ACI, which stays when they change their number; groups their id in base64; a message
 * is the moment at which its author says to have sent it, and the author.
 */
export interface MessageIdParts {
  readonly sentAtMs: number;
  readonly author: string;
}

const aci = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Below 2^32 the daemon takes a time for a number of another kind, and fails. */
const messageId = /^([1-9]\d{10,15}):(\S{36})$/;

export function messageIdOf(sentAtMs: number, author: string): string {
  if (!Number.isSafeInteger(sentAtMs) || sentAtMs <= 0) throw new RangeError("not a time");
  return `${sentAtMs}:${author}`;
}

/** Undefined for what cannot be the id of a message here. */
export function parseMessageId(id: string): MessageIdParts | undefined {
  const [, time, author] = messageId.exec(id) ?? [];
  return time !== undefined && aci.test(author!) ? { sentAtMs: Number(time), author: author! } : undefined;
}

/** Throws for what is nobody's: a message of nobody must not look like one of somebody. */
export function personId(uuid: string | null | undefined): string {
  const id = uuid?.toLowerCase();
  if (id === undefined || !aci.test(id)) throw new RangeError("not an account's id");
  return id;
}

export function groupPeer(groupId: string): Peer {
  if (!isGroupId(groupId)) throw new RangeError("not a group's id");
  return { kind: "group", id: groupId };
}

export function isGroupId(id: string): boolean {
  return /^[A-Za-z0-9+/]{22,44}={0,2}$/.test(id);
}

/** Somebody whom a person may have named by number instead. */
export function isRecipient(id: string): boolean {
  return aci.test(id) || /^\+[1-9]\d{4,14}$/.test(id);
}
