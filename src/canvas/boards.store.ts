import type { Database } from "../storage/index.ts";
import type { Surface } from "./a2ui/surface.ts";

/** Boards and their surfaces on disk. Everything here happens inside the caller's transaction. */

export interface StoredSurface {
  readonly surface: Surface;
  /** The conversation that hears of the surface's buttons. */
  readonly sessionKey: string;
}

interface SurfaceRow {
  readonly session_key: string;
  readonly content: string;
}

export class BoardStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The one that was made first comes first. */
  surfaces(boardId: string): readonly StoredSurface[] {
    return this.#database
      .query<SurfaceRow>(
        "SELECT session_key, content FROM canvas_surfaces WHERE board_id = ? ORDER BY created_at, surface_id",
      )
      .all(boardId)
      .map(({ session_key: sessionKey, content }) => ({ surface: JSON.parse(content) as Surface, sessionKey }));
  }

  find(boardId: string, surfaceId: string): StoredSurface | undefined {
    const row = this.#database
      .query<SurfaceRow>("SELECT session_key, content FROM canvas_surfaces WHERE board_id = ? AND surface_id = ?")
      .get(boardId, surfaceId);
    return row ? { surface: JSON.parse(row.content) as Surface, sessionKey: row.session_key } : undefined;
  }

  put(boardId: string, { surface, sessionKey }: StoredSurface, content: string, nowMs: number): void {
    this.#database
      .query(
        `INSERT INTO canvas_surfaces (board_id, surface_id, session_key, content, created_at, updated_at)
           VALUES (?1, ?2, ?3, ?4, ?5, ?5)
           ON CONFLICT (board_id, surface_id) DO UPDATE SET session_key = ?3, content = ?4, updated_at = ?5`,
      )
      .run(boardId, surface.surfaceId, sessionKey, content, nowMs);
  }

  /** Without an id: all of them. */
  remove(boardId: string, surfaceId?: string): void {
    this.#database
      .query("DELETE FROM canvas_surfaces WHERE board_id = ?1 AND (?2 IS NULL OR surface_id = ?2)")
      .run(boardId, surfaceId ?? null);
  }

  count(boardId: string): number {
    return this.#database
      .query<{ count: number }>("SELECT count(*) AS count FROM canvas_surfaces WHERE board_id = ?")
      .get(boardId)!.count;
  }

  boardIds(): readonly string[] {
    return this.#database
      .query<{ id: string }>("SELECT id FROM canvas_boards UNION SELECT board_id FROM canvas_surfaces ORDER BY 1")
      .all()
      .map(({ id }) => id);
  }

  shows(boardId: string): string | undefined {
    const row = this.#database
      .query<{ shows: string | null }>("SELECT shows FROM canvas_boards WHERE id = ?")
      .get(boardId);
    return row?.shows ?? undefined;
  }

  setShows(boardId: string, path: string | undefined, nowMs: number): void {
    this.#database
      .query("INSERT OR REPLACE INTO canvas_boards (id, shows, updated_at) VALUES (?, ?, ?)")
      .run(boardId, path ?? null, nowMs);
  }
}
