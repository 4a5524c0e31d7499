/**
 * What a device signs in `connect` (section 3.3 of the wire document; version 3 of the text in section A.2 of the
 * protocol-4 document). The text's version is independent of the protocol number.
 */
export interface SignedFacts {
  readonly deviceId: string;
  readonly clientId: string;
  readonly clientMode: string;
  readonly role: string;
  /** As requested, in request order; empty when none were. */
  readonly scopes: readonly string[];
  readonly signedAtMs: number;
  /** The first present of `auth.token`, `auth.deviceToken`, `auth.bootstrapToken`, else empty. Never the password. */
  readonly token: string;
  readonly nonce: string;
  readonly platform: string;
  readonly deviceFamily: string;
}

/** Without a nonce: local clients of version 3 that saw no challenge. */
export function signatureTextV1(facts: SignedFacts): string {
  return ["v1", ...commonParts(facts)].join("|");
}

export function signatureTextV2(facts: SignedFacts): string {
  return ["v2", ...commonParts(facts), facts.nonce].join("|");
}

export function signatureTextV3(facts: SignedFacts): string {
  return ["v3", ...commonParts(facts), facts.nonce, folded(facts.platform), folded(facts.deviceFamily)].join("|");
}

/** The credential that stands in the signed text. */
export function signedToken(
  auth: { token?: string; deviceToken?: string; bootstrapToken?: string } | undefined,
): string {
  return auth?.token || auth?.deviceToken || auth?.bootstrapToken || "";
}

function commonParts(facts: SignedFacts): string[] {
  const { deviceId, clientId, clientMode, role, scopes, signedAtMs, token } = facts;
  return [deviceId, clientId, clientMode, role, scopes.join(","), String(signedAtMs), token];
}

/** Trimmed, and lower-cased in ASCII only, so that both sides agree whatever their locale. */
function folded(value: string): string {
  return value.trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
