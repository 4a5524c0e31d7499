-- Messages of networks, once each. The unique row is the accept log, the dedupe and the memory of groups in one.
-- state: accepted (stored, not judged), held (its sender waits for approval), routed (waits for its turn), context
-- (shown to the agent at the next call), claimed (part of a run), done, ignored (with a reason), dead (with a reason).
CREATE TABLE inbound (
  id TEXT PRIMARY KEY,
  provider TEXT NOT NULL,
  account_id TEXT NOT NULL,
  peer_kind TEXT NOT NULL,
  peer_id TEXT NOT NULL,
  thread_id TEXT,
  message_id TEXT NOT NULL,
  event TEXT NOT NULL,
  sender_id TEXT NOT NULL,
  payload TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  agent_id TEXT,
  session_key TEXT,
  ready_at INTEGER NOT NULL,
  run_id TEXT,
  UNIQUE (provider, account_id, peer_id, message_id, event)
) STRICT;
CREATE INDEX inbound_open ON inbound(state, ready_at) WHERE state IN ('accepted', 'routed', 'held');
CREATE INDEX inbound_of_session ON inbound(session_key, state) WHERE session_key IS NOT NULL;
CREATE INDEX inbound_of_peer ON inbound(provider, account_id, peer_id, state);
CREATE INDEX inbound_of_run ON inbound(run_id) WHERE run_id IS NOT NULL;
CREATE INDEX inbound_by_age ON inbound(received_at);

-- Where a link goes on reading after a restart.
CREATE TABLE cursors (
  provider TEXT NOT NULL,
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (provider, account_id, name)
) STRICT;

-- People who ask to talk to the agent. The code is kept as a hash.
CREATE TABLE approval_requests (
  provider TEXT NOT NULL,
  account_id TEXT NOT NULL,
  sender_id TEXT NOT NULL,
  sender_name TEXT,
  peer_id TEXT NOT NULL,
  code_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (provider, account_id, sender_id)
) STRICT;
CREATE UNIQUE INDEX approval_requests_by_code ON approval_requests(code_hash);

-- People who may, beside those that the config names.
CREATE TABLE approved_senders (
  provider TEXT NOT NULL,
  account_id TEXT NOT NULL,
  sender_id TEXT NOT NULL,
  sender_name TEXT,
  is_owner INTEGER NOT NULL,
  approved_at INTEGER NOT NULL,
  approved_by TEXT NOT NULL,
  PRIMARY KEY (provider, account_id, sender_id)
) STRICT;

-- Replies on disk that are to be delivered. lane: provider, account, peer and thread; one of a lane is on its way at
-- a time. state: queued, sending, sent, unknown (it may have arrived), failed, expired, canceled.
CREATE TABLE outbox (
  id TEXT PRIMARY KEY,
  idem TEXT NOT NULL UNIQUE,
  provider TEXT NOT NULL,
  account_id TEXT NOT NULL,
  peer_kind TEXT NOT NULL,
  peer_id TEXT NOT NULL,
  thread_id TEXT,
  lane TEXT NOT NULL,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  send_id TEXT NOT NULL,
  class TEXT NOT NULL,
  run_id TEXT,
  session_key TEXT,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at INTEGER NOT NULL,
  attempt_at INTEGER,
  boot_id TEXT NOT NULL,
  message_id TEXT,
  maybe_dup INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  settled_at INTEGER
) STRICT;
CREATE INDEX outbox_open ON outbox(lane) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_of_run ON outbox(run_id) WHERE run_id IS NOT NULL;
CREATE INDEX outbox_troubled ON outbox(state, created_at) WHERE state IN ('unknown', 'failed', 'expired');
CREATE INDEX outbox_by_age ON outbox(created_at);

-- Tool calls, written before they run. state: started, ok, error, skipped, unknown (a crash cut it).
CREATE TABLE tool_calls (
  run_id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  step INTEGER NOT NULL,
  name TEXT NOT NULL,
  input TEXT NOT NULL,
  effect TEXT NOT NULL,
  state TEXT NOT NULL,
  boot_id TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  result TEXT,
  PRIMARY KEY (run_id, call_id)
) STRICT;
CREATE INDEX tool_calls_open ON tool_calls(state) WHERE state = 'started';

-- What model steps used. cost_usd is NULL where the price is not known.
CREATE TABLE usage (
  run_id TEXT NOT NULL,
  step INTEGER NOT NULL,
  at INTEGER NOT NULL,
  agent_id TEXT NOT NULL,
  session_key TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  input INTEGER NOT NULL,
  output INTEGER NOT NULL,
  cache_read INTEGER NOT NULL,
  cache_write INTEGER NOT NULL,
  cost_usd REAL,
  PRIMARY KEY (run_id, step)
) STRICT;
CREATE INDEX usage_by_time ON usage(at);

-- Model vendors that failed: when they may be asked again.
CREATE TABLE model_health (
  profile TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  reason TEXT NOT NULL,
  until INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- Choices that a person made outside of the config file, for instance the model. The config file beats them.
CREATE TABLE choices (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- Notices for an agent that go in front of its next prompt.
CREATE TABLE system_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  session_key TEXT NOT NULL,
  text TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX system_events_of_session ON system_events(session_key);

-- A run's way in and out: delivery is where its reply goes, frozen when it is accepted.
ALTER TABLE runs ADD COLUMN delivery TEXT;
ALTER TABLE runs ADD COLUMN step INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN model TEXT;
ALTER TABLE runs ADD COLUMN parent_run TEXT;

-- Where a session last heard from somebody, for `last`; who it is with, for lists.
ALTER TABLE sessions ADD COLUMN delivery TEXT;
ALTER TABLE sessions ADD COLUMN display_name TEXT;
ALTER TABLE sessions ADD COLUMN last_human_at INTEGER;
-- Stands in for messages that compaction set aside.
ALTER TABLE sessions ADD COLUMN summary TEXT;
ALTER TABLE sessions ADD COLUMN context_tokens INTEGER;
