import { coveredScopes, coversScope, type OperatorScope, type Role } from "../protocol/index.ts";
import { type Device, liveRole } from "./device.ts";

/** May this device connect as it asks? Pure: the facts come in, a verdict goes out. */

export interface PairingFacts {
  readonly device: Device | undefined;
  readonly role: Role;
  /** Known scopes that the device asked for; empty means what it was approved for. */
  readonly askedScopes: readonly OperatorScope[];
  readonly platform: string;
  /** On this host, without a browser and without a proxy in between. */
  readonly isLocal: boolean;
  /** The gateway's token or password was given, not only a device token. */
  readonly hasSharedSecret: boolean;
}

export type PairingReason = "not-paired" | "role-upgrade" | "scope-upgrade" | "metadata-upgrade";

export type PairingVerdict =
  | { readonly kind: "admit"; readonly scopes: readonly OperatorScope[]; readonly missing: readonly OperatorScope[] }
  | { readonly kind: "approve-silently"; readonly reason: PairingReason; readonly scopes: readonly OperatorScope[] }
  | { readonly kind: "ask"; readonly reason: PairingReason; readonly scopes: readonly OperatorScope[] };

/** What an operator gets that did not say what it wants: the owner sees it before approving. */
export const defaultOperatorScopes: readonly OperatorScope[] = ["operator.admin"];

export function judgePairing(facts: PairingFacts): PairingVerdict {
  const wanted = wantedScopes(facts);
  const role = liveRole(facts.device, facts.role);
  if (!role) return askOrApprove(facts, facts.device ? "role-upgrade" : "not-paired", wanted);
  if (changedPlatform(facts)) return askOrApprove(facts, "metadata-upgrade", wanted);
  const asked = facts.askedScopes.length > 0 ? facts.askedScopes : role.tokenScopes;
  const granted = coveredScopes(role.tokenScopes, asked);
  const missing = asked.filter((scope) => !coversScope(role.tokenScopes, scope));
  if (missing.length === 0) return { kind: "admit", scopes: granted, missing };
  if (isTrusted(facts)) return { kind: "approve-silently", reason: "scope-upgrade", scopes: wanted };
  if (granted.length === 0) return { kind: "ask", reason: "scope-upgrade", scopes: wanted };
  return { kind: "admit", scopes: granted, missing };
}

function askOrApprove(facts: PairingFacts, reason: PairingReason, scopes: readonly OperatorScope[]): PairingVerdict {
  return { kind: isTrusted(facts) ? "approve-silently" : "ask", reason, scopes };
}

/** A local client with the shared secret is the owner at the keyboard; but what was revoked a person must give back. */
function isTrusted({ isLocal, hasSharedSecret, device, role }: PairingFacts): boolean {
  const revoked = device?.roles.some((entry) => entry.role === role && entry.revokedAtMs !== undefined) ?? false;
  return isLocal && hasSharedSecret && !revoked;
}

function wantedScopes({ role, askedScopes }: PairingFacts): readonly OperatorScope[] {
  if (role === "node") return [];
  return askedScopes.length > 0 ? askedScopes : defaultOperatorScopes;
}

/** A node's platform decides what it may be asked to do, so a node that changes it is looked at again. */
function changedPlatform({ device, role, platform }: PairingFacts): boolean {
  const known = device?.description.platform;
  return role === "node" && known !== undefined && platformFamily(known) !== platformFamily(platform);
}

/** `iOS 18.1.0` and `ios 18.2` are the same family; version numbers change by themselves. */
function platformFamily(platform: string): string {
  const word = /^[a-z]+/.exec(platform.trim().toLowerCase())?.[0] ?? platform;
  const aliases: Readonly<Record<string, string>> = { darwin: "macos", mac: "macos", win: "windows", ipados: "ios" };
  return Object.hasOwn(aliases, word) ? aliases[word]! : word;
}
