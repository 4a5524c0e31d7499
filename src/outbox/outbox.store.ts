import type { Button, OutboundMedia, Peer, Poll, RenderedText } from "../providers/index.ts";
import type { Database } from "../storage/index.ts";

/** Replies as rows. Everything here happens inside the caller's transaction. */

export type OutboxState = "queued" | "sending" | "sent" | "unknown" | "failed" | "expired" | "canceled";
/** What a message is for, which decides how long it may wait. */
export type OutboxClass = "reply" | "proactive" | "notice";

export interface OutboxMedia {
  readonly kind: OutboundMedia["kind"];
  readonly mimeType: string;
  readonly fileName: string;
  readonly sha256: string;
}

export interface OutboxContent {
  readonly text?: RenderedText | undefined;
  readonly media?: OutboxMedia | undefined;
  /** A path in the workspace or an address, to be loaded before the first attempt. */
  readonly mediaSource?: { readonly source: string; readonly agentId: string; readonly asVoice: boolean } | undefined;
  readonly replyToId?: string | undefined;
  readonly buttons?: readonly (readonly Button[])[] | undefined;
  readonly poll?: Poll | undefined;
  readonly isSilent?: boolean | undefined;
  /** The row whose message this one replaces; sent as a message of its own when that one did not arrive. */
  readonly editsRow?: string | undefined;
}

export interface OutboxRow {
  readonly id: string;
  readonly idem: string;
  readonly provider: string;
  readonly accountId: string;
  readonly peer: Peer;
  readonly lane: string;
  readonly kind: "message" | "draft" | "edit";
  readonly content: OutboxContent;
  readonly sendId: string;
  readonly class: OutboxClass;
  readonly runId: string | undefined;
  readonly sessionKey: string | undefined;
  readonly state: OutboxState;
  readonly attempts: number;
  readonly nextAttemptAtMs: number;
  readonly attemptAtMs: number | undefined;
  readonly messageId: string | undefined;
  readonly mayBeDouble: boolean;
  readonly error: string | undefined;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly settledAtMs: number | undefined;
}

interface Row {
  id: string;
  idem: string;
  provider: string;
  account_id: string;
  peer_kind: string;
  peer_id: string;
  thread_id: string | null;
  lane: string;
  kind: string;
  payload: string;
  send_id: string;
  class: string;
  run_id: string | null;
  session_key: string | null;
  state: string;
  attempts: number;
  next_attempt_at: number;
  attempt_at: number | null;
  message_id: string | null;
  maybe_dup: number;
  error: string | null;
  created_at: number;
  expires_at: number;
  settled_at: number | null;
}

export type Change = Partial<
  Pick<
    OutboxRow,
    | "state"
    | "kind"
    | "attempts"
    | "nextAttemptAtMs"
    | "attemptAtMs"
    | "messageId"
    | "mayBeDouble"
    | "error"
    | "settledAtMs"
    | "content"
    | "expiresAtMs"
  >
> & { readonly peerId?: string };

export class OutboxStore {
  readonly #database: Database;
  readonly #bootId: string;

  constructor(database: Database, bootId: string) {
    this.#database = database;
    this.#bootId = bootId;
  }

  /** False when a row with this `idem` is there already. */
  insert(row: OutboxRow): boolean {
    const { changes } = this.#database
      .query(
        `INSERT INTO outbox (id, idem, provider, account_id, peer_kind, peer_id, thread_id, lane, kind, payload,
           send_id, class, run_id, session_key, state, attempts, next_attempt_at, boot_id, created_at, expires_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?) ON CONFLICT (idem) DO NOTHING`,
      )
      .run(
        row.id,
        row.idem,
        row.provider,
        row.accountId,
        row.peer.kind,
        row.peer.id,
        row.peer.threadId ?? null,
        row.lane,
        row.kind,
        JSON.stringify(row.content),
        row.sendId,
        row.class,
        row.runId ?? null,
        row.sessionKey ?? null,
        row.state,
        row.nextAttemptAtMs,
        this.#bootId,
        row.createdAtMs,
        row.expiresAtMs,
      );
    return changes > 0;
  }

  find(id: string): OutboxRow | undefined {
    return this.#one("SELECT * FROM outbox WHERE id = ?", id);
  }

  findByIdem(idem: string): OutboxRow | undefined {
    return this.#one("SELECT * FROM outbox WHERE idem = ?", idem);
  }

  /** The oldest open row of every lane. */
  heads(): OutboxRow[] {
    return this.#all(
      `SELECT * FROM outbox WHERE rowid IN
         (SELECT min(rowid) FROM outbox WHERE state IN ('queued', 'sending') GROUP BY lane)`,
    );
  }

  head(lane: string): OutboxRow | undefined {
    return this.#one(
      "SELECT * FROM outbox WHERE lane = ? AND state IN ('queued', 'sending') ORDER BY rowid LIMIT 1",
      lane,
    );
  }

  inState(state: "queued" | "sending"): OutboxRow[] {
    return this.#all(
      `SELECT * FROM outbox INDEXED BY outbox_open WHERE state IN ('queued', 'sending') AND state = ? ORDER BY rowid`,
      state,
    );
  }

  ofRun(runId: string): OutboxRow[] {
    return this.#all("SELECT * FROM outbox WHERE run_id = ? ORDER BY rowid", runId);
  }

  /** What a person should know of, newest first. */
  troubled(limit: number): OutboxRow[] {
    return this.#all(
      `SELECT * FROM outbox WHERE state IN ('unknown', 'failed', 'expired') ORDER BY created_at DESC LIMIT ?`,
      limit,
    );
  }

  recent(limit: number): OutboxRow[] {
    return this.#all("SELECT * FROM outbox ORDER BY created_at DESC, rowid DESC LIMIT ?", limit);
  }

  counts(): Readonly<Record<string, number>> {
    const rows = this.#database
      .query<{ state: string; n: number }>(
        `SELECT state, count(*) AS n FROM outbox WHERE state IN ('queued', 'sending') GROUP BY state UNION ALL
         SELECT state, count(*) AS n FROM outbox WHERE state IN ('unknown', 'failed', 'expired') GROUP BY state`,
      )
      .all();
    return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
  }

  /** An attempt begins. False when it is not wanted any more: the reply took its place while it was made ready. */
  begin(id: string, attempt: Pick<Change, "kind" | "attempts" | "attemptAtMs">): boolean {
    if (this.find(id)?.state !== "queued") return false;
    this.update(id, { ...attempt, state: "sending" });
    return true;
  }

  update(id: string, change: Change): void {
    const { state, kind, attempts, nextAttemptAtMs, attemptAtMs, messageId, mayBeDouble, error, settledAtMs } = change;
    this.#database
      .query(
        `UPDATE outbox SET state = coalesce(?, state), kind = coalesce(?, kind), attempts = coalesce(?, attempts),
           next_attempt_at = coalesce(?, next_attempt_at), attempt_at = coalesce(?, attempt_at),
           message_id = coalesce(?, message_id), maybe_dup = coalesce(?, maybe_dup), error = coalesce(?, error),
           settled_at = coalesce(?, settled_at), payload = coalesce(?, payload), peer_id = coalesce(?, peer_id),
           expires_at = coalesce(?, expires_at), boot_id = ? WHERE id = ?`,
      )
      .run(
        state ?? null,
        kind ?? null,
        attempts ?? null,
        nextAttemptAtMs ?? null,
        attemptAtMs ?? null,
        messageId ?? null,
        mayBeDouble === undefined ? null : mayBeDouble ? 1 : 0,
        error ?? null,
        settledAtMs ?? null,
        change.content === undefined ? null : JSON.stringify(change.content),
        change.peerId ?? null,
        change.expiresAtMs ?? null,
        this.#bootId,
        id,
      );
  }

  /** Rows that wait behind a part that cannot be sent. */
  cancelRest(runId: string, lane: string, afterId: string, nowMs: number): number {
    return this.#database
      .query(
        `UPDATE outbox SET state = 'canceled', settled_at = ?1, error = 'an earlier part could not be sent'
         WHERE run_id = ?2 AND lane = ?3 AND state = 'queued'
           AND rowid > (SELECT rowid FROM outbox WHERE id = ?4)`,
      )
      .run(nowMs, runId, lane, afterId).changes;
  }

  /** Settled rows that nobody asks for any more. */
  sweep(beforeMs: number, limit: number): number {
    return this.#database
      .query(
        `DELETE FROM outbox WHERE rowid IN (SELECT rowid FROM outbox WHERE created_at < ?
           AND state IN ('sent', 'canceled', 'expired', 'failed') ORDER BY created_at LIMIT ?)`,
      )
      .run(beforeMs, limit).changes;
  }

  #one(sql: string, ...args: (string | number)[]): OutboxRow | undefined {
    const row = this.#database.query<Row>(sql).get(...args);
    return row ? outboxRowOf(row) : undefined;
  }

  #all(sql: string, ...args: (string | number)[]): OutboxRow[] {
    return this.#database
      .query<Row>(sql)
      .all(...args)
      .map(outboxRowOf);
  }
}

function outboxRowOf(row: Row): OutboxRow {
  return {
    id: row.id,
    idem: row.idem,
    provider: row.provider,
    accountId: row.account_id,
    peer: {
      kind: row.peer_kind as Peer["kind"],
      id: row.peer_id,
      ...(row.thread_id !== null && { threadId: row.thread_id }),
    },
    lane: row.lane,
    kind: row.kind as OutboxRow["kind"],
    content: JSON.parse(row.payload) as OutboxContent,
    sendId: row.send_id,
    class: row.class as OutboxClass,
    runId: row.run_id ?? undefined,
    sessionKey: row.session_key ?? undefined,
    state: row.state as OutboxState,
    attempts: row.attempts,
    nextAttemptAtMs: row.next_attempt_at,
    attemptAtMs: row.attempt_at ?? undefined,
    messageId: row.message_id ?? undefined,
    mayBeDouble: row.maybe_dup === 1,
    error: row.error ?? undefined,
    createdAtMs: row.created_at,
    expiresAtMs: row.expires_at,
    settledAtMs: row.settled_at ?? undefined,
  };
}

/** The chat in which order is kept. */
export function laneOf({ provider, accountId, peer }: Pick<OutboxRow, "provider" | "accountId" | "peer">): string {
  const chat = `${provider}:${accountId}:${peer.id}`;
  return peer.threadId === undefined ? chat : `${chat}:${peer.threadId}`;
}
