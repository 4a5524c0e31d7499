import { type Clock, type Log, sameSecret, sha256Text } from "../lib/index.ts";
import {
  type ConnectParams,
  coveredScopes,
  GatewayError,
  type HelloAuth,
  invalidRequest,
  knownScopes,
  type OperatorScope,
  type Principal,
  type Role,
} from "../protocol/index.ts";
import type { TailscaleIdentity } from "../tailscale/index.ts";
import { type Attempts, attemptSource, type CredentialKind } from "./attempts.ts";
import { type Device, type DeviceDescription, liveRole } from "./device.ts";
import type { Asking, Devices } from "./devices.ts";
import { judgePairing } from "./pairing.ts";
import { type Presented, presentedIn } from "./presented.ts";
import { proveDevice, type Proven } from "./proof.ts";
import {
  deviceRequired,
  mismatch,
  pairingRequired,
  refuseMissingDevice,
  secretMissing,
  tailscaleMismatch,
} from "./refusals.ts";
import { grantedScopes, type SetupCodes } from "./setup-codes.ts";

/** From `connect` params to a principal, in the order of section 2.4 of the wire document. Whatever fails is thrown. */

/** How the socket came in: from the socket and the upgrade request, never from what the client says. */
export interface Approach {
  /** The client's address, through trusted proxies where there are any. */
  readonly address: string;
  readonly origin: string | undefined;
  /** Loopback or own tailnet address, local Host, no Origin, no proxy. */
  readonly isLocal: boolean;
  readonly nonce: string;
  /** Who its user is, by the word of Tailscale's daemon. */
  readonly tailscale?: TailscaleIdentity | undefined;
}

export interface Secrets {
  /** Any of these opens the gateway. */
  readonly tokens: readonly string[];
  readonly password: string | undefined;
}

export interface Admission {
  readonly principal: Principal;
  readonly auth: HelloAuth;
  readonly device: Device | undefined;
  /** SHA-256 of the shared secret that let it in: when that opens nothing any more, neither does the connection. */
  readonly openedBy?: string | undefined;
}

export interface AuthenticatorParts {
  readonly devices: Devices;
  readonly attempts: Attempts;
  readonly setupCodes: SetupCodes;
  readonly secrets: Secrets;
  /** Whom Tailscale vouches for needs no secret. */
  readonly acceptsTailscale?: (() => boolean) | undefined;
  readonly clock: Pick<Clock, "nowMs">;
  readonly log: Log;
}

/** Scopes of a client that has the shared secret but no key of its own, and is not local. */
export const sharedSecretScopes: readonly OperatorScope[] = ["operator.read", "operator.write"];
/** A difference of clocks that is worth a word in the log. */
const skewNoticeMs = 120_000;

type Credential = "shared-secret" | "device-token" | "setup-code" | "tailscale";

/** A device that proved its key, with a credential that was right. */
interface Knock {
  readonly params: ConnectParams;
  readonly role: Role;
  readonly approach: Approach;
  readonly proven: Proven;
  readonly device: Device | undefined;
  readonly credential: Credential;
  readonly protocol: number;
}

export class Authenticator {
  readonly #parts: AuthenticatorParts;

  constructor(parts: AuthenticatorParts) {
    this.#parts = parts;
  }

  admit(params: ConnectParams, approach: Approach, protocol: number): Admission {
    const role = roleOf(params);
    if (!params.device) refuseMissingDevice(params, role);
    const proven = params.device && this.#prove(params, role, approach);
    const device = proven && this.#parts.devices.find(proven.deviceId);
    const { credential, text } = this.#checkCredentials(params, role, approach, device);
    if (!proven && credential !== "shared-secret") throw deviceRequired();
    const openedBy = credential === "shared-secret" ? sha256Text(text) : undefined;
    if (!proven) return { ...admitWithoutDevice(params, approach), openedBy };
    return { ...this.#admitDevice({ params, role, approach, proven, device, credential, protocol }), openedBy };
  }

  #prove(params: ConnectParams, role: Role, approach: Approach): Proven {
    const source = attemptSource(approach.address, approach.origin);
    this.#refuseLocked(source, "signature");
    try {
      const nowMs = this.#parts.clock.nowMs();
      const proven = proveDevice({ params, role, nonce: approach.nonce, nowMs, isLocal: approach.isLocal });
      if (Math.abs(proven.skewMs) > skewNoticeMs) {
        this.#parts.log.warn("device.clock-differs", { deviceId: proven.deviceId, skewMs: proven.skewMs });
      }
      return proven;
    } catch (error) {
      this.#parts.attempts.fail(source, "signature");
      throw error;
    }
  }

  /**
   * Every wrong credential is charged to its kind, also beside a right one; a missing one is free, a right one clears
   * its kind only. A kind that is locked is not looked at, and keeps nobody out who has another one.
   */
  #checkCredentials(params: ConnectParams, role: Role, approach: Approach, device: Device | undefined) {
    const { attempts } = this.#parts;
    const source = attemptSource(approach.address, approach.origin);
    const presented = presentedIn(params.auth);
    const user = this.#parts.acceptsTailscale?.() ? approach.tailscale : undefined;
    if (presented.length === 0) {
      if (user?.kind === "verified") return { credential: "tailscale" as const, text: "" };
      throw user?.kind === "mismatch"
        ? tailscaleMismatch()
        : secretMissing(this.#parts.secrets.password === undefined ? "token" : "password");
    }
    const locked = presented.filter(({ kind }) => attempts.lockedForMs(source, kind) > 0);
    const judged = presented
      .filter((given) => !locked.includes(given))
      .map((given) => ({ ...given, credential: this.#judge(given, role, device) }));
    const accepted =
      judged.find(({ credential }) => credential === "shared-secret") ?? judged.find(({ credential }) => credential);
    for (const { kind, text, credential } of judged) {
      if (credential === "shared-secret" || (credential && kind !== "token")) attempts.succeed(source, kind);
      // A text that was right under another name is no guess.
      else if (!credential && !(accepted && sameSecret(text, accepted.text))) attempts.fail(source, kind);
    }
    if (accepted?.credential) return { credential: accepted.credential, text: accepted.text };
    if (user?.kind === "verified") return { credential: "tailscale" as const, text: "" };
    for (const { kind } of locked) this.#refuseLocked(source, kind);
    throw mismatch(presented.map(({ kind }) => kind));
  }

  #judge({ kind, text }: Presented, role: Role, device: Device | undefined): Credential | undefined {
    const { devices, secrets } = this.#parts;
    const isDeviceToken = () => device !== undefined && devices.tokenMatches(text, device, role);
    switch (kind) {
      case "token":
        if (secrets.tokens.some((known) => sameSecret(text, known))) return "shared-secret";
        // Clients of version 3 send a stored device token in the place of the shared one.
        return isDeviceToken() ? "device-token" : undefined;
      case "password":
        return secrets.password !== undefined && sameSecret(text, secrets.password) ? "shared-secret" : undefined;
      case "device-token":
        return isDeviceToken() ? "device-token" : undefined;
      case "bootstrap-token":
        return this.#parts.setupCodes.grantOf(text) ? "setup-code" : undefined;
      default:
        return undefined;
    }
  }

  /**
   * The device's request, approved by the code that it brought. A code is no way to more than it was made for, and is
   * spent only on the request that it approves.
   */
  #approveByCode(secret: string, asking: Asking): Device {
    const { devices, setupCodes, log } = this.#parts;
    const grant = setupCodes.grantOf(secret);
    const scopes = grant && grantedScopes(grant, asking.role, asking.scopes);
    if (!scopes || !setupCodes.spend(secret)) throw mismatch(["bootstrap-token"]);
    log.info("device.set-up", { deviceId: asking.deviceId, role: asking.role });
    return devices.approveSilently({ ...asking, scopes });
  }

  #admitDevice(request: Knock): Admission {
    const { params, role, approach, proven, credential, protocol } = request;
    const { devices } = this.#parts;
    const askedScopes = role === "node" ? [] : knownScopes(params.scopes ?? []);
    if (credential === "setup-code") return this.#admitByCode(request, askedScopes);
    const hasSharedSecret = credential === "shared-secret";
    const { isLocal } = approach;
    const verdict = judgePairing({
      device: request.device,
      role,
      askedScopes,
      platform: params.client.platform,
      isLocal,
      hasSharedSecret,
    });
    const asking: Asking = {
      deviceId: proven.deviceId,
      publicKey: proven.publicKey,
      role,
      scopes: verdict.scopes,
      description: describe(params, approach),
    };
    if (verdict.kind === "ask") throw pairingRequired(devices.ask(asking).id, proven.deviceId, verdict.reason);
    const device = verdict.kind === "approve-silently" ? devices.approveSilently(asking) : request.device!;
    if (verdict.kind === "admit" && verdict.missing.length > 0 && devices.hasRoomFor(proven.deviceId)) {
      devices.ask({ ...asking, scopes: verdict.missing });
    }
    devices.seen(device, role);
    const tells = protocol >= 4 || !(hasSharedSecret && isLocal);
    return this.#admitted({ params, role, scopes: verdict.scopes, isLocal, device }, tells);
  }

  /** A device that is known keeps what it has, and gets no more than the code is for. */
  #admitByCode(request: Knock, askedScopes: readonly OperatorScope[]): Admission {
    const { params, role, approach, proven } = request;
    const device = this.#approveByCode(params.auth?.bootstrapToken ?? "", {
      deviceId: proven.deviceId,
      publicKey: proven.publicKey,
      role,
      scopes: askedScopes,
      description: describe(params, approach),
    });
    const held = liveRole(device, role)?.tokenScopes ?? [];
    const scopes = askedScopes.length === 0 ? held : coveredScopes(held, askedScopes);
    return this.#admitted({ params, role, scopes, isLocal: approach.isLocal, device }, true);
  }

  #admitted(admitted: Admitted & { readonly device: Device }, tellsToken: boolean): Admission {
    const { role, scopes, device } = admitted;
    const live = liveRole(device, role)!;
    const token = tellsToken && {
      deviceToken: this.#parts.devices.tokenOf(device.id, live),
      issuedAtMs: live.rotatedAtMs ?? live.createdAtMs,
    };
    return { principal: principalOf(admitted), auth: { role, scopes: [...scopes], ...token }, device };
  }

  #refuseLocked(source: string, kind: CredentialKind): void {
    const retryAfterMs = this.#parts.attempts.lockedForMs(source, kind);
    if (retryAfterMs === 0) return;
    const seconds = Math.ceil(retryAfterMs / 1000);
    throw new GatewayError("RATE_LIMITED", `unauthorized: too many wrong attempts; try again in ${seconds} s`, {
      retryAfterMs,
      details: { code: "AUTH_RATE_LIMITED" },
    });
  }
}

function roleOf(params: ConnectParams): Role {
  const role = params.role ?? "operator";
  if (role === "operator" || role === "node") return role;
  throw invalidRequest("invalid role");
}

function admitWithoutDevice(params: ConnectParams, approach: Approach): Admission {
  const asked = knownScopes(params.scopes ?? []);
  const held: readonly OperatorScope[] = approach.isLocal ? ["operator.admin"] : sharedSecretScopes;
  const scopes = asked.length === 0 ? held : coveredScopes(held, asked);
  const principal = principalOf({ params, role: "operator", scopes, isLocal: approach.isLocal, device: undefined });
  return { principal, auth: { role: "operator", scopes: [...scopes] }, device: undefined };
}

function principalOf({ params, role, scopes, isLocal, device }: Admitted): Principal {
  const displayName = device?.description.displayName ?? params.client.displayName ?? params.client.id;
  const id = device ? `device:${device.id}` : "shared-secret";
  return { id, ...(device && { deviceId: device.id }), role, scopes, displayName, isLocal };
}

interface Admitted {
  readonly params: ConnectParams;
  readonly role: Role;
  readonly scopes: readonly OperatorScope[];
  readonly isLocal: boolean;
  readonly device: Device | undefined;
}

function describe(params: ConnectParams, approach: Approach): DeviceDescription {
  const { displayName, platform, deviceFamily, id, mode } = params.client;
  return {
    displayName,
    platform,
    deviceFamily,
    clientId: id,
    clientMode: mode,
    remoteIp: approach.isLocal ? undefined : approach.address,
  };
}
