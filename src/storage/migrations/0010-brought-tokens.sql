-- Tokens that approved devices got from the gateway that was here before, by their SHA-256.
CREATE TABLE brought_tokens (
  device_id TEXT NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  token_sha256 TEXT NOT NULL,
  generation INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (device_id, role)
) STRICT, WITHOUT ROWID;
