import { type ConnectDevice, signatureTextV1, signatureTextV3, type SignedFacts } from "../protocol/index.ts";

/** A device's key pair. The private half never leaves whoever implements this: a file, a browser's key store. */
export interface DeviceSigner {
  /** Lower-case hex SHA-256 of the raw public key. */
  readonly deviceId: string;
  /** The raw 32-byte Ed25519 public key, base64url without padding. */
  readonly publicKey: string;
  /** The 64-byte signature over the UTF-8 text, base64url without padding. */
  sign(text: string): string | Promise<string>;
}

/** The `device` block of `connect`: version 3 of the signed text with a nonce, version 1 without. */
export async function signDevice(signer: DeviceSigner, facts: Omit<SignedFacts, "deviceId">): Promise<ConnectDevice> {
  const signed: SignedFacts = { ...facts, deviceId: signer.deviceId };
  const text = facts.nonce === "" ? signatureTextV1(signed) : signatureTextV3(signed);
  return {
    id: signer.deviceId,
    publicKey: signer.publicKey,
    signature: await signer.sign(text),
    signedAt: facts.signedAtMs,
    ...(facts.nonce !== "" && { nonce: facts.nonce }),
  };
}
