-- Scheduled jobs. next_at is the slot that is planned, NULL when there is none; hold_until the end of a pause after
-- errors; authority says on whose behalf it works, which is never more than whoever made it could do.
CREATE TABLE cron_jobs (
  id TEXT PRIMARY KEY,
  agent_id TEXT,
  name TEXT NOT NULL,
  description TEXT,
  enabled INTEGER NOT NULL,
  delete_after_run INTEGER NOT NULL,
  schedule TEXT NOT NULL,
  session_target TEXT NOT NULL,
  wake_mode TEXT NOT NULL,
  payload TEXT NOT NULL,
  isolation TEXT,
  misfire TEXT NOT NULL,
  authority TEXT NOT NULL,
  next_at INTEGER,
  hold_until INTEGER NOT NULL DEFAULT 0,
  errors INTEGER NOT NULL DEFAULT 0,
  paused_reason TEXT,
  last_at INTEGER,
  last_status TEXT,
  last_error TEXT,
  last_duration_ms INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX cron_jobs_due ON cron_jobs(next_at) WHERE next_at IS NOT NULL;

-- What became of the slots. kind: slot (planned), retry (of an `at` that failed), forced (a person asked). state:
-- started, ok, error, skipped, missed, interrupted. A row of several slots (missed, skipped) goes up to last_slot.
CREATE TABLE cron_runs (
  id TEXT PRIMARY KEY,
  job_id TEXT NOT NULL REFERENCES cron_jobs(id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  slot INTEGER NOT NULL,
  last_slot INTEGER NOT NULL,
  slots INTEGER NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  boot_id TEXT NOT NULL,
  run_id TEXT,
  delivery TEXT,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  summary TEXT,
  next_at INTEGER
) STRICT;
-- A slot is taken once, by the database.
CREATE UNIQUE INDEX cron_runs_slot ON cron_runs(job_id, slot) WHERE kind = 'slot';
CREATE INDEX cron_runs_of_job ON cron_runs(job_id, started_at);
CREATE INDEX cron_runs_by_time ON cron_runs(started_at);
CREATE INDEX cron_runs_open ON cron_runs(state) WHERE state = 'started';
CREATE INDEX cron_runs_of_run ON cron_runs(run_id) WHERE run_id IS NOT NULL;

-- The newest heartbeat of every agent, and what was told last, so that it is not told again.
CREATE TABLE heartbeats (
  agent_id TEXT PRIMARY KEY,
  last_at INTEGER NOT NULL,
  event TEXT NOT NULL,
  told_hash TEXT,
  told_at INTEGER
) STRICT;
