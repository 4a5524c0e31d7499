import { copyFileSync, existsSync, mkdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { rpcError } from "./faults.ts";
import type { MessagesDouble } from "./messages-double.ts";
import { type DoubleChat, type DoubleRow, type Json, wireChat, wireRow } from "./rows.ts";

/** What `imsg rpc` can do, method by method. Throws error objects of JSON-RPC. */
export interface Subscriber {
  watch(params: Json): number;
  unwatch(subscription: number): void;
}

type Method = (double: MessagesDouble, params: Json, subscriber: Subscriber) => Json;

const selectors = ["chat_id", "chat_identifier", "chat_guid"];

const words = (text: string) => text.split(" ");

/** Which parameters a method takes; newer versions refuse all others. */
const parameters: Readonly<Record<string, readonly string[]>> = {
  status: [],
  "chats.list": words("limit unread_only"),
  "messages.history": words("chat_id limit participants start end attachments convert_attachments"),
  "watch.subscribe": words(
    "chat_id since_rowid participants start end attachments include_reactions debounce_ms buffer_limit",
  ),
  "watch.unsubscribe": ["subscription"],
  send: [...words("to text file service transport region allow_sms_fallback reply_to"), ...selectors],
  typing: [...words("to typing service"), ...selectors],
  read: ["to", ...selectors],
  tapback: [...words("message_guid reaction emoji remove part_index"), ...selectors],
  "message.edit": [...words("message_guid text part_index"), ...selectors],
};

const bridgeMethods = ["typing", "read", "tapback", "message.edit"];

const methods: Readonly<Record<string, Method>> = {
  status: (double) => ({
    version: "0.15.10",
    protocol_version: 1,
    database: { ready: true },
    bridge: { ready: double.hasBridge },
    methods: Object.keys(parameters).filter((name) => double.hasBridge || !bridgeMethods.includes(name)),
    capabilities: { features: { "tapback.emoji": 2 } },
  }),
  "chats.list": (double, { limit = 20 }) => {
    const lastOf = (chat: DoubleChat) => double.rows.findLast((row) => row.chat === chat)?.sentAtMs ?? 0;
    const newest = double.chats.toSorted((left, right) => lastOf(right) - lastOf(left)).slice(0, Number(limit));
    return { chats: newest.map((chat) => wireChat(chat, lastOf(chat))) };
  },
  "messages.history": (double, { chat_id: chatId, limit = 50, start, attachments }) => {
    if (typeof chatId !== "number") throw rpcError(-32_602, "Invalid params", "chat_id is required");
    const sinceMs = typeof start === "string" ? Date.parse(start) : 0;
    const rows = double.rows.filter((row) => row.chat.id === chatId && row.sentAtMs >= sinceMs && !row.reaction);
    const newest = rows.toReversed().slice(0, Number(limit));
    return { messages: newest.map((row) => wireRow(attachments === true ? row : { ...row, files: [] })) };
  },
  "watch.subscribe": (_double, params, subscriber) => ({ subscription: subscriber.watch(params) }),
  "watch.unsubscribe": (_double, { subscription }, subscriber) => {
    subscriber.unwatch(Number(subscription));
    return { ok: true };
  },
  send: (double, params) => {
    const chat = targetOf(double, params);
    const { text = "", file, reply_to: replyTo } = params;
    if (text === "" && file === undefined) throw rpcError(-32_602, "Invalid params", "text or file is required");
    if (replyTo !== undefined && !double.hasBridge) {
      throw rpcError(-32_602, "Invalid params", "reply_to requires bridge transport");
    }
    const quoted = replyTo === undefined ? undefined : messageOf(double, replyTo);
    const files = typeof file === "string" ? [takeFile(double, file)] : [];
    const row = double.writeOwn(chat, { text: String(text), files, replyTo: quoted });
    if (!double.isModern) return { ok: true };
    const { guid, rowId: id } = row;
    const transport = double.hasBridge ? "bridge" : "applescript";
    return { ok: true, transport, id, guid, message_id: guid, chat_guid: chat.guid, service: chat.service };
  },
  typing: (double, params) => {
    const chat = targetOf(double, params);
    double.note({ kind: "typing", chat: chat.guid, isOn: params["typing"] !== false });
    return { ok: true };
  },
  read: (double, params) => {
    double.note({ kind: "read", chat: targetOf(double, params).guid });
    return { ok: true };
  },
  tapback: (double, params) => {
    targetOf(double, params);
    const { guid } = messageOf(double, params["message_guid"]);
    const reaction = String(params["emoji"] ?? params["reaction"]);
    double.note({ kind: "tapback", guid, reaction, isOn: params["remove"] !== true });
    return { ok: true };
  },
  "message.edit": (double, params) => {
    targetOf(double, params);
    const row = messageOf(double, params["message_guid"]);
    double.rewrite(row, String(params["text"]));
    return { ok: true };
  },
};

export function perform(double: MessagesDouble, method: string, params: Json, subscriber: Subscriber): Json {
  const isThere = Object.hasOwn(methods, method) && (double.isModern || method !== "status");
  if (!isThere) throw rpcError(-32_601, "Method not found", method);
  if (!double.hasBridge && bridgeMethods.includes(method)) {
    throw rpcError(-32_603, "Internal error", "The bridge is not running: run imsg launch");
  }
  const unknown = Object.keys(params).find((name) => !parameters[method]!.includes(name));
  if (double.isModern && unknown !== undefined) {
    throw rpcError(-32_602, "Invalid params", `${method} does not take ${unknown}`);
  }
  return methods[method]!(double, params, subscriber);
}

function targetOf(double: MessagesDouble, params: Json): DoubleChat {
  const given = selectors.filter((name) => params[name] !== undefined);
  const { to } = params;
  if (given.length + (to === undefined ? 0 : 1) !== 1) {
    throw rpcError(-32_602, "Invalid params", "use to or chat_*; not both");
  }
  if (typeof to === "string") return double.chatWith(to, params["service"] === "sms" ? "SMS" : "iMessage");
  const { chat_id: id, chat_guid: guid, chat_identifier: identifier } = params;
  const chat = double.chats.find((one) => one.id === id || one.guid === guid || one.identifier === identifier);
  if (!chat) throw rpcError(-32_602, "Invalid params", `chat not found: ${String(id ?? guid ?? identifier)}`);
  return chat;
}

function messageOf(double: MessagesDouble, guid: unknown): DoubleRow {
  const row = double.rows.find((one) => one.guid === guid);
  if (!row) throw rpcError(-32_602, "Invalid params", `message not found: ${String(guid)}`);
  return row;
}

/** As imsg does: a copy among the attachments, for the original may go away. */
function takeFile(double: MessagesDouble, path: string) {
  if (!existsSync(path)) throw rpcError(-32_602, "Invalid params", `no such file: ${path}`);
  const folder = join(double.attachmentsFolder, "imsg", crypto.randomUUID());
  mkdirSync(folder, { recursive: true });
  const kept = join(folder, basename(path));
  copyFileSync(path, kept);
  return { path: kept, fileName: basename(path), mimeType: "application/octet-stream", bytes: statSync(kept).size };
}
