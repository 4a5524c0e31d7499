import { type Ids, nextTurn, shorten } from "../lib/index.ts";
import { PreparedJson } from "../protocol/index.ts";
import type { Database } from "../storage/index.ts";
import type { MediaStore } from "./media.store.ts";
import { type ChatMessage, type ContentBlock, type StoredMessage, textOf } from "./message.ts";
import type { Session } from "./session.ts";
import type { SessionStore } from "./sessions.store.ts";

/** What was said in a session, in order. Entries are only ever added; compaction sets old ones aside. */

/** JSON of one history reply; the oldest messages are left out above it. */
export const historyBytesMax = 6 * 1024 * 1024;
const titleCharsMax = 60;
/** What an engine is given of the past, in characters of JSON; no model reads more at once. */
const pastCharsMax = 3 * 1024 * 1024;
/** What is read in one go, and handled before others get their turn: a millisecond or two. */
const rowsPerRead = 16;
const charsPerTurn = 256 * 1024;
/** Rows that are changed in one transaction. */
const rowsPerBatch = 512;

/** A message of the past with its id, as the engine's side reads it. */
export interface PastEntry {
  readonly id: string;
  readonly message: StoredMessage;
}

interface EntryRow {
  id: string;
  seq: number;
  role: string;
  run_id: string | null;
  body: string;
  at: number;
}

export class Transcript {
  readonly #database: Database;
  readonly #store: SessionStore;
  readonly #media: MediaStore;
  readonly #ids: Ids;

  constructor(parts: {
    readonly database: Database;
    readonly store: SessionStore;
    readonly media: MediaStore;
    readonly ids: Ids;
  }) {
    this.#database = parts.database;
    this.#store = parts.store;
    this.#media = parts.media;
    this.#ids = parts.ids;
  }

  /** Adds a message and returns its id. Call it inside the transaction that it belongs to. */
  append(session: Pick<Session, "key" | "sessionId">, message: StoredMessage): string {
    const id = this.#ids.sortable("msg");
    const seq = this.#store.takeSeq(session.key, message.timestamp);
    this.#database
      .query("INSERT INTO entries (id, session_id, seq, role, run_id, body, at) VALUES (?, ?, ?, ?, ?, ?, ?)")
      .run(
        id,
        session.sessionId,
        seq,
        message.inner?.kind ?? message.role,
        message.runId ?? null,
        JSON.stringify(message),
        message.timestamp,
      );
    return id;
  }

  /** The newest messages in the order they were said, with their media, up to `limit` and the size of one reply. */
  async history(sessionId: string, limit: number): Promise<PreparedJson<ChatMessage>[]> {
    const messages: PreparedJson<ChatMessage>[] = [];
    let bytes = 0;
    for await (const row of this.#newestInTurns(sessionId, limit)) {
      const stored = JSON.parse(row.body) as StoredMessage;
      const fitsWhole = bytes + row.body.length + mediaCharsOf(stored) < historyBytesMax;
      const content: ContentBlock[] = [];
      for (const block of stored.content) content.push(fitsWhole ? await this.#withBytes(block) : inWords(block));
      const { prompt: _prompt, tail: _tail, inner: _inner, ...shown } = stored;
      const message = new PreparedJson<ChatMessage>({ ...shown, id: row.id, content });
      bytes += Buffer.byteLength(message.text) + 1;
      if (bytes > historyBytesMax) break;
      messages.push(message);
    }
    return messages.toReversed();
  }

  /** The newest messages without media, oldest first, while others go on. */
  async recentInTurns(sessionId: string, limit: number): Promise<StoredMessage[]> {
    const messages: StoredMessage[] = [];
    for await (const row of this.#newestInTurns(sessionId, limit)) messages.push(JSON.parse(row.body) as StoredMessage);
    return messages.toReversed();
  }

  /** The same at once, for a few. */
  recent(sessionId: string, limit: number): StoredMessage[] {
    return this.#newestFirst(sessionId, limit)
      .map((row) => JSON.parse(row.body) as StoredMessage)
      .toReversed();
  }

  /** The newest entries with what only engines read, oldest first, as far as any engine can read. Others get turns. */
  async past(sessionId: string, limit: number): Promise<PastEntry[]> {
    const page = this.#database.query<EntryRow>(
      "SELECT * FROM entries WHERE session_id = ? AND archived = 0 AND seq < ? ORDER BY seq DESC LIMIT ?",
    );
    const entries: PastEntry[] = [];
    let chars = 0;
    for await (const row of inTurns(limit, (wanted, before) => page.all(sessionId, before, wanted))) {
      entries.push({ id: row.id, message: JSON.parse(row.body) as StoredMessage });
      chars += row.body.length;
      if (chars >= pastCharsMax) break;
    }
    return entries.toReversed();
  }

  /** What one run did in a session so far, in order. By its index: the order alone would lead through all entries. */
  ofRun(sessionId: string, runId: string): PastEntry[] {
    return this.#database
      .query<EntryRow>(
        "SELECT * FROM entries INDEXED BY entries_by_run WHERE run_id = ? AND session_id = ? ORDER BY seq",
      )
      .all(runId, sessionId)
      .map((row) => ({ id: row.id, message: JSON.parse(row.body) as StoredMessage }));
  }

  /** Sets the named entries aside: a summary stands in for them. */
  archive(ids: readonly string[]): void {
    for (const id of ids) this.#database.query("UPDATE entries SET archived = 1 WHERE id = ?").run(id);
  }

  /** The first thing that a person said, cut to a title. */
  titleOf(sessionId: string): string | undefined {
    const row = this.#database
      .query<EntryRow>("SELECT * FROM entries WHERE session_id = ? AND role = 'user' ORDER BY seq LIMIT 1")
      .get(sessionId);
    if (!row) return undefined;
    const text = textOf(JSON.parse(row.body) as StoredMessage)
      .replace(/\s+/g, " ")
      .trim();
    if (text === "") return undefined;
    return shorten(text, titleCharsMax);
  }

  /** Sets all but the newest `keep` aside, while others go on. Returns how many stay and how many went. */
  async compact(sessionId: string, keep: number): Promise<{ readonly kept: number; readonly archived: number }> {
    const kept = this.#database
      .query<{ n: number; first: number | null }>(
        `SELECT count(*) AS n, min(seq) AS first FROM
           (SELECT seq FROM entries WHERE session_id = ? AND archived = 0 ORDER BY seq DESC LIMIT ?)`,
      )
      .get(sessionId, keep)!;
    const archived = await this.#inBatches(
      `UPDATE entries SET archived = 1 WHERE rowid IN (SELECT rowid FROM entries
         WHERE session_id = ?1 AND archived = 0 AND seq < ?2 ORDER BY seq DESC LIMIT ?3)`,
      [sessionId, kept.first ?? 0],
    );
    return { kept: kept.n, archived };
  }

  /** Deletes what was said, while others go on; `last` belongs to the transaction that takes the rest. */
  async remove<T>(sessionId: string, last: () => T): Promise<T> {
    await this.#inBatches(
      "DELETE FROM entries WHERE rowid IN (SELECT rowid FROM entries WHERE session_id = ?1 LIMIT ?2)",
      [sessionId],
    );
    return this.#database.commit(() => {
      this.#database.query("DELETE FROM entries WHERE session_id = ?").run(sessionId);
      return last();
    });
  }

  /** Runs the statement, whose last parameter is how many rows it may change, until it changes none any more. */
  async #inBatches(sql: string, parameters: readonly (string | number)[]): Promise<number> {
    let total = 0;
    for (;;) {
      const changes = await this.#database.commit(
        () => this.#database.query(sql).run(...parameters, rowsPerBatch).changes,
      );
      total += changes;
      if (changes < rowsPerBatch) return total;
    }
  }

  /** The newest messages one by one. Others get their turn now and then, so rows may have been set aside meanwhile. */
  #newestInTurns(sessionId: string, limit: number): AsyncGenerator<EntryRow> {
    return inTurns(limit, (wanted, before) => this.#newestFirst(sessionId, wanted, before));
  }

  #newestFirst(sessionId: string, limit: number, before = Number.MAX_SAFE_INTEGER): EntryRow[] {
    return this.#database
      .query<EntryRow>(
        `SELECT * FROM entries WHERE session_id = ? AND archived = 0 AND role IN ('user', 'assistant') AND seq < ?
         ORDER BY seq DESC LIMIT ?`,
      )
      .all(sessionId, before, limit);
  }

  async #withBytes(block: StoredMessage["content"][number]): Promise<ContentBlock> {
    if (block.type !== "image") return block;
    const bytes = await this.#media.getAsync(block.sha256);
    if (!bytes) return { type: "text", text: "(an image that is no longer stored)" };
    return { type: "image", mimeType: block.mimeType, data: Buffer.from(bytes).toString("base64") };
  }
}

/** Base64 of a message's media, in characters. */
function mediaCharsOf({ content }: StoredMessage): number {
  return content.reduce((sum, block) => sum + (block.type === "image" ? Math.ceil(block.bytes / 3) * 4 : 0), 0);
}

function inWords(block: StoredMessage["content"][number]): ContentBlock {
  if (block.type !== "image") return block;
  return { type: "text", text: `(an image of ${block.bytes} bytes, too large to be shown here)` };
}

/** Rows of a reader that gives the newest before a number, page by page, with a turn for others now and then. */
async function* inTurns(
  limit: number,
  read: (wanted: number, before: number) => readonly EntryRow[],
): AsyncGenerator<EntryRow> {
  let before = Number.MAX_SAFE_INTEGER;
  let chars = 0;
  for (let left = limit; left > 0; left -= rowsPerRead) {
    const wanted = Math.min(left, rowsPerRead);
    const rows = read(wanted, before);
    for (const row of rows) {
      yield row;
      chars += row.body.length;
      if (chars < charsPerTurn) continue;
      chars = 0;
      await nextTurn();
    }
    const last = rows.at(-1);
    if (!last || rows.length < wanted) return;
    before = last.seq;
  }
}
