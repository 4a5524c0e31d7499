import type { InboundMessage, Peer } from "../providers/index.ts";
import type { Database } from "../storage/index.ts";

/** Messages of networks as rows. Everything here happens inside the caller's transaction. */

export type InboundState = "accepted" | "held" | "routed" | "context" | "claimed" | "done" | "ignored" | "dead";

/** Why a message that was held is judged again. */
export const releasedReason = "its sender was approved later";

/** A file of a message once it was fetched, or why it was not. */
export interface KeptMedia {
  readonly sha256?: string | undefined;
  readonly mimeType?: string | undefined;
  readonly bytes?: number | undefined;
  /** Where the agent finds it in its workspace. */
  readonly path?: string | undefined;
  readonly problem?: string | undefined;
}

export interface InboundRow {
  readonly id: string;
  readonly provider: string;
  readonly accountId: string;
  readonly message: InboundMessage;
  /** In the order of the message's media; shorter while they are being fetched. */
  readonly kept: readonly KeptMedia[];
  readonly receivedAtMs: number;
  readonly state: InboundState;
  readonly reason: string | undefined;
  readonly agentId: string | undefined;
  readonly sessionKey: string | undefined;
  readonly readyAtMs: number;
  readonly runId: string | undefined;
}

interface Row {
  id: string;
  provider: string;
  account_id: string;
  payload: string;
  received_at: number;
  state: string;
  reason: string | null;
  agent_id: string | null;
  session_key: string | null;
  ready_at: number;
  run_id: string | null;
}

interface Payload {
  readonly message: InboundMessage;
  readonly kept: readonly KeptMedia[];
}

export interface InboundChange {
  readonly state?: InboundState;
  readonly reason?: string | undefined;
  readonly agentId?: string;
  readonly sessionKey?: string;
  readonly readyAtMs?: number;
  readonly runId?: string;
}

/** The index of open rows is used only where the query says this of itself. */
const isOpen = "state IN ('accepted', 'routed', 'held')";

export class InboxStore {
  readonly #database: Database;
  #changes = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Raised with every row that is written, so that whoever shows them knows that they are others. */
  get changes(): number {
    return this.#changes;
  }

  /** False when the network told of it before. */
  insert(id: string, account: { provider: string; id: string }, message: InboundMessage, nowMs: number): boolean {
    const { peer, messageId } = message.ref;
    const event = message.event.id === "" ? message.event.kind : `${message.event.kind}:${message.event.id}`;
    const { changes } = this.#database
      .query(
        `INSERT INTO inbound (id, provider, account_id, peer_kind, peer_id, thread_id, message_id, event, sender_id,
           payload, sent_at, received_at, state, ready_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'accepted', ?)
         ON CONFLICT (provider, account_id, peer_id, message_id, event) DO NOTHING`,
      )
      .run(
        id,
        account.provider,
        account.id,
        peer.kind,
        peer.id,
        peer.threadId ?? null,
        messageId,
        event,
        message.sender.id,
        JSON.stringify({ message, kept: [] } satisfies Payload),
        message.sentAtMs,
        nowMs,
        nowMs,
      );
    this.#changes += changes;
    return changes > 0;
  }

  find(id: string): InboundRow | undefined {
    return this.#all("SELECT * FROM inbound WHERE id = ?", id)[0];
  }

  accepted(limit: number): InboundRow[] {
    return this.#all(
      `SELECT * FROM inbound INDEXED BY inbound_open WHERE ${isOpen} AND state = 'accepted' ORDER BY rowid LIMIT ?`,
      limit,
    );
  }

  routed(): InboundRow[] {
    return this.#all(
      `SELECT * FROM inbound INDEXED BY inbound_open WHERE ${isOpen} AND state = 'routed' ORDER BY rowid LIMIT 1000`,
    );
  }

  /** Whether any message waits for its verdict or its turn. */
  waits(): boolean {
    const row = this.#database
      .query(
        `SELECT 1 FROM inbound INDEXED BY inbound_open
         WHERE ${isOpen} AND state IN ('accepted', 'routed') LIMIT 1`,
      )
      .get();
    return row !== null;
  }

  routedOf(sessionKey: string): InboundRow[] {
    return this.#all("SELECT * FROM inbound WHERE session_key = ? AND state = 'routed' ORDER BY rowid", sessionKey);
  }

  /** Messages of a group that did not call the agent since the last one that did, oldest first. */
  contextOf(provider: string, accountId: string, peer: Peer, limit: number): InboundRow[] {
    return this.#all(
      `SELECT * FROM inbound WHERE provider = ? AND account_id = ? AND peer_id = ? AND state = 'context'
         AND thread_id IS ? ORDER BY rowid DESC LIMIT ?`,
      provider,
      accountId,
      peer.id,
      peer.threadId ?? null,
      limit,
    ).toReversed();
  }

  heldOf(provider: string, accountId: string, senderId: string): InboundRow[] {
    return this.#all(
      `SELECT * FROM inbound WHERE state = 'held' AND provider = ? AND account_id = ? AND sender_id = ?
       ORDER BY rowid`,
      provider,
      accountId,
      senderId,
    );
  }

  /** Newest first; `state` and `provider` narrow it down. */
  recent(filter: { readonly state?: string; readonly provider?: string; readonly limit: number }): InboundRow[] {
    return this.#all(
      `SELECT * FROM inbound WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR provider = ?2)
       ORDER BY received_at DESC, rowid DESC LIMIT ?3`,
      filter.state ?? null,
      filter.provider ?? null,
      filter.limit,
    );
  }

  update(id: string, change: InboundChange): void {
    this.#changes++;
    this.#database
      .query(
        `UPDATE inbound SET state = coalesce(?, state), reason = coalesce(?, reason), agent_id = coalesce(?, agent_id),
           session_key = coalesce(?, session_key), ready_at = coalesce(?, ready_at), run_id = coalesce(?, run_id)
         WHERE id = ?`,
      )
      .run(
        change.state ?? null,
        change.reason ?? null,
        change.agentId ?? null,
        change.sessionKey ?? null,
        change.readyAtMs ?? null,
        change.runId ?? null,
        id,
      );
  }

  setKept(row: InboundRow, kept: readonly KeptMedia[]): void {
    this.#database
      .query("UPDATE inbound SET payload = ? WHERE id = ?")
      .run(JSON.stringify({ message: row.message, kept } satisfies Payload), row.id);
  }

  /** The messages of a run have their answer, or the reason why nothing is seen of it. */
  finishRun(runId: string, whySilent: string | undefined): void {
    const finish = this.#database.query(
      "UPDATE inbound SET state = 'done', reason = coalesce(?, reason) WHERE run_id = ? AND state = 'claimed'",
    );
    this.#changes += finish.run(whySilent ?? null, runId).changes;
  }

  runOf(runId: string): InboundRow[] {
    return this.#all("SELECT * FROM inbound WHERE run_id = ? ORDER BY rowid", runId);
  }

  counts(): Readonly<Record<string, number>> {
    const rows = this.#database
      .query<{ state: string; n: number }>(
        `SELECT state, count(*) AS n FROM inbound WHERE state IN ('accepted', 'routed', 'held') GROUP BY state`,
      )
      .all();
    return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
  }

  /** Old rows go, also those whose sender nobody approved; young ones stay as the memory of what was seen. */
  sweep(beforeMs: number, limit: number): number {
    return this.#database
      .query(
        `DELETE FROM inbound WHERE rowid IN (SELECT rowid FROM inbound WHERE received_at < ?
           AND state IN ('done', 'ignored', 'context', 'dead', 'held') ORDER BY received_at LIMIT ?)`,
      )
      .run(beforeMs, limit).changes;
  }

  #all(sql: string, ...args: (string | number | null)[]): InboundRow[] {
    return this.#database
      .query<Row>(sql)
      .all(...args)
      .map(inboundRowOf);
  }
}

function inboundRowOf(row: Row): InboundRow {
  const { message, kept } = JSON.parse(row.payload) as Payload;
  return {
    id: row.id,
    provider: row.provider,
    accountId: row.account_id,
    message,
    kept,
    receivedAtMs: row.received_at,
    state: row.state as InboundState,
    reason: row.reason ?? undefined,
    agentId: row.agent_id ?? undefined,
    sessionKey: row.session_key ?? undefined,
    readyAtMs: row.ready_at,
    runId: row.run_id ?? undefined,
  };
}
