import type { Database } from "../storage/index.ts";
import type { Authority, CronJob, Isolation, Misfire, Payload, Schedule } from "./cron-job.ts";

/** Jobs as rows. Everything here happens inside the caller's transaction. */

interface JobRow {
  id: string;
  agent_id: string | null;
  name: string;
  description: string | null;
  enabled: number;
  delete_after_run: number;
  schedule: string;
  session_target: string;
  wake_mode: string;
  payload: string;
  isolation: string | null;
  misfire: string;
  authority: string;
  next_at: number | null;
  hold_until: number;
  errors: number;
  paused_reason: string | null;
  last_at: number | null;
  last_status: string | null;
  last_error: string | null;
  last_duration_ms: number | null;
  created_at: number;
  updated_at: number;
}

const active = "enabled = 1 AND paused_reason IS NULL";

export class JobStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find(id: string): CronJob | undefined {
    const row = this.#database.query<JobRow>("SELECT * FROM cron_jobs WHERE id = ?").get(id);
    return row ? jobOf(row) : undefined;
  }

  /** The soonest first, those without a next time last. */
  all(): CronJob[] {
    return this.#database
      .query<JobRow>("SELECT * FROM cron_jobs ORDER BY next_at IS NULL, next_at, created_at, id")
      .all()
      .map(jobOf);
  }

  due(nowMs: number, limit: number): CronJob[] {
    return this.#database
      .query<JobRow>(`SELECT * FROM cron_jobs WHERE next_at <= ? AND ${active} ORDER BY next_at, id LIMIT ?`)
      .all(nowMs, limit)
      .map(jobOf);
  }

  /** When the soonest of them comes. */
  soonestMs(): number | undefined {
    const row = this.#database
      .query<{ at: number | null }>(`SELECT min(next_at) AS at FROM cron_jobs WHERE next_at IS NOT NULL AND ${active}`)
      .get();
    return row?.at ?? undefined;
  }

  count(): number {
    return this.#database.query<{ n: number }>("SELECT count(*) AS n FROM cron_jobs").get()!.n;
  }

  paused(limit: number): CronJob[] {
    return this.#database
      .query<JobRow>("SELECT * FROM cron_jobs WHERE enabled = 1 AND paused_reason IS NOT NULL ORDER BY name LIMIT ?")
      .all(limit)
      .map(jobOf);
  }

  hasExpressions(): boolean {
    const row = this.#database.query(`SELECT 1 FROM cron_jobs WHERE schedule LIKE '%"kind":"cron"%' LIMIT 1`).get();
    return row !== null;
  }

  put(job: CronJob): void {
    this.#database
      .query(
        `INSERT INTO cron_jobs (id, agent_id, name, description, enabled, delete_after_run, schedule, session_target,
           wake_mode, payload, isolation, misfire, authority, next_at, hold_until, errors, paused_reason, last_at,
           last_status, last_error, last_duration_ms, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
           ?23)
         ON CONFLICT (id) DO UPDATE SET agent_id = ?2, name = ?3, description = ?4, enabled = ?5,
           delete_after_run = ?6, schedule = ?7, session_target = ?8, wake_mode = ?9, payload = ?10, isolation = ?11,
           misfire = ?12, authority = ?13, next_at = ?14, hold_until = ?15, errors = ?16, paused_reason = ?17,
           last_at = ?18, last_status = ?19, last_error = ?20, last_duration_ms = ?21, updated_at = ?23`,
      )
      .run(
        job.id,
        job.agentId ?? null,
        job.name,
        job.description ?? null,
        job.enabled ? 1 : 0,
        job.deleteAfterRun ? 1 : 0,
        JSON.stringify(job.schedule),
        job.sessionTarget,
        job.wakeMode,
        JSON.stringify(job.payload),
        job.isolation === undefined ? null : JSON.stringify(job.isolation),
        job.misfire,
        JSON.stringify(job.authority),
        job.nextAtMs ?? null,
        job.holdUntilMs,
        job.errors,
        job.pausedReason ?? null,
        job.lastAtMs ?? null,
        job.lastStatus ?? null,
        job.lastError ?? null,
        job.lastDurationMs ?? null,
        job.createdAtMs,
        job.updatedAtMs,
      );
  }

  /** False when there was none. */
  remove(id: string): boolean {
    return this.#database.query("DELETE FROM cron_jobs WHERE id = ?").run(id).changes > 0;
  }
}

function jobOf(row: JobRow): CronJob {
  return {
    id: row.id,
    agentId: row.agent_id ?? undefined,
    name: row.name,
    description: row.description ?? undefined,
    enabled: row.enabled === 1,
    deleteAfterRun: row.delete_after_run === 1,
    createdAtMs: row.created_at,
    updatedAtMs: row.updated_at,
    schedule: JSON.parse(row.schedule) as Schedule,
    sessionTarget: row.session_target as CronJob["sessionTarget"],
    wakeMode: row.wake_mode as CronJob["wakeMode"],
    payload: JSON.parse(row.payload) as Payload,
    isolation: row.isolation === null ? undefined : (JSON.parse(row.isolation) as Isolation),
    misfire: row.misfire as Misfire,
    authority: JSON.parse(row.authority) as Authority,
    nextAtMs: row.next_at ?? undefined,
    holdUntilMs: row.hold_until,
    errors: row.errors,
    pausedReason: row.paused_reason ?? undefined,
    lastAtMs: row.last_at ?? undefined,
    lastStatus: (row.last_status ?? undefined) as CronJob["lastStatus"],
    lastError: row.last_error ?? undefined,
    lastDurationMs: row.last_duration_ms ?? undefined,
  };
}
