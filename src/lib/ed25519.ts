import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";

/** Ed25519 (RFC 8032) and the fingerprints made of its keys. Raw keys are 32 bytes, signatures 64. */

const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");
const rawKeyBytes = 32;

/** The raw public key of base64, base64url or PEM text; undefined when it is none. */
export function parsePublicKey(text: string): Uint8Array | undefined {
  try {
    if (text.includes("BEGIN")) {
      const der = createPublicKey(text).export({ type: "spki", format: "der" });
      return der.length === spkiPrefix.length + rawKeyBytes
        ? new Uint8Array(der.subarray(spkiPrefix.length))
        : undefined;
    }
    if (!/^[A-Za-z0-9+/_=-]+$/.test(text)) return undefined;
    const raw = Buffer.from(text, "base64");
    return raw.length === rawKeyBytes ? new Uint8Array(raw) : undefined;
  } catch {
    return undefined;
  }
}

/** Lower-case hex SHA-256 of the raw public key. */
export function keyFingerprint(rawPublicKey: Uint8Array): string {
  return createHash("sha256").update(rawPublicKey).digest("hex");
}

export function verifyText(rawPublicKey: Uint8Array, text: string, signature: string): boolean {
  if (!/^[A-Za-z0-9+/_=-]{64,96}$/.test(signature)) return false;
  const bytes = Buffer.from(signature, "base64");
  if (bytes.length !== 64) return false;
  const key = createPublicKey({ key: Buffer.concat([spkiPrefix, rawPublicKey]), format: "der", type: "spki" });
  return verify(null, Buffer.from(text, "utf8"), key, bytes);
}

export interface KeyPair {
  readonly publicKey: string;
  readonly privateKeyPem: string;
}

export function makeKeyPair(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return {
    publicKey: encodePublicKey(publicKey),
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }),
  };
}

/** Signs with a private key in PEM (PKCS 8); base64url without padding. */
export function signText(privateKeyPem: string, text: string): string {
  return sign(null, Buffer.from(text, "utf8"), createPrivateKey(privateKeyPem)).toString("base64url");
}

export function publicKeyOf(privateKeyPem: string): string {
  return encodePublicKey(createPublicKey(createPrivateKey(privateKeyPem)));
}

/** HMAC-SHA-256, base64url without padding (43 characters). */
export function hmacText(key: Uint8Array, text: string): string {
  return createHmac("sha256", key).update(text, "utf8").digest("base64url");
}

/** Lower-case hex SHA-256 of the text's UTF-8. */
export function sha256Text(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

export function sha256Bytes(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function encodePublicKey(key: KeyObject): string {
  return key.export({ type: "spki", format: "der" }).subarray(spkiPrefix.length).toString("base64url");
}
