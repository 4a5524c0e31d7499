import type { Database } from "../storage/index.ts";
import type { Passed } from "./due.ts";
import type { RunKind, RunState } from "./outcome.ts";

/** What became of every slot, as rows. Everything here happens inside the caller's transaction. */

export interface LedgerRow {
  readonly id: string;
  readonly jobId: string;
  readonly kind: RunKind;
  readonly slot: number;
  readonly lastSlot: number;
  readonly slots: number;
  readonly state: RunState;
  readonly reason: string | undefined;
  readonly runId: string | undefined;
  /** How far what it sends came: `queued`, then what the outbox says. */
  readonly delivery: string | undefined;
  readonly startedAtMs: number;
  readonly endedAtMs: number | undefined;
  readonly summary: string | undefined;
  readonly nextAtMs: number | undefined;
}

interface Row {
  id: string;
  job_id: string;
  kind: string;
  slot: number;
  last_slot: number;
  slots: number;
  state: string;
  reason: string | null;
  run_id: string | null;
  delivery: string | null;
  started_at: number;
  ended_at: number | null;
  summary: string | null;
  next_at: number | null;
}

export type LedgerEnd = Pick<LedgerRow, "state" | "reason" | "endedAtMs" | "summary" | "nextAtMs">;

/** Rows of one job that are kept. */
export const ledgerRowsMax = 1_000;
/** Rows that go when there are too many: a batch, so that not every run deletes one. */
const slackRows = 64;

export class LedgerStore {
  readonly #database: Database;
  readonly #bootId: string;

  constructor(database: Database, bootId: string) {
    this.#database = database;
    this.#bootId = bootId;
  }

  /** Throws for a slot that has a row already: the database keeps that it is taken once. */
  insert(row: LedgerRow): void {
    this.#database
      .query(
        `INSERT INTO cron_runs (id, job_id, kind, slot, last_slot, slots, state, reason, boot_id, run_id, delivery,
           started_at, ended_at, summary, next_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        row.id,
        row.jobId,
        row.kind,
        row.slot,
        row.lastSlot,
        row.slots,
        row.state,
        row.reason ?? null,
        this.#bootId,
        row.runId ?? null,
        row.delivery ?? null,
        row.startedAtMs,
        row.endedAtMs ?? null,
        row.summary ?? null,
        row.nextAtMs ?? null,
      );
    this.#trim(row.jobId);
  }

  /** Slots that passed for the reason of the row before them become part of it. */
  extend(jobId: string, state: RunState, { slots, reason }: Passed, nowMs: number): boolean {
    const newest = this.#one("SELECT * FROM cron_runs WHERE job_id = ? ORDER BY rowid DESC LIMIT 1", jobId);
    if (newest?.kind !== "slot" || newest.state !== state || newest.reason !== reason) return false;
    if (newest.lastSlot >= slots.first) return false;
    this.#database
      .query("UPDATE cron_runs SET last_slot = ?, slots = slots + ?, ended_at = ? WHERE id = ?")
      .run(slots.last, slots.count, nowMs, newest.id);
    return true;
  }

  end(id: string, { state, reason, endedAtMs, summary, nextAtMs }: LedgerEnd): void {
    this.#database
      .query("UPDATE cron_runs SET state = ?, reason = ?, ended_at = ?, summary = ?, next_at = ? WHERE id = ?")
      .run(state, reason ?? null, endedAtMs ?? null, summary ?? null, nextAtMs ?? null, id);
  }

  began(id: string, runId: string): void {
    this.#database.query("UPDATE cron_runs SET run_id = ? WHERE id = ?").run(runId, id);
  }

  delivered(id: string, delivery: string, reason: string | undefined): void {
    this.#database
      .query("UPDATE cron_runs SET delivery = ?, reason = coalesce(?, reason) WHERE id = ?")
      .run(delivery, reason ?? null, id);
  }

  find(id: string): LedgerRow | undefined {
    return this.#one("SELECT * FROM cron_runs WHERE id = ?", id);
  }

  ofRun(runId: string): LedgerRow | undefined {
    return this.#one("SELECT * FROM cron_runs WHERE run_id = ?", runId);
  }

  /** Runs that go on, oldest first. */
  open(jobId?: string): LedgerRow[] {
    return this.#all(
      "SELECT * FROM cron_runs WHERE state = 'started' AND (?1 IS NULL OR job_id = ?1) ORDER BY rowid",
      jobId ?? null,
    );
  }

  /** Whose messages wait in the outbox, as far as is known. */
  undelivered(): LedgerRow[] {
    return this.#all("SELECT * FROM cron_runs WHERE delivery = 'queued' ORDER BY rowid");
  }

  /** When anything was written last, by the clock of then. */
  newestMs(): number | undefined {
    const row = this.#database.query<{ at: number | null }>("SELECT max(started_at) AS at FROM cron_runs").get();
    return row?.at ?? undefined;
  }

  /** The row that says what became of a slot. */
  coverOf(jobId: string, slot: number): LedgerRow | undefined {
    return this.#one(
      `SELECT * FROM cron_runs WHERE job_id = ? AND kind = 'slot' AND slot <= ? AND last_slot >= ?
       ORDER BY slot DESC LIMIT 1`,
      jobId,
      slot,
      slot,
    );
  }

  /** The newest ones, oldest first. */
  newest(jobId: string, limit: number): LedgerRow[] {
    return this.#all("SELECT * FROM cron_runs WHERE job_id = ? ORDER BY rowid DESC LIMIT ?", jobId, limit).toReversed();
  }

  /** The clock was set back: what lies in the future again was neither missed nor skipped yet. */
  unpass(jobId: string, nowMs: number): void {
    this.#database
      .query("DELETE FROM cron_runs WHERE job_id = ? AND slot > ? AND state IN ('missed', 'skipped')")
      .run(jobId, nowMs);
  }

  /** Rows that reach into the future. */
  reaching(jobId: string, nowMs: number): LedgerRow[] {
    return this.#all("SELECT * FROM cron_runs WHERE job_id = ? AND last_slot > ? AND slot <= ?", jobId, nowMs, nowMs);
  }

  cut(id: string, lastSlot: number, slots: number): void {
    this.#database.query("UPDATE cron_runs SET last_slot = ?, slots = ? WHERE id = ?").run(lastSlot, slots, id);
  }

  #trim(jobId: string): void {
    const { n } = this.#database
      .query<{ n: number }>("SELECT count(*) AS n FROM cron_runs WHERE job_id = ?")
      .get(jobId)!;
    if (n <= ledgerRowsMax + slackRows) return;
    this.#database
      .query(
        `DELETE FROM cron_runs WHERE job_id = ?1 AND state <> 'started' AND rowid NOT IN
           (SELECT rowid FROM cron_runs WHERE job_id = ?1 ORDER BY rowid DESC LIMIT ?2)`,
      )
      .run(jobId, ledgerRowsMax);
  }

  #one(sql: string, ...args: (string | number | null)[]): LedgerRow | undefined {
    const row = this.#database.query<Row>(sql).get(...args);
    return row ? ledgerRowOf(row) : undefined;
  }

  #all(sql: string, ...args: (string | number | null)[]): LedgerRow[] {
    return this.#database
      .query<Row>(sql)
      .all(...args)
      .map(ledgerRowOf);
  }
}

function ledgerRowOf(row: Row): LedgerRow {
  return {
    id: row.id,
    jobId: row.job_id,
    kind: row.kind as RunKind,
    slot: row.slot,
    lastSlot: row.last_slot,
    slots: row.slots,
    state: row.state as RunState,
    reason: row.reason ?? undefined,
    runId: row.run_id ?? undefined,
    delivery: row.delivery ?? undefined,
    startedAtMs: row.started_at,
    endedAtMs: row.ended_at ?? undefined,
    summary: row.summary ?? undefined,
    nextAtMs: row.next_at ?? undefined,
  };
}
