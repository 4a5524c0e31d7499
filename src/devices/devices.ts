import type { Clock, Ids, Log } from "../lib/index.ts";
import {
  coveredScopes,
  coversScope,
  forbidden,
  invalidRequest,
  knownScopes,
  type OperatorScope,
  type Principal,
  type Publish,
  type Role,
  unavailable,
} from "../protocol/index.ts";
import type { Database } from "../storage/index.ts";
import { BroughtTokens } from "./brought-tokens.ts";
import { type Device, type DeviceDescription, type DeviceId, type DeviceRole, liveRole } from "./device.ts";
import type { deviceEvents } from "./devices.events.ts";
import { DeviceStore, type OpenRequest } from "./devices.store.ts";
import type { DeviceTokens } from "./tokens.ts";
import { requestOnWire } from "./wire.ts";

/** How long a request waits for a person. */
export const requestLifeMs = 5 * 60_000;
/** Requests that may be open at once. */
export const requestsMax = 64;
/** A device's last-seen time is written at most this often, so that reconnecting costs no disk. */
const seenStepMs = 60_000;

/** Closes live sockets; lent by the gateway. */
export interface LiveConnections {
  closeDevice(deviceId: DeviceId, choice: { readonly role?: Role; readonly exceptConnectionId?: string }): void;
}

export interface DevicesParts {
  readonly database: Database;
  readonly tokens: DeviceTokens;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly publish: Publish<typeof deviceEvents>;
  readonly live: LiveConnections;
}

export interface Asking {
  readonly deviceId: DeviceId;
  readonly publicKey: string;
  readonly role: Role;
  readonly scopes: readonly OperatorScope[];
  readonly description: DeviceDescription;
}

export interface RotationRequest {
  readonly deviceId: DeviceId;
  readonly role: string;
  /** None keeps those of the token before. */
  readonly scopes?: readonly string[];
}

export interface Rotated {
  readonly token: string;
  readonly scopes: readonly OperatorScope[];
  readonly rotatedAtMs: number;
}

/** The devices that may connect: approved by a person, revoked at once, nothing wider than who approved it. */
export class Devices {
  readonly #parts: DevicesParts;
  readonly #store: DeviceStore;
  readonly #brought: BroughtTokens;

  constructor(parts: DevicesParts) {
    this.#parts = parts;
    this.#brought = new BroughtTokens(parts.database, parts.clock);
    this.#store = new DeviceStore(parts.database);
  }

  find(id: DeviceId): Device | undefined {
    return this.#store.find(id);
  }

  list(): { readonly pending: readonly OpenRequest[]; readonly paired: readonly Device[] } {
    return { pending: this.#store.requests(this.#parts.clock.nowMs()), paired: this.#store.list() };
  }

  tokenOf(deviceId: DeviceId, role: DeviceRole): string {
    return this.#parts.tokens.tokenOf(deviceId, role);
  }

  tokenMatches(given: string, device: Device, role: Role): boolean {
    const live = liveRole(device, role);
    if (live === undefined) return false;
    return this.#parts.tokens.matches(given, device.id, live) || this.#brought.matches(given, device.id, live);
  }

  /** Approves a device of another gateway, which may come in once more with the token that it has from there. */
  takeOver(asking: Asking, token: string | undefined): void {
    const device = this.approveSilently(asking);
    const live = liveRole(device, asking.role);
    if (live && token !== undefined) this.#brought.keep(device.id, live, token);
  }

  /** The device's open request; a wider demand replaces a narrower one under a new id, never silently. */
  ask(asking: Asking): OpenRequest {
    const { clock, ids, publish, log } = this.#parts;
    const nowMs = clock.nowMs();
    const open = this.#store.requests(nowMs);
    const earlier = open.find((request) => request.deviceId === asking.deviceId);
    if (earlier && covers(earlier, asking)) return earlier;
    if (!isRoomFor(asking.deviceId, open)) {
      throw unavailable("pairing: too many devices wait for approval; run `clawdia devices list` and reject some");
    }
    const request: OpenRequest = {
      id: ids.uuid(),
      deviceId: asking.deviceId,
      publicKey: asking.publicKey,
      roles: [...new Set([...(earlier?.roles ?? []), asking.role])],
      scopes: knownScopes([...(earlier?.scopes ?? []), ...asking.scopes]),
      description: asking.description,
      isRepair: this.#store.find(asking.deviceId) !== undefined,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + requestLifeMs,
    };
    this.#parts.database.transaction(() => this.#store.saveRequest(request));
    publish("device.pair.requested", requestOnWire(request));
    log.info("device.requested", {
      deviceId: asking.deviceId,
      requestId: request.id,
      approve: `clawdia devices approve ${request.id}`,
    });
    return request;
  }

  /** False while too many other devices wait for approval. */
  hasRoomFor(deviceId: DeviceId): boolean {
    return isRoomFor(deviceId, this.#store.requests(this.#parts.clock.nowMs()));
  }

  /** Approves for a local client with the shared secret, without a person. */
  approveSilently(asking: Asking): Device {
    const { clock, ids, publish } = this.#parts;
    const nowMs = clock.nowMs();
    const device = this.#approve({ ...asking, roles: [asking.role] }, nowMs);
    publish("device.pair.resolved", {
      requestId: ids.uuid(),
      deviceId: asking.deviceId,
      decision: "approved",
      ts: nowMs,
    });
    return device;
  }

  approve(requestId: string, approver: Principal): Device {
    const nowMs = this.#parts.clock.nowMs();
    const request = this.#openRequest(requestId);
    const beyond = request.scopes.find((scope) => !coversScope(approver.scopes, scope));
    if (beyond !== undefined) {
      throw forbidden(`missing scope: ${beyond}; who approves a device must hold every scope that it asks for`, {
        details: { code: "MISSING_SCOPE", missingScope: beyond, requiredScopes: [...request.scopes] },
      });
    }
    const device = this.#approve(request, nowMs);
    this.#resolved(request, "approved", nowMs);
    return device;
  }

  reject(requestId: string): OpenRequest {
    const request = this.#openRequest(requestId);
    this.#store.removeRequestOf(request.deviceId);
    this.#resolved(request, "rejected", this.#parts.clock.nowMs());
    return request;
  }

  /** Forgets the device and its tokens, and closes its sockets. */
  remove(deviceId: DeviceId): void {
    this.#parts.database.transaction(() => {
      if (!this.#store.remove(deviceId)) throw invalidRequest("unknown deviceId");
      this.#store.removeRequestOf(deviceId);
    });
    this.#parts.live.closeDevice(deviceId, {});
    this.#parts.log.info("device.removed", { deviceId });
  }

  rename(deviceId: DeviceId, displayName: string): Device {
    if (!this.#store.rename(deviceId, displayName)) throw invalidRequest("unknown deviceId");
    return this.#store.find(deviceId)!;
  }

  /** A new token for one role; the old one ends and its sockets are closed, but for the caller's own. */
  rotate({ deviceId, role, scopes: asked }: RotationRequest, caller: Principal, connectionId: string): Rotated {
    const live = this.#roleOf(deviceId, role);
    if (live.revokedAtMs !== undefined) {
      throw invalidRequest(
        `device role was revoked: it must be approved again; let the device connect, then run \`clawdia devices list\``,
      );
    }
    const wanted = asked === undefined ? live.tokenScopes : knownScopes(asked);
    const scopes = coveredScopes(caller.scopes, coveredScopes(live.scopes, wanted));
    const rotatedAtMs = this.#parts.clock.nowMs();
    const renewed: DeviceRole = { ...live, tokenScopes: scopes, generation: live.generation + 1, rotatedAtMs };
    this.#store.saveRole(deviceId, renewed);
    const own = caller.deviceId === deviceId;
    this.#parts.live.closeDevice(deviceId, { role: live.role, ...(own && { exceptConnectionId: connectionId }) });
    this.#parts.log.info("device.token-rotated", { deviceId, role });
    return { token: this.tokenOf(deviceId, renewed), scopes, rotatedAtMs };
  }

  /** Ends a role's token and approval at once. */
  revoke(deviceId: DeviceId, role: string): number {
    const live = this.#roleOf(deviceId, role);
    const revokedAtMs = this.#parts.clock.nowMs();
    this.#store.saveRole(deviceId, { ...live, revokedAtMs });
    this.#parts.live.closeDevice(deviceId, { role: live.role });
    this.#parts.log.info("device.token-revoked", { deviceId, role });
    return revokedAtMs;
  }

  /** Notes that the device was here; not while the disk refuses, for a person comes to see why. */
  seen(device: Device, role: Role): void {
    const { clock, database } = this.#parts;
    const nowMs = clock.nowMs();
    if (!database.takesWrites || nowMs - (device.lastSeenAtMs ?? 0) < seenStepMs) return;
    database.transaction(() => this.#store.markUsed(device.id, role, nowMs));
  }

  #approve(approved: Omit<Asking, "role"> & { readonly roles: readonly Role[] }, nowMs: number): Device {
    return this.#parts.database.transaction(() => {
      const known = this.#store.find(approved.deviceId);
      const { deviceId: id, publicKey, description } = approved;
      this.#store.save({
        id,
        publicKey,
        description,
        createdAtMs: known?.createdAtMs ?? nowMs,
        approvedAtMs: nowMs,
        lastSeenAtMs: nowMs,
      });
      for (const role of approved.roles) this.#store.saveRole(id, grantedRole(known, role, approved.scopes, nowMs));
      this.#store.removeRequestOf(id);
      this.#parts.log.info("device.approved", {
        deviceId: id,
        roles: approved.roles.join(","),
        scopes: approved.scopes.join(","),
      });
      return this.#store.find(id)!;
    });
  }

  #resolved(request: OpenRequest, decision: "approved" | "rejected", ts: number): void {
    this.#parts.publish("device.pair.resolved", { requestId: request.id, deviceId: request.deviceId, decision, ts });
  }

  #openRequest(requestId: string): OpenRequest {
    const request = this.#store.requests(this.#parts.clock.nowMs()).find(({ id }) => id === requestId);
    if (!request) throw invalidRequest("unknown requestId");
    return request;
  }

  #roleOf(deviceId: DeviceId, role: string): DeviceRole {
    const found = this.#store.find(deviceId)?.roles.find((entry) => entry.role === role);
    if (!found) throw invalidRequest("unknown deviceId/role");
    return found;
  }
}

/**
 * A role that was revoked, or is new, starts with exactly what was approved; a live one is widened by it, and what a
 * rotation took from its token stays away. Generations start at the time, so that the tokens of a device that was
 * removed do not come back with it.
 */
function grantedRole(
  known: Device | undefined,
  role: Role,
  scopes: readonly OperatorScope[],
  nowMs: number,
): DeviceRole {
  const before = known?.roles.find((entry) => entry.role === role);
  const isRenewal = before !== undefined && before.revokedAtMs === undefined;
  const widened = (kept: readonly OperatorScope[]) =>
    role === "node" ? [] : knownScopes([...(isRenewal ? kept : []), ...scopes]);
  return {
    role,
    scopes: widened(before?.scopes ?? []),
    tokenScopes: widened(before?.tokenScopes ?? []),
    generation: before === undefined ? nowMs : before.generation + (isRenewal ? 0 : 1),
    createdAtMs: before?.createdAtMs ?? nowMs,
    rotatedAtMs: before === undefined || isRenewal ? before?.rotatedAtMs : nowMs,
    revokedAtMs: undefined,
    lastUsedAtMs: before?.lastUsedAtMs,
  };
}

function isRoomFor(deviceId: DeviceId, open: readonly OpenRequest[]): boolean {
  return open.length < requestsMax || open.some((request) => request.deviceId === deviceId);
}

function covers(request: OpenRequest, asking: Asking): boolean {
  return request.roles.includes(asking.role) && asking.scopes.every((scope) => request.scopes.includes(scope));
}
