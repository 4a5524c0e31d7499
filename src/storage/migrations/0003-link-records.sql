-- What links remember between openings: cursors, knowledge of their network, keys of an encryption.
CREATE TABLE link_records (
  provider TEXT NOT NULL,
  account_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (provider, account_id, kind, id)
) STRICT, WITHOUT ROWID;

-- Nobody ever wrote to it: links keep their cursors among their records.
DROP TABLE cursors;
