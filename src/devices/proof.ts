import { keyFingerprint, parsePublicKey, verifyText } from "../lib/index.ts";
import {
  type ConnectParams,
  invalidRequest,
  type Role,
  signatureTextV1,
  signatureTextV2,
  signatureTextV3,
  type SignedFacts,
  signedToken,
  wireLimits,
} from "../protocol/index.ts";
import type { DeviceId } from "./device.ts";

/** Does the device hold the key that it names? Pure but for the arithmetic (section 3.3 of the wire document). */

export interface ProofFacts {
  readonly params: ConnectParams;
  readonly role: Role;
  /** This connection's challenge. */
  readonly nonce: string;
  readonly nowMs: number;
  readonly isLocal: boolean;
}

export interface Proven {
  readonly deviceId: DeviceId;
  /** Re-encoded base64url, so that one key has one spelling. */
  readonly publicKey: string;
  /** How far the device's clock is ahead of ours. */
  readonly skewMs: number;
}

/** Throws with the text and the machine-readable code that clients know. */
export function proveDevice(facts: ProofFacts): Proven {
  const device = facts.params.device!;
  const raw = parsePublicKey(device.publicKey);
  if (!raw) throw refusal("device public key invalid", "DEVICE_AUTH_PUBLIC_KEY_INVALID");
  if (keyFingerprint(raw) !== device.id) throw refusal("device identity mismatch", "DEVICE_AUTH_DEVICE_ID_MISMATCH");
  const skewMs = device.signedAt - facts.nowMs;
  const skewMaxMs = device.nonce === undefined ? wireLimits.signatureAgeMaxMs : wireLimits.clockSkewMaxMs;
  if (Math.abs(skewMs) > skewMaxMs) throw expired(device.signedAt, facts.nowMs);
  if (device.nonce === undefined && !facts.isLocal)
    throw refusal("device nonce required", "DEVICE_AUTH_NONCE_REQUIRED");
  if (device.nonce !== undefined && device.nonce !== facts.nonce) {
    throw refusal("device nonce mismatch", "DEVICE_AUTH_NONCE_MISMATCH");
  }
  const texts = signedTexts(facts);
  if (!texts.some((text) => verifyText(raw, text, device.signature))) {
    throw refusal("device signature invalid", "DEVICE_AUTH_SIGNATURE_INVALID");
  }
  return { deviceId: device.id as DeviceId, publicKey: Buffer.from(raw).toString("base64url"), skewMs };
}

/** The texts that the signature may be over. A nonce that was given must be in it. */
function signedTexts({ params, role }: ProofFacts): string[] {
  const device = params.device!;
  const signed: SignedFacts = {
    deviceId: device.id,
    clientId: params.client.id,
    clientMode: params.client.mode,
    role,
    scopes: params.scopes ?? [],
    signedAtMs: device.signedAt,
    token: signedToken(params.auth),
    nonce: device.nonce ?? "",
    platform: params.client.platform,
    deviceFamily: params.client.deviceFamily ?? "",
  };
  return device.nonce === undefined ? [signatureTextV1(signed)] : [signatureTextV3(signed), signatureTextV2(signed)];
}

function refusal(message: string, code: string) {
  return invalidRequest(message, { details: { code } });
}

function expired(signedAtMs: number, nowMs: number) {
  return invalidRequest("device signature expired", {
    details: {
      code: "DEVICE_AUTH_SIGNATURE_EXPIRED",
      signedAtMs,
      gatewayNowMs: nowMs,
      hint: "set the clock of this device",
    },
  });
}
