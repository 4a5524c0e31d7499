import type { Peer } from "../message.ts";

/** Slack's ids: `C…` and `G…` are channels of all kinds, `D…` direct messages, `U…` and `W…` people. */

/** Our own bot, and what an account's settings say about what it is told. */
export interface Us {
  readonly userId: string;
  readonly botId: string;
  readonly slashCommand: string;
  readonly replyInThread: boolean;
}

const channelIds = /^[CDG][A-Z0-9]{2,}$/;

/**
 * All that is not direct is a group: whether a channel is one, is private or is a chat of several people is told by
 * some events of a message and not by others, and a message must look the same whichever comes first.
 */
export function peerOf(channel: string | undefined, threadTs?: string): Peer {
  if (!channelIds.test(channel ?? "")) throw new RangeError("not a channel");
  const kind = channel!.startsWith("D") ? "direct" : "group";
  return { kind, id: channel!, ...(threadTs !== undefined && { threadId: messageTs(threadTs) }) };
}

/** As people write where something goes: `channel:C012`, `user:U012`, or the id alone. A person is a direct chat. */
export function peerAt(address: string): Peer | undefined {
  const id = address.replace(/^(user|channel):/, "");
  if (isUserId(id)) return { kind: "direct", id };
  return channelIds.test(id) ? peerOf(id) : undefined;
}

export function isUserId(id: string): boolean {
  return /^[UW][A-Z0-9]{2,}$/.test(id);
}

/** Throws for what is no id: a message of nobody must not look like one of somebody. */
export function userId(id: string | undefined): string {
  if (id === undefined || !isUserId(id)) throw new RangeError("not a user");
  return id;
}

/** Slack's id of a message within its channel: seconds and a number, `1700000001.000200`. */
export function isTs(text: string | undefined): text is string {
  return /^\d{9,11}\.\d{6}$/.test(text ?? "");
}

export function messageTs(text: string | undefined): string {
  if (!isTs(text)) throw new RangeError("not a message");
  return text;
}

export function msOf(ts: string): number {
  return Math.floor(Number(ts) * 1000);
}

/** The first ts of that millisecond. */
export function tsOf(ms: number): string {
  return `${Math.floor(Math.max(0, ms) / 1000)}.${String(Math.floor(Math.max(0, ms) % 1000) * 1000).padStart(6, "0")}`;
}
