import type { Database } from "../storage/index.ts";
import type { HeartbeatEvent } from "./heartbeat.events.ts";

/** The newest heartbeat of every agent. Everything here happens inside the caller's transaction. */
export interface HeartbeatRow {
  readonly agentId: string;
  readonly lastMs: number;
  readonly event: HeartbeatEvent;
  readonly toldHash: string | undefined;
  readonly toldMs: number | undefined;
}

interface Row {
  agent_id: string;
  last_at: number;
  event: string;
  told_hash: string | null;
  told_at: number | null;
}

export class HeartbeatStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find(agentId: string): HeartbeatRow | undefined {
    const row = this.#database.query<Row>("SELECT * FROM heartbeats WHERE agent_id = ?").get(agentId);
    return row ? rowOf(row) : undefined;
  }

  newest(): HeartbeatRow | undefined {
    const row = this.#database.query<Row>("SELECT * FROM heartbeats ORDER BY last_at DESC LIMIT 1").get();
    return row ? rowOf(row) : undefined;
  }

  put({ agentId, lastMs, event, toldHash, toldMs }: HeartbeatRow): void {
    this.#database
      .query(`INSERT OR REPLACE INTO heartbeats (agent_id, last_at, event, told_hash, told_at) VALUES (?, ?, ?, ?, ?)`)
      .run(agentId, lastMs, JSON.stringify(event), toldHash ?? null, toldMs ?? null);
  }
}

function rowOf(row: Row): HeartbeatRow {
  return {
    agentId: row.agent_id,
    lastMs: row.last_at,
    event: JSON.parse(row.event) as HeartbeatEvent,
    toldHash: row.told_hash ?? undefined,
    toldMs: row.told_at ?? undefined,
  };
}
