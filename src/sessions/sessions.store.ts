import { nextTurn } from "../lib/index.ts";
import type { Database } from "../storage/index.ts";
import type { Session, SessionDelivery, SessionSettings } from "./session.ts";
import type { SessionKey, SessionKind } from "./session-key.ts";

/** Sessions as rows. */

interface SessionRecord {
  key: string;
  agent_id: string;
  session_id: string;
  kind: string;
  label: string | null;
  spawned_by: string | null;
  settings: string;
  next_seq: number;
  input_tokens: number;
  output_tokens: number;
  aborted_last_run: number;
  system_sent: number;
  created_at: number;
  updated_at: number;
  delivery: string | null;
  display_name: string | null;
  last_human_at: number | null;
  summary: string | null;
  context_tokens: number | null;
}

export interface SessionFilter {
  readonly agentId?: string | undefined;
  readonly label?: string | undefined;
  readonly spawnedBy?: string | undefined;
  readonly search?: string | undefined;
  readonly updatedSinceMs?: number | undefined;
  readonly includeGlobal: boolean;
  readonly includeUnknown: boolean;
  readonly limit: number;
}

/** Sessions that are read and searched before others get their turn; about two milliseconds. */
const sessionsPerRead = 256;

export class SessionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find(key: SessionKey): Session | undefined {
    const row = this.#database.query<SessionRecord>("SELECT * FROM sessions WHERE key = ?").get(key);
    return row ? sessionOf(row) : undefined;
  }

  findAll(column: "session_id" | "label", value: string): Session[] {
    return this.#database.query<SessionRecord>(`SELECT * FROM sessions WHERE ${column} = ?`).all(value).map(sessionOf);
  }

  count(): number {
    return this.#database.query<{ n: number }>("SELECT count(*) AS n FROM sessions").get()!.n;
  }

  countOf(agentId: string): number {
    return this.#database.query<{ n: number }>("SELECT count(*) AS n FROM sessions WHERE agent_id = ?").get(agentId)!.n;
  }

  /** Newest first. */
  list(filter: Omit<SessionFilter, "search">): Session[] {
    return this.#page(filter, filter.limit, 0);
  }

  /** The same with a search, while others go on. A session that moves up meanwhile may be missed. */
  async listInTurns(filter: SessionFilter): Promise<Session[]> {
    const search = filter.search?.trim().toLowerCase() ?? "";
    const found = new Map<SessionKey, Session>();
    for (let offset = 0; found.size < filter.limit; offset += sessionsPerRead) {
      const page = this.#page(filter, sessionsPerRead, offset);
      for (const session of page) {
        // SQLite lowers ASCII letters only, so a search is done here.
        if (search === "" || isFound(session, search)) found.set(session.key, session);
      }
      if (page.length < sessionsPerRead) break;
      await nextTurn();
    }
    return [...found.values()].slice(0, filter.limit);
  }

  #page(filter: Omit<SessionFilter, "search">, limit: number, offset: number): Session[] {
    return this.#database
      .query<SessionRecord>(
        `SELECT * FROM sessions
         WHERE (?1 IS NULL OR agent_id = ?1) AND (?2 IS NULL OR label = ?2) AND (?3 IS NULL OR spawned_by = ?3)
           AND (?4 IS NULL OR updated_at >= ?4) AND (?5 OR key <> 'global') AND (?6 OR key <> 'unknown')
         ORDER BY updated_at DESC, key LIMIT ?7 OFFSET ?8`,
      )
      .all(
        filter.agentId ?? null,
        filter.label ?? null,
        filter.spawnedBy ?? null,
        filter.updatedSinceMs ?? null,
        filter.includeGlobal ? 1 : 0,
        filter.includeUnknown ? 1 : 0,
        limit,
        offset,
      )
      .map(sessionOf);
  }

  insert(session: Session): void {
    this.#database
      .query(
        `INSERT INTO sessions (key, agent_id, session_id, kind, label, spawned_by, settings, next_seq, input_tokens,
           output_tokens, aborted_last_run, system_sent, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        session.key,
        session.agentId,
        session.sessionId,
        session.kind,
        session.label ?? null,
        session.spawnedBy ?? null,
        JSON.stringify(session.settings),
        session.inputTokens,
        session.outputTokens,
        session.abortedLastRun ? 1 : 0,
        session.systemSent ? 1 : 0,
        session.createdAtMs,
        session.updatedAtMs,
      );
  }

  /** Everything but the transcript's counter, which only `takeSeq` moves. */
  update(session: Session): void {
    this.#database
      .query(
        `UPDATE sessions SET session_id = ?, label = ?, spawned_by = ?, settings = ?, input_tokens = ?,
           output_tokens = ?, aborted_last_run = ?, system_sent = ?, updated_at = ?, delivery = ?, display_name = ?,
           last_human_at = ?, summary = ?, context_tokens = ? WHERE key = ?`,
      )
      .run(
        session.sessionId,
        session.label ?? null,
        session.spawnedBy ?? null,
        JSON.stringify(session.settings),
        session.inputTokens,
        session.outputTokens,
        session.abortedLastRun ? 1 : 0,
        session.systemSent ? 1 : 0,
        session.updatedAtMs,
        session.delivery === undefined ? null : JSON.stringify(session.delivery),
        session.displayName ?? null,
        session.lastHumanAtMs ?? null,
        session.summary ?? null,
        session.contextTokens ?? null,
        session.key,
      );
  }

  /** The next number of the session's transcript; also marks the session as touched. */
  takeSeq(key: SessionKey, nowMs: number): number {
    return (
      this.#database
        .query<{ next_seq: number }>(
          `UPDATE sessions SET next_seq = next_seq + 1, updated_at = max(updated_at, ?)
           WHERE key = ? RETURNING next_seq`,
        )
        .get(nowMs, key)!.next_seq - 1
    );
  }

  addTokens(key: SessionKey, input: number, output: number, aborted: boolean): void {
    this.#database
      .query(
        `UPDATE sessions SET input_tokens = input_tokens + ?, output_tokens = output_tokens + ?, aborted_last_run = ?,
           system_sent = 1 WHERE key = ?`,
      )
      .run(input, output, aborted ? 1 : 0, key);
  }

  remove(key: SessionKey): boolean {
    return this.#database.query("DELETE FROM sessions WHERE key = ?").run(key).changes > 0;
  }
}

function sessionOf(row: SessionRecord): Session {
  return {
    key: row.key as SessionKey,
    agentId: row.agent_id,
    sessionId: row.session_id,
    kind: row.kind as SessionKind,
    label: row.label ?? undefined,
    spawnedBy: row.spawned_by ?? undefined,
    settings: JSON.parse(row.settings) as SessionSettings,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    abortedLastRun: row.aborted_last_run === 1,
    systemSent: row.system_sent === 1,
    createdAtMs: row.created_at,
    updatedAtMs: row.updated_at,
    delivery: row.delivery === null ? undefined : (JSON.parse(row.delivery) as SessionDelivery),
    displayName: row.display_name ?? undefined,
    lastHumanAtMs: row.last_human_at ?? undefined,
    summary: row.summary ?? undefined,
    contextTokens: row.context_tokens ?? undefined,
  };
}

function isFound({ label, displayName, key, sessionId }: Session, search: string): boolean {
  return [label ?? "", displayName ?? "", key, sessionId].some((name) => name.toLowerCase().includes(search));
}
