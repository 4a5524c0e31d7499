import { type Ids, shorten } from "../lib/index.ts";
import type { Database } from "../storage/index.ts";
import type { MediaStore } from "./media.store.ts";
import { type ChatMessage, type ContentBlock, type StoredMessage, textOf } from "./message.ts";
import type { Session } from "./session.ts";
import type { SessionStore } from "./sessions.store.ts";

/** What was said in a session, in order. Entries are only ever added; compaction sets old ones aside. */

/** JSON of one history reply; the oldest messages are left out above it. */
export const historyBytesMax = 6 * 1024 * 1024;
const titleCharsMax = 60;

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
  history(sessionId: string, limit: number): ChatMessage[] {
    const messages: ChatMessage[] = [];
    let bytes = 0;
    for (const row of this.#newestFirst(sessionId, limit)) {
      const stored = JSON.parse(row.body) as StoredMessage;
      const fitsWhole = bytes + row.body.length + mediaCharsOf(stored) < historyBytesMax;
      const content = stored.content.map((block) => (fitsWhole ? this.#withBytes(block) : inWords(block)));
      const { prompt: _prompt, tail: _tail, inner: _inner, ...shown } = stored;
      const message = { ...shown, id: row.id, content };
      bytes += Buffer.byteLength(JSON.stringify(message)) + 1;
      if (bytes > historyBytesMax) break;
      messages.push(message);
    }
    return messages.toReversed();
  }

  /** The newest messages without media, oldest first: what an engine and a preview read. */
  recent(sessionId: string, limit: number): StoredMessage[] {
    return this.#newestFirst(sessionId, limit)
      .map((row) => JSON.parse(row.body) as StoredMessage)
      .toReversed();
  }

  /** The newest entries with what only engines read, oldest first. */
  past(sessionId: string, limit: number): PastEntry[] {
    return this.#database
      .query<EntryRow>("SELECT * FROM entries WHERE session_id = ? AND archived = 0 ORDER BY seq DESC LIMIT ?")
      .all(sessionId, limit)
      .map((row) => ({ id: row.id, message: JSON.parse(row.body) as StoredMessage }))
      .toReversed();
  }

  /** What one run did in a session so far, in order. */
  ofRun(sessionId: string, runId: string): PastEntry[] {
    return this.#database
      .query<EntryRow>("SELECT * FROM entries WHERE run_id = ? AND session_id = ? ORDER BY seq")
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

  /** Sets all but the newest `keep` aside. Returns how many stay and how many went. */
  compact(sessionId: string, keep: number): { readonly kept: number; readonly archived: number } {
    const { changes } = this.#database
      .query(
        `UPDATE entries SET archived = 1 WHERE session_id = ?1 AND archived = 0 AND seq <
           (SELECT min(seq) FROM
             (SELECT seq FROM entries WHERE session_id = ?1 AND archived = 0 ORDER BY seq DESC LIMIT ?2))`,
      )
      .run(sessionId, keep);
    return { kept: this.count(sessionId), archived: changes };
  }

  count(sessionId: string): number {
    return this.#database
      .query<{ n: number }>("SELECT count(*) AS n FROM entries WHERE session_id = ? AND archived = 0")
      .get(sessionId)!.n;
  }

  remove(sessionId: string): void {
    this.#database.query("DELETE FROM entries WHERE session_id = ?").run(sessionId);
  }

  #newestFirst(sessionId: string, limit: number): EntryRow[] {
    return this.#database
      .query<EntryRow>(
        `SELECT * FROM entries WHERE session_id = ? AND archived = 0 AND role IN ('user', 'assistant')
         ORDER BY seq DESC LIMIT ?`,
      )
      .all(sessionId, limit);
  }

  #withBytes(block: StoredMessage["content"][number]): ContentBlock {
    if (block.type !== "image") return block;
    const bytes = this.#media.get(block.sha256);
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
