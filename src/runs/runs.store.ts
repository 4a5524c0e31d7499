import { assert } from "../lib/index.ts";
import type { SessionKey, Usage } from "../sessions/index.ts";
import type { Database } from "../storage/index.ts";
import {
  type EndState,
  type Run,
  type RunDelivery,
  type RunId,
  type RunInput,
  runMoves,
  type RunState,
} from "./run.ts";

/** Runs as rows. */

interface RunRow {
  id: string;
  session_key: string;
  session_id: string;
  agent_id: string;
  source: string;
  principal: string;
  state: string;
  attempt: number;
  input: string;
  timeout_ms: number;
  accepted_at: number;
  started_at: number | null;
  ended_at: number | null;
  stop_reason: string | null;
  error: string | null;
  usage: string | null;
  result: string | null;
  delivery: string | null;
  model: string | null;
}

export interface RunEnd {
  readonly state: EndState;
  readonly stopReason: string;
  readonly endedAtMs: number;
  readonly error: string | undefined;
  readonly usage: Usage;
  readonly resultText: string;
  readonly model?: string | undefined;
}

export class RunStore {
  readonly #database: Database;
  readonly #bootId: string;

  constructor(database: Database, bootId: string) {
    this.#database = database;
    this.#bootId = bootId;
  }

  find(id: string): Run | undefined {
    const row = this.#database.query<RunRow>("SELECT * FROM runs WHERE id = ?").get(id);
    return row ? runOf(row) : undefined;
  }

  insert(run: Run): void {
    this.#database
      .query(
        `INSERT INTO runs (id, session_key, session_id, agent_id, source, principal, state, attempt, boot_id, input,
           timeout_ms, accepted_at, delivery) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        run.id,
        run.sessionKey,
        run.sessionId,
        run.agentId,
        run.source,
        run.principal,
        run.state,
        run.attempt,
        this.#bootId,
        JSON.stringify(run.input),
        run.timeoutMs,
        run.acceptedAtMs,
        run.delivery === undefined ? null : JSON.stringify(run.delivery),
      );
  }

  /** queued → running, and one more attempt, with the notices that it takes. */
  start(run: Run, startedAtMs: number, notices: readonly string[]): Run {
    assertMove(run.state, "running");
    const input =
      notices.length === 0 ? run.input : { ...run.input, notices: [...(run.input.notices ?? []), ...notices] };
    this.#database
      .query(
        "UPDATE runs SET state = 'running', attempt = attempt + 1, boot_id = ?, started_at = ?, input = ? WHERE id = ?",
      )
      .run(this.#bootId, startedAtMs, JSON.stringify(input), run.id);
    return { ...run, input, state: "running", attempt: run.attempt + 1, startedAtMs };
  }

  end(run: Run, end: RunEnd): Run {
    assertMove(run.state, end.state);
    this.#database
      .query(
        `UPDATE runs SET state = ?, ended_at = ?, stop_reason = ?, error = ?, usage = ?, result = ?, model = ?
         WHERE id = ?`,
      )
      .run(
        end.state,
        end.endedAtMs,
        end.stopReason,
        end.error ?? null,
        JSON.stringify(end.usage),
        end.resultText,
        end.model ?? null,
        run.id,
      );
    return { ...run, ...end, model: end.model };
  }

  requeue(run: Run): void {
    assertMove(run.state, "queued");
    this.#database.query("UPDATE runs SET state = 'queued' WHERE id = ?").run(run.id);
  }

  /** Puts a run that the stop of the process cut back in the queue, without counting the attempt. */
  requeueUncounted(run: Run): void {
    assertMove(run.state, "queued");
    this.#database.query("UPDATE runs SET state = 'queued', attempt = attempt - 1 WHERE id = ?").run(run.id);
  }

  /** Runs without an end, in the order in which they were accepted. */
  open(): Run[] {
    return this.#database
      .query<RunRow>("SELECT * FROM runs INDEXED BY runs_open WHERE state IN ('queued', 'running') ORDER BY rowid")
      .all()
      .map(runOf);
  }

  openOf(sessionKey: SessionKey): Run[] {
    return this.#database
      .query<RunRow>("SELECT * FROM runs WHERE state IN ('queued', 'running') AND session_key = ? ORDER BY rowid")
      .all(sessionKey)
      .map(runOf);
  }

  isOpen(sessionKey: SessionKey): boolean {
    const row = this.#database
      .query("SELECT 1 FROM runs WHERE state IN ('queued', 'running') AND session_key = ? LIMIT 1")
      .get(sessionKey);
    return row !== null;
  }

  queuedCount(sessionKey: SessionKey): number {
    return this.#database
      .query<{ n: number }>(
        "SELECT count(*) AS n FROM runs WHERE state IN ('queued', 'running') AND session_key = ? AND state = 'queued'",
      )
      .get(sessionKey)!.n;
  }

  /**
   * Ended runs of long ago go, with their tool calls; what was said stays in the transcript, and what it cost in the
   * usage. Only the oldest rows are looked at, so that nothing is read whole where nothing is old.
   */
  sweep(beforeMs: number, limit: number): number {
    const old = this.#database
      .query<{ id: string }>(
        `SELECT id FROM (SELECT id, state, accepted_at FROM runs ORDER BY rowid LIMIT ?2)
         WHERE accepted_at < ?1 AND state NOT IN ('queued', 'running')`,
      )
      .all(beforeMs, limit);
    for (const { id } of old) {
      this.#database.query("DELETE FROM tool_calls WHERE run_id = ?").run(id);
      this.#database.query("DELETE FROM runs WHERE id = ?").run(id);
    }
    return old.length;
  }
}

function assertMove(from: RunState, to: RunState): void {
  assert(runMoves[from].includes(to), `a run cannot go from ${from} to ${to}`);
}

function runOf(row: RunRow): Run {
  return {
    id: row.id as RunId,
    sessionKey: row.session_key as SessionKey,
    sessionId: row.session_id,
    agentId: row.agent_id,
    source: row.source as Run["source"],
    principal: row.principal,
    state: row.state as RunState,
    attempt: row.attempt,
    input: JSON.parse(row.input) as RunInput,
    timeoutMs: row.timeout_ms,
    acceptedAtMs: row.accepted_at,
    startedAtMs: row.started_at ?? undefined,
    endedAtMs: row.ended_at ?? undefined,
    stopReason: row.stop_reason ?? undefined,
    error: row.error ?? undefined,
    usage: row.usage === null ? undefined : (JSON.parse(row.usage) as Usage),
    resultText: row.result ?? undefined,
    delivery: row.delivery === null ? undefined : (JSON.parse(row.delivery) as RunDelivery),
    model: row.model ?? undefined,
  };
}
