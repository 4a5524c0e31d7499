import { Database as Sqlite } from "bun:sqlite";
import { closeSync, fsyncSync, openSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Bytes } from "../../src/lib/index.ts";
import { Chance } from "../fuzz/chance.ts";

/** Fills the state of a gateway that is not running with years of conversations. */

export interface Filling {
  readonly sessions: number;
  readonly transcriptBytes: number;
  readonly pictures: number;
}

/** A session that is longer than others, one with long messages, and one with pictures. */
export const longKey = "agent:main:long";
export const wideKey = "agent:main:wide";
export const pictureKey = "agent:main:pictures";
export const sessionKeyOf = (index: number) => `agent:main:dm:person-${index}`;

const pictureBytes = 400_000;
const wideChars = 200_000;
const wideMessages = 100;
/** Of all transcripts, the share of the long session. */
const longShare = 0.1;
const messageChars = 1_800;
const startMs = Date.UTC(2025, 0, 1);

export function fill(stateDir: string, filling: Filling): { readonly entries: number; readonly bytes: number } {
  const database = new Sqlite(join(stateDir, "clawdia.db"));
  database.exec("PRAGMA synchronous = OFF");
  const chance = new Chance(1);
  const book = new Book(database, chance);
  database.transaction(() => {
    const longMessages = Math.floor((filling.transcriptBytes * longShare) / messageChars);
    book.session(longKey, longMessages, () => book.words(messageChars));
    if (filling.pictures > 0) book.session(wideKey, wideMessages, () => book.words(wideChars));
    const rest = filling.transcriptBytes * (1 - longShare) - wideMessages * wideChars;
    const perSession = Math.max(2, Math.floor(rest / messageChars / filling.sessions));
    for (let index = 0; index < filling.sessions; index++) {
      book.session(sessionKeyOf(index), perSession, () => book.words(messageChars));
    }
    book.pictures(stateDir, filling.pictures);
  })();
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  // At rest: the first sync of the gateway would otherwise write all of it.
  const file = openSync(join(stateDir, "clawdia.db"), "r");
  fsyncSync(file);
  closeSync(file);
  return { entries: book.entries, bytes: book.bytes };
}

class Book {
  entries = 0;
  bytes = 0;
  readonly #chance: Chance;
  readonly #addSession;
  readonly #addEntry;
  readonly #text: string;

  constructor(database: Sqlite, chance: Chance) {
    this.#chance = chance;
    this.#text = Array.from({ length: 80_000 }, () => chance.pick(["so", "it", "was", "said", "and", "done"])).join(
      " ",
    );
    this.#addSession = database.query(
      `INSERT INTO sessions (key, agent_id, session_id, kind, settings, next_seq, input_tokens, output_tokens,
         aborted_last_run, system_sent, created_at, updated_at)
       VALUES (?, 'main', ?, 'direct', '{}', ?, 1, 1, 0, 1, ?, ?)`,
    );
    this.#addEntry = database.query(
      "INSERT INTO entries (id, session_id, seq, role, run_id, body, at) VALUES (?, ?, ?, ?, NULL, ?, ?)",
    );
  }

  words(chars: number): string {
    const from = this.#chance.below(this.#text.length - chars);
    return this.#text.slice(from, from + chars);
  }

  session(key: string, messages: number, text: () => string): void {
    const sessionId = this.#open(key, messages);
    for (let seq = 1; seq <= messages; seq++) {
      const isPerson = seq % 2 === 1;
      const content = [{ type: "text", text: isPerson ? text().slice(0, 400) + text().slice(0, 1400) : text() }];
      this.#add(sessionId, seq, isPerson ? "user" : "assistant", content);
    }
  }

  /** A session in which every message is a picture. */
  pictures(stateDir: string, count: number): void {
    if (count === 0) return;
    const folder = join(stateDir, "media");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const sessionId = this.#open(pictureKey, count);
    for (let seq = 1; seq <= count; seq++) {
      const bytes = new Uint8Array(pictureBytes).fill(seq % 251);
      bytes.set([0x89, 0x50, 0x4e, 0x47, seq & 255, seq >> 8]);
      const sha256 = sha256Bytes(bytes);
      writeFileSync(join(folder, sha256), bytes, { mode: 0o600 });
      this.#add(sessionId, seq, "user", [{ type: "image", sha256, mimeType: "image/png", bytes: pictureBytes }]);
    }
  }

  #open(key: string, messages: number): string {
    const sessionId = `s-${key}`;
    const atMs = startMs + this.#chance.below(500) * 86_400_000;
    this.#addSession.run(key, sessionId, messages + 1, atMs, atMs);
    return sessionId;
  }

  #add(sessionId: string, seq: number, role: string, content: readonly unknown[]): void {
    const timestamp = startMs + seq * 60_000;
    const body = JSON.stringify({ role, content, timestamp });
    this.#addEntry.run(`msg_${(this.entries++).toString(32).padStart(9, "0")}`, sessionId, seq, role, body, timestamp);
    this.bytes += body.length;
  }
}
