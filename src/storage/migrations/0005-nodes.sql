-- What a node may be asked to do: its surface, beside its pairing. Lists are JSON.
-- declared: at its last connect. approved and declined: by a person, or with the pairing. wanted: what waits for one.
CREATE TABLE nodes (
  device_id TEXT PRIMARY KEY REFERENCES devices(id) ON DELETE CASCADE,
  version TEXT,
  model_identifier TEXT,
  caps TEXT NOT NULL,
  declared TEXT NOT NULL,
  permissions TEXT NOT NULL,
  approved TEXT NOT NULL,
  declined TEXT NOT NULL,
  request_id TEXT UNIQUE,
  wanted TEXT NOT NULL,
  requested_at INTEGER,
  approved_at INTEGER,
  last_connected_at INTEGER NOT NULL
) STRICT;

-- What was approved for a node ends with its role: whoever gives that back decides anew.
CREATE TRIGGER nodes_end_with_role AFTER INSERT ON device_roles
WHEN NEW.role = 'node' AND NEW.revoked_at IS NOT NULL
BEGIN
  DELETE FROM nodes WHERE device_id = NEW.device_id;
END;
