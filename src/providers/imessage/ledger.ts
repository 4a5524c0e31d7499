import { type Clock, safeFileName, sha256Text, isPlainObject } from "../../lib/index.ts";
import type { OutboundMessage } from "../message.ts";
import type { RecordChange, Records } from "../provider.ts";
import { cleanText, type Row } from "./decode.ts";
import { peerKey, peerOf } from "./handles.ts";

/**
 * What we sent, on disk before it leaves. Messages shows it again: as rows from this Mac's owner, and in a chat with
 * oneself a second time, as if somebody else had written it. A gateway that answers those answers itself for ever.
 */
const kind = "sent";
const entriesMax = 2000;
/** How long an entry is kept. */
const lifeMs = 24 * 60 * 60 * 1000;
/** Between our note of a send and the time on its row, which is another machine's clock. */
const windowMs = 10 * 60 * 1000;

export interface Entry {
  readonly sendId: string;
  readonly chat: string;
  /** Of the text, or of the file's name. Texts are in one place only, the outbox. */
  readonly hash: string;
  readonly atMs: number;
  readonly guid?: string | undefined;
  readonly rowId?: number | undefined;
  /** The row that looked as if somebody else had written it. */
  readonly twin?: string | undefined;
}

export class Ledger {
  readonly #records: Records;
  readonly #clock: Pick<Clock, "nowMs">;
  readonly #entries = new Map<string, Entry>();
  readonly #guids = new Set<string>();
  readonly #waiting = new Map<string, (guid: string) => void>();

  constructor(records: Records, clock: Pick<Clock, "nowMs">) {
    this.#records = records;
    this.#clock = clock;
    const kept = records.list(kind).flatMap(({ id, value }) => entryIn(id, value) ?? []);
    for (const entry of kept.toSorted((left, right) => left.atMs - right.atMs)) this.#remember(entry);
  }

  find(sendId: string): Entry | undefined {
    return this.#entries.get(sendId);
  }

  isOurs(guid: string): boolean {
    return this.#guids.has(guid);
  }

  /** Whether a row is that of another send than this one. */
  isOfOther(guid: string, sendId: string): boolean {
    return this.#guids.has(guid) && this.#entries.get(sendId)?.guid !== guid;
  }

  /** Before the message leaves. */
  async open(message: OutboundMessage): Promise<void> {
    const { sendId, peer } = message;
    const entry = { sendId, chat: peerKey(peer), hash: hashOf(message), atMs: this.#clock.nowMs() };
    this.#remember(entry);
    await this.#records.write([write(entry), ...this.#prune()]);
  }

  /** Messages took it, and told how it calls it. What is to be written, if that is news. */
  close(sendId: string, found: Pick<Entry, "guid" | "rowId">): readonly RecordChange[] {
    const entry = this.#entries.get(sendId);
    if (!entry) return [];
    const closed = { ...entry, guid: found.guid ?? entry.guid, rowId: found.rowId ?? entry.rowId };
    if (closed.guid === entry.guid && closed.rowId === entry.rowId) return [];
    this.#remember(closed);
    return [write(closed)];
  }

  /** It certainly did not leave. */
  async drop(sendId: string): Promise<void> {
    this.#entries.delete(sendId);
    await this.#records.write([{ kind, id: sendId, value: undefined }]);
  }

  /** The guid that the row of a send turns out to have; versions before 0.10 do not tell it. */
  guidOf(sendId: string, signal: AbortSignal): Promise<string> {
    const known = this.#entries.get(sendId)?.guid;
    if (known !== undefined) return Promise.resolve(known);
    signal.addEventListener("abort", () => this.#waiting.delete(sendId), { once: true });
    return new Promise((resolve) => this.#waiting.set(sendId, resolve));
  }

  /** A row that says that it is from here. What is to be written when it is ours. */
  observe(row: Row): readonly RecordChange[] {
    if (row.guid === "" || this.#guids.has(row.guid)) return [];
    const entry = this.#match(row, ({ guid }) => guid === undefined);
    if (!entry) return [];
    const seen = { ...entry, guid: row.guid, rowId: row.rowId };
    this.#remember(seen);
    return [write(seen)];
  }

  /**
   * A row that says that somebody else wrote it, and whether it is a copy of ours: the same guid or row, or, in a chat
   * with oneself, the same text at the same time. Every send has one such copy at most.
   */
  copyOf(row: Row, isSelfChat: boolean): readonly RecordChange[] | undefined {
    if (row.guid !== "" && this.#guids.has(row.guid)) return [];
    if ([...this.#entries.values()].some(({ rowId }) => rowId === row.rowId)) return [];
    const entry = isSelfChat ? this.#match(row, ({ twin }) => twin === undefined || twin === row.guid) : undefined;
    if (!entry) return undefined;
    const seen = { ...entry, twin: row.guid };
    this.#remember(seen);
    return [write(seen)];
  }

  #match(row: Row, fits: (entry: Entry) => boolean): Entry | undefined {
    const peer = peerOf(row);
    if (!peer || !Number.isSafeInteger(row.sentAtMs)) return undefined;
    const hash = textHash(row.print);
    return [...this.#entries.values()].find(
      (entry) =>
        entry.chat === peer.id && entry.hash === hash && Math.abs(row.sentAtMs - entry.atMs) <= windowMs && fits(entry),
    );
  }

  #remember(entry: Entry): void {
    this.#entries.delete(entry.sendId);
    this.#entries.set(entry.sendId, entry);
    if (entry.guid === undefined) return;
    this.#guids.add(entry.guid);
    this.#waiting.get(entry.sendId)?.(entry.guid);
    this.#waiting.delete(entry.sendId);
  }

  #prune(): RecordChange[] {
    const oldestMs = this.#clock.nowMs() - lifeMs;
    const gone = [...this.#entries.values()].filter(
      ({ atMs }, index) => atMs < oldestMs || index < this.#entries.size - entriesMax,
    );
    for (const { sendId, guid } of gone) {
      this.#entries.delete(sendId);
      if (guid !== undefined) this.#guids.delete(guid);
    }
    return gone.map(({ sendId }) => ({ kind, id: sendId, value: undefined }));
  }
}

/** Of what its row will be known by: the text, or the file's name. */
function hashOf({ text, media }: OutboundMessage): string {
  return textHash(text?.markup || (media === undefined ? "" : safeFileName(media.fileName)));
}

/** Blanks at the ends are Messages' own affair. */
export function textHash(text: string): string {
  return sha256Text(cleanText(text).trim().replaceAll("\r\n", "\n")).slice(0, 32);
}

function write({ sendId, ...entry }: Entry): RecordChange {
  return { kind, id: sendId, value: JSON.stringify(entry) };
}

function entryIn(sendId: string, text: string): Entry | undefined {
  const kept: unknown = JSON.parse(text);
  if (!isPlainObject(kept)) return undefined;
  const { chat, hash, atMs, guid, rowId, twin } = kept;
  if (typeof chat !== "string" || typeof hash !== "string" || typeof atMs !== "number") return undefined;
  return {
    sendId,
    chat,
    hash,
    atMs,
    guid: typeof guid === "string" ? guid : undefined,
    rowId: typeof rowId === "number" ? rowId : undefined,
    twin: typeof twin === "string" ? twin : undefined,
  };
}
