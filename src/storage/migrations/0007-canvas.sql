-- What the canvas shows. A board is what one or several screens show together; a surface is one A2UI surface on it.
-- shows: a file of the canvas folder, or NULL for the surfaces.
CREATE TABLE canvas_boards (
  id TEXT PRIMARY KEY,
  shows TEXT,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE canvas_surfaces (
  board_id TEXT NOT NULL,
  surface_id TEXT NOT NULL,
  session_key TEXT NOT NULL,
  content TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (board_id, surface_id)
) STRICT;
