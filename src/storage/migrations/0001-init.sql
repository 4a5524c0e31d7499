-- Who ran on this state, for `status` and for what a crash left behind.
CREATE TABLE boots (
  id TEXT PRIMARY KEY,
  pid INTEGER NOT NULL,
  version TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  stopped_at INTEGER,
  stop_reason TEXT
) STRICT;

-- A key pair on a machine that was approved. Roles and their tokens are in device_roles.
CREATE TABLE devices (
  id TEXT PRIMARY KEY,
  public_key TEXT NOT NULL,
  display_name TEXT,
  platform TEXT,
  device_family TEXT,
  client_id TEXT,
  client_mode TEXT,
  remote_ip TEXT,
  created_at INTEGER NOT NULL,
  approved_at INTEGER NOT NULL,
  last_seen_at INTEGER
) STRICT;

-- What a device may be. The token is derived from the generation, so no secret is stored here.
CREATE TABLE device_roles (
  device_id TEXT NOT NULL REFERENCES devices(id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  scopes TEXT NOT NULL,
  generation INTEGER NOT NULL,
  token_scopes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  rotated_at INTEGER,
  revoked_at INTEGER,
  last_used_at INTEGER,
  PRIMARY KEY (device_id, role)
) STRICT;

-- Devices that ask. One open request a device; a later attempt widens it.
CREATE TABLE pairing_requests (
  id TEXT PRIMARY KEY,
  device_id TEXT NOT NULL UNIQUE,
  public_key TEXT NOT NULL,
  roles TEXT NOT NULL,
  scopes TEXT NOT NULL,
  display_name TEXT,
  platform TEXT,
  device_family TEXT,
  client_id TEXT,
  client_mode TEXT,
  remote_ip TEXT,
  is_repair INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
  key TEXT PRIMARY KEY,
  agent_id TEXT NOT NULL,
  session_id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  label TEXT,
  spawned_by TEXT,
  settings TEXT NOT NULL,
  next_seq INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  aborted_last_run INTEGER NOT NULL,
  system_sent INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_update ON sessions(updated_at DESC);
CREATE UNIQUE INDEX sessions_by_label ON sessions(label) WHERE label IS NOT NULL;

-- The transcript. body is the message as clients read it, without the bytes of its media.
CREATE TABLE entries (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  role TEXT NOT NULL,
  run_id TEXT,
  body TEXT NOT NULL,
  archived INTEGER NOT NULL DEFAULT 0,
  at INTEGER NOT NULL,
  UNIQUE (session_id, seq)
) STRICT;
CREATE INDEX entries_by_run ON entries(run_id) WHERE run_id IS NOT NULL;

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  session_key TEXT NOT NULL,
  session_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  source TEXT NOT NULL,
  principal TEXT NOT NULL,
  state TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  boot_id TEXT NOT NULL,
  input TEXT NOT NULL,
  timeout_ms INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  stop_reason TEXT,
  error TEXT,
  usage TEXT,
  result TEXT
) STRICT;
CREATE INDEX runs_open ON runs(session_key) WHERE state IN ('queued', 'running');
-- The session's lane, kept by the database.
CREATE UNIQUE INDEX runs_one_running ON runs(session_key) WHERE state = 'running';

-- Requests with side effects, so that a retry finds what the first attempt did.
CREATE TABLE idempotency (
  principal TEXT NOT NULL,
  method TEXT NOT NULL,
  key TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  ref TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (principal, method, key)
) STRICT;
CREATE INDEX idempotency_by_expiry ON idempotency(expires_at);
