import type { Role, OperatorScope } from "../protocol/index.ts";
import type { Database } from "../storage/index.ts";
import type { Device, DeviceDescription, DeviceId, DeviceRole } from "./device.ts";

/** Devices, their roles and open requests as rows. Rules are in `devices.ts`; here is only SQL. */

export interface OpenRequest {
  readonly id: string;
  readonly deviceId: DeviceId;
  readonly publicKey: string;
  readonly roles: readonly Role[];
  readonly scopes: readonly OperatorScope[];
  readonly description: DeviceDescription;
  readonly isRepair: boolean;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

interface DescriptionRow {
  display_name: string | null;
  platform: string | null;
  device_family: string | null;
  client_id: string | null;
  client_mode: string | null;
  remote_ip: string | null;
}

interface DeviceRow extends DescriptionRow {
  id: string;
  public_key: string;
  created_at: number;
  approved_at: number;
  last_seen_at: number | null;
}

interface RoleRow {
  role: Role;
  scopes: string;
  generation: number;
  token_scopes: string;
  created_at: number;
  rotated_at: number | null;
  revoked_at: number | null;
  last_used_at: number | null;
}

interface RequestRow extends DescriptionRow {
  id: string;
  device_id: string;
  public_key: string;
  roles: string;
  scopes: string;
  is_repair: number;
  created_at: number;
  expires_at: number;
}

const descriptionColumns = "display_name, platform, device_family, client_id, client_mode, remote_ip";

export class DeviceStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find(id: DeviceId): Device | undefined {
    const row = this.#database.query<DeviceRow>("SELECT * FROM devices WHERE id = ?").get(id);
    return row ? this.#deviceOf(row) : undefined;
  }

  /** Latest approval first. */
  list(): Device[] {
    const rows = this.#database.query<DeviceRow>("SELECT * FROM devices ORDER BY approved_at DESC, id").all();
    return rows.map((row) => this.#deviceOf(row));
  }

  /** Inserts the device or renews what it says about itself. A name that a person gave stays. */
  save(device: Omit<Device, "roles">): void {
    const { id, publicKey, createdAtMs, approvedAtMs, lastSeenAtMs, description } = device;
    this.#database
      .query(
        `INSERT INTO devices (id, public_key, created_at, approved_at, last_seen_at, ${descriptionColumns})
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET approved_at = excluded.approved_at, last_seen_at = excluded.last_seen_at,
           display_name = coalesce(devices.display_name, excluded.display_name), platform = excluded.platform,
           device_family = excluded.device_family, client_id = excluded.client_id,
           client_mode = excluded.client_mode, remote_ip = excluded.remote_ip`,
      )
      .run(id, publicKey, createdAtMs, approvedAtMs, lastSeenAtMs ?? null, ...descriptionValues(description));
  }

  saveRole(deviceId: DeviceId, role: DeviceRole): void {
    this.#database
      .query(
        `INSERT OR REPLACE INTO device_roles
           (device_id, role, scopes, generation, token_scopes, created_at, rotated_at, revoked_at, last_used_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        deviceId,
        role.role,
        role.scopes.join(" "),
        role.generation,
        role.tokenScopes.join(" "),
        role.createdAtMs,
        role.rotatedAtMs ?? null,
        role.revokedAtMs ?? null,
        role.lastUsedAtMs ?? null,
      );
  }

  markUsed(deviceId: DeviceId, role: Role, atMs: number): void {
    this.#database.query("UPDATE devices SET last_seen_at = ? WHERE id = ?").run(atMs, deviceId);
    this.#database
      .query("UPDATE device_roles SET last_used_at = ? WHERE device_id = ? AND role = ?")
      .run(atMs, deviceId, role);
  }

  rename(id: DeviceId, displayName: string): boolean {
    return this.#database.query("UPDATE devices SET display_name = ? WHERE id = ?").run(displayName, id).changes > 0;
  }

  remove(id: DeviceId): boolean {
    return this.#database.query("DELETE FROM devices WHERE id = ?").run(id).changes > 0;
  }

  /** Open requests, newest first. Expired ones are dropped on the way. */
  requests(nowMs: number): OpenRequest[] {
    this.#database.query("DELETE FROM pairing_requests WHERE expires_at <= ?").run(nowMs);
    const rows = this.#database
      .query<RequestRow>("SELECT * FROM pairing_requests ORDER BY created_at DESC, id DESC")
      .all();
    return rows.map(requestOf);
  }

  /** Stores the request in place of the device's older one. */
  saveRequest(request: OpenRequest): void {
    this.removeRequestOf(request.deviceId);
    this.#database
      .query(
        `INSERT INTO pairing_requests
           (id, device_id, public_key, roles, scopes, is_repair, created_at, expires_at, ${descriptionColumns})
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        request.id,
        request.deviceId,
        request.publicKey,
        request.roles.join(" "),
        request.scopes.join(" "),
        request.isRepair ? 1 : 0,
        request.createdAtMs,
        request.expiresAtMs,
        ...descriptionValues(request.description),
      );
  }

  removeRequestOf(deviceId: DeviceId): void {
    this.#database.query("DELETE FROM pairing_requests WHERE device_id = ?").run(deviceId);
  }

  #deviceOf(row: DeviceRow): Device {
    const roles = this.#database
      .query<RoleRow>("SELECT * FROM device_roles WHERE device_id = ? ORDER BY role")
      .all(row.id);
    return {
      id: row.id as DeviceId,
      publicKey: row.public_key,
      description: descriptionOf(row),
      roles: roles.map(roleOf),
      createdAtMs: row.created_at,
      approvedAtMs: row.approved_at,
      lastSeenAtMs: row.last_seen_at ?? undefined,
    };
  }
}

function roleOf(row: RoleRow): DeviceRole {
  return {
    role: row.role,
    scopes: splitScopes(row.scopes),
    tokenScopes: splitScopes(row.token_scopes),
    generation: row.generation,
    createdAtMs: row.created_at,
    rotatedAtMs: row.rotated_at ?? undefined,
    revokedAtMs: row.revoked_at ?? undefined,
    lastUsedAtMs: row.last_used_at ?? undefined,
  };
}

function requestOf(row: RequestRow): OpenRequest {
  return {
    id: row.id,
    deviceId: row.device_id as DeviceId,
    publicKey: row.public_key,
    roles: row.roles.split(" ") as Role[],
    scopes: splitScopes(row.scopes),
    description: descriptionOf(row),
    isRepair: row.is_repair === 1,
    createdAtMs: row.created_at,
    expiresAtMs: row.expires_at,
  };
}

function descriptionOf(row: DescriptionRow): DeviceDescription {
  return {
    displayName: row.display_name ?? undefined,
    platform: row.platform ?? undefined,
    deviceFamily: row.device_family ?? undefined,
    clientId: row.client_id ?? undefined,
    clientMode: row.client_mode ?? undefined,
    remoteIp: row.remote_ip ?? undefined,
  };
}

function descriptionValues(description: DeviceDescription): (string | null)[] {
  const { displayName, platform, deviceFamily, clientId, clientMode, remoteIp } = description;
  return [displayName, platform, deviceFamily, clientId, clientMode, remoteIp].map((value) => value ?? null);
}

function splitScopes(text: string): OperatorScope[] {
  return text === "" ? [] : (text.split(" ") as OperatorScope[]);
}
