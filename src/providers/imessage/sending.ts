import { isoTime, slept, isPlainObject } from "../../lib/index.ts";
import { DeliveryError } from "../errors.ts";
import type { MessageRef, OutboundMessage, SentRef } from "../message.ts";
import { stageFile, type StagedFile } from "./attachments.ts";
import { bareGuid, readRow, type Row } from "./decode.ts";
import { encodeSend, type Target, targetOf } from "./encode.ts";
import { CallError, deliveryErrorOf, isMissingAbility, rpcCodes } from "./failures.ts";
import { isSms, peerKey, peerOf } from "./handles.ts";
import { textHash } from "./ledger.ts";
import { readTimeMs, sendTimeMs, type Session } from "./session.ts";

/** How long the row of a message is waited for, where imsg does not tell its guid. */
const rowTimeMs = 5000;
/** A send that was cut may still be on its way into the database for so long. */
const settleMs = 10_000;
/** The clocks of two machines. */
const skewMs = 5 * 60_000;
const historyRows = 100;
const chatsLookedAt = 200;

/** One message to Messages. Rejects with a DeliveryError or the signal's reason. */
export async function sendMessage(session: Session, message: OutboundMessage, signal: AbortSignal): Promise<SentRef> {
  const { ledger, ground } = session;
  signal.throwIfAborted();
  const staged = message.media && (await stageFile(ground, message.media, signal));
  try {
    await ledger.open(message);
    const result = await perform(session, message, staged, signal);
    return await sentRef(session, message, result);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const failed = deliveryErrorOf(error);
    if (failed.isCertain) await ledger.drop(message.sendId);
    throw failed;
  } finally {
    await staged?.[Symbol.asyncDispose]();
  }
}

async function perform(
  { rpc, abilities, settings, chats, gaveUp }: Session,
  message: OutboundMessage,
  staged: StagedFile | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  const target: Target = targetOf(message.peer, chats.find(message.peer));
  for (let isUnquoted = false; ; isUnquoted = true) {
    const params = encodeSend(message, { target, file: staged?.path, isUnquoted }, settings, abilities);
    if (!params) {
      const words = "a message without content cannot be sent to Messages";
      throw new DeliveryError(words, { isCertain: true, isPermanent: true });
    }
    try {
      return await rpc.call("send", params, { timeoutMs: sendTimeMs, signal });
    } catch (error) {
      if (!isOver(error)) gaveUp();
      if (isUnquoted || !("reply_to" in params) || !isRefusedQuote(error)) throw error;
    }
  }
}

/** imsg told that it does nothing more about the send. */
function isOver(error: unknown): boolean {
  return error instanceof CallError && error.failure.kind === "answered" && !isBlocking(error.failure);
}

function isBlocking({ code, disposition }: { readonly code: number; readonly disposition?: string | undefined }) {
  return disposition === "still_in_flight" || code === rpcCodes.laneBlocked;
}

/** The message that was to be quoted is gone, or the bridge is. Nothing left. */
function isRefusedQuote(error: unknown): boolean {
  if (!(error instanceof CallError) || !deliveryErrorOf(error).isCertain || error.failure.kind !== "answered") {
    return false;
  }
  return error.failure.meaning === "noReply" || error.failure.meaning === "noChat";
}

async function sentRef(session: Session, message: OutboundMessage, result: unknown): Promise<SentRef> {
  const { ledger, chats, ports, accountId } = session;
  const told = isPlainObject(result) ? result : {};
  const guid = typeof told["guid"] === "string" && told["guid"] !== "" ? bareGuid(told["guid"]) : undefined;
  const rowId = typeof told["id"] === "number" ? told["id"] : undefined;
  const changes = [...ledger.close(message.sendId, { guid, rowId })];
  const { chat_guid: chatGuid, service } = told;
  if (typeof chatGuid === "string" && chatGuid !== "") {
    changes.push(...chats.note(message.peer, chatGuid, undefined));
    if (isSms(chatGuid, typeof service === "string" ? service : undefined)) {
      ports.log.info("sent.as-sms", { account: accountId, sendId: message.sendId });
    }
  }
  if (changes.length > 0) await ports.records.write(changes);
  return { messageId: guid ?? (await rowGuid(session, message)) ?? `sent:${message.sendId}` };
}

/** Versions before 0.10 say only that it was sent; its row comes with the others. */
async function rowGuid({ ledger, ports }: Session, { sendId }: OutboundMessage): Promise<string | undefined> {
  const done = new AbortController();
  const late = slept(ports.clock, rowTimeMs, done.signal).then(() => undefined);
  try {
    return await Promise.race([ledger.guidOf(sendId, done.signal), late]);
  } finally {
    done.abort();
  }
}

/**
 * Looks into the chat's history whether a message arrived: a row from here with its text, written since then, that is
 * not the row of another send. A send that was cut a moment ago is given time to show up, since imsg may have handed
 * it to Messages just before.
 */
export async function findSent(
  session: Session,
  message: OutboundMessage,
  sinceMs: number,
  signal: AbortSignal,
): Promise<SentRef | undefined> {
  const { ledger, ports, openedAtMs } = session;
  const { clock } = ports;
  const entry = ledger.find(message.sendId);
  if (entry?.guid !== undefined) return { messageId: entry.guid };
  const found = await lookFor(session, message, sinceMs, signal);
  // What an earlier imsg was doing was over when this one was started.
  const overAtMs = entry === undefined ? 0 : Math.max(entry.atMs, openedAtMs);
  const waitMs = Math.max(0, overAtMs + settleMs - clock.nowMs());
  if (found || waitMs === 0) return found;
  await clock.sleep(waitMs, signal);
  const seen = ledger.find(message.sendId)?.guid;
  return seen !== undefined ? { messageId: seen } : lookFor(session, message, sinceMs, signal);
}

async function lookFor(
  session: Session,
  message: OutboundMessage,
  sinceMs: number,
  signal: AbortSignal,
): Promise<SentRef | undefined> {
  const { rpc, ledger, ports } = session;
  const chatId = await chatIdOf(session, message, signal);
  // Whoever has no chat has got nothing.
  if (chatId === undefined) return undefined;
  const start = isoTime(Math.max(0, sinceMs - skewMs));
  const params = { chat_id: chatId, limit: historyRows, start, attachments: true };
  const rows = rowsIn(await rpc.call("messages.history", params, { timeoutMs: readTimeMs, signal }));
  const print = printOf(message);
  const fits = (row: Row) =>
    row.isFromMe && row.guid !== "" && textHash(row.print) === print && !ledger.isOfOther(row.guid, message.sendId);
  const first = rows.filter(fits).toSorted((left, right) => left.rowId - right.rowId)[0];
  if (!first) return undefined;
  await ports.records.write(ledger.close(message.sendId, { guid: first.guid, rowId: first.rowId }));
  return { messageId: first.guid };
}

function printOf({ text, media }: OutboundMessage): string {
  return textHash(text?.markup || (media?.fileName ?? ""));
}

/** History is asked for by the Mac's own number of a chat, which rows and the list of chats tell. */
async function chatIdOf(session: Session, { peer }: OutboundMessage, signal: AbortSignal): Promise<number | undefined> {
  const known = session.chats.find(peer)?.chatId;
  if (known !== undefined) return known;
  const listed = await session.rpc.call("chats.list", { limit: chatsLookedAt }, { timeoutMs: readTimeMs, signal });
  const key = peerKey(peer);
  for (const chat of chatsIn(listed)) {
    const named = peerOf({ chatGuid: chat.guid, chatIdentifier: chat.identifier, isGroup: chat.isGroup, sender: "" });
    if (named?.kind === peer.kind && named.id === key) return chat.id;
  }
  return undefined;
}

export interface ListedChat {
  readonly id: number;
  readonly guid: string;
  readonly identifier: string;
  readonly isGroup: boolean;
  /** The address or account by which this Mac is in the chat, from newer versions. */
  readonly login: string | undefined;
}

export function chatsIn(result: unknown): readonly ListedChat[] {
  const chats = isPlainObject(result) && Array.isArray(result["chats"]) ? (result["chats"] as readonly unknown[]) : [];
  return chats.flatMap((chat) => {
    if (!isPlainObject(chat)) return [];
    const { id, guid, identifier, is_group: isGroup } = chat;
    if (typeof id !== "number") return [];
    const login = chat["last_addressed_handle"] ?? chat["account_login"];
    return [
      {
        id,
        guid: typeof guid === "string" ? guid : "",
        identifier: typeof identifier === "string" ? identifier : "",
        isGroup: isGroup === true,
        login: typeof login === "string" && login !== "" ? login : undefined,
      },
    ];
  });
}

export function rowsIn(result: unknown): readonly Row[] {
  const rows =
    isPlainObject(result) && Array.isArray(result["messages"]) ? (result["messages"] as readonly unknown[]) : [];
  return rows.flatMap((row) => readRow(row) ?? []);
}

export interface BridgeCall {
  readonly method: "message.edit" | "tapback";
  readonly ref: MessageRef;
  readonly rest: Readonly<Record<string, unknown>>;
}

/** What only the bridge can do with a message. Rejects with a CallError or the signal's reason. */
export async function callBridge(session: Session, call: BridgeCall, signal: AbortSignal): Promise<void> {
  const { rpc, abilities, chats } = session;
  const { method, ref, rest } = call;
  const target = targetOf(ref.peer, chats.find(ref.peer));
  const chat = "to" in target ? { chat_identifier: target.to } : target;
  const params = { ...chat, message_guid: ref.messageId, ...rest };
  try {
    await rpc.call(method, params, { timeoutMs: readTimeMs, signal });
  } catch (error) {
    if (error instanceof CallError && isMissingAbility(error)) abilities.lacks(method);
    throw error;
  }
}
