import type { DeviceId } from "../devices/index.ts";
import type { Database } from "../storage/index.ts";

/** What nodes offered and what was decided about them, as rows. Rules are in `nodes.ts`; here is only SQL. */

export interface NodeRecord {
  readonly id: DeviceId;
  readonly version: string | undefined;
  readonly modelIdentifier: string | undefined;
  readonly caps: readonly string[];
  /** At its last connect. */
  readonly declared: readonly string[];
  readonly permissions: Readonly<Record<string, boolean>>;
  readonly approved: readonly string[];
  readonly declined: readonly string[];
  readonly request: SurfaceRequest | undefined;
  readonly approvedAtMs: number | undefined;
  readonly lastConnectedAtMs: number;
}

/** Commands that wait for a person. It does not expire. */
export interface SurfaceRequest {
  readonly id: string;
  readonly commands: readonly string[];
  readonly atMs: number;
}

interface Row {
  device_id: string;
  version: string | null;
  model_identifier: string | null;
  caps: string;
  declared: string;
  permissions: string;
  approved: string;
  declined: string;
  request_id: string | null;
  wanted: string;
  requested_at: number | null;
  approved_at: number | null;
  last_connected_at: number;
}

export class NodeStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find(id: DeviceId): NodeRecord | undefined {
    const row = this.#database.query<Row>("SELECT * FROM nodes WHERE device_id = ?").get(id);
    return row ? recordOf(row) : undefined;
  }

  findRequest(requestId: string): NodeRecord | undefined {
    const row = this.#database.query<Row>("SELECT * FROM nodes WHERE request_id = ?").get(requestId);
    return row ? recordOf(row) : undefined;
  }

  /** Oldest request first. */
  requests(): NodeRecord[] {
    return this.#database
      .query<Row>("SELECT * FROM nodes WHERE request_id IS NOT NULL ORDER BY requested_at, device_id")
      .all()
      .map(recordOf);
  }

  save(record: NodeRecord): void {
    this.#database
      .query(
        `INSERT OR REPLACE INTO nodes (device_id, version, model_identifier, caps, declared, permissions, approved,
           declined, request_id, wanted, requested_at, approved_at, last_connected_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        record.id,
        record.version ?? null,
        record.modelIdentifier ?? null,
        JSON.stringify(record.caps),
        JSON.stringify(record.declared),
        JSON.stringify(record.permissions),
        JSON.stringify(record.approved),
        JSON.stringify(record.declined),
        record.request?.id ?? null,
        JSON.stringify(record.request?.commands ?? []),
        record.request?.atMs ?? null,
        record.approvedAtMs ?? null,
        record.lastConnectedAtMs,
      );
  }
}

function recordOf(row: Row): NodeRecord {
  const request =
    row.request_id === null
      ? undefined
      : { id: row.request_id, commands: names(row.wanted), atMs: row.requested_at ?? 0 };
  return {
    id: row.device_id as DeviceId,
    version: row.version ?? undefined,
    modelIdentifier: row.model_identifier ?? undefined,
    caps: names(row.caps),
    declared: names(row.declared),
    permissions: JSON.parse(row.permissions) as Record<string, boolean>,
    approved: names(row.approved),
    declined: names(row.declined),
    request,
    approvedAtMs: row.approved_at ?? undefined,
    lastConnectedAtMs: row.last_connected_at,
  };
}

function names(json: string): readonly string[] {
  return JSON.parse(json) as string[];
}
