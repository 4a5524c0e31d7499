import { createHash, createPrivateKey, generateKeyPairSync, sign, X509Certificate } from "node:crypto";
import { isoTime, type Random } from "../lib/index.ts";
import { parseAddress } from "./addresses.ts";
import { bitString, type Bytes, integer, isTrue, moment, objectId, octets, sequence, set, tlv, utf8 } from "./der.ts";

/** A certificate with its key, made here or given, and what its fingerprint is. */

export interface CertificatePair {
  /** PEM; a given one may be a chain with the leaf first. */
  readonly certificate: string;
  /** PEM, not encrypted. */
  readonly key: string;
}

export interface CertificateFacts {
  /** SHA-256 of the leaf's DER form, lower-case hex. */
  readonly fingerprint: string;
  readonly endsAtMs: number;
}

export interface CertificateWishes {
  /** Also the first name. */
  readonly subject: string;
  /** Names and IP addresses that it is for, beside the subject. */
  readonly hosts: readonly string[];
  readonly fromMs: number;
  readonly untilMs: number;
}

const serialBytes = 16;
const ecdsaWithSha256 = "1.2.840.10045.4.3.2";

/** Self-signed, with a P-256 key: for clients that know its fingerprint. */
export function makeCertificate(wishes: CertificateWishes, random: Random): CertificatePair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const publicDer = publicKey.export({ type: "spki", format: "der" });
  const algorithm = sequence(objectId(ecdsaWithSha256));
  const name = sequence(set(sequence(objectId("2.5.4.3"), utf8(wishes.subject))));
  const version3 = tlv(0xa0, integer(Buffer.from([2])));
  const body = sequence(
    version3,
    integer(serial(random)),
    algorithm,
    name,
    sequence(moment(isoTime(wishes.fromMs)), moment(isoTime(wishes.untilMs))),
    name,
    publicDer,
    tlv(0xa3, sequence(...extensions([wishes.subject, ...wishes.hosts], publicDer))),
  );
  const signed = sequence(body, algorithm, bitString(sign("sha256", body, privateKey)));
  return { certificate: pemOf(signed), key: privateKey.export({ type: "pkcs8", format: "pem" }) };
}

/** Throws when the certificate cannot be read, or the key is not the certificate's. The message is for people. */
export function certificateFacts({ certificate, key }: CertificatePair): CertificateFacts {
  const leaf = readable("certificate", () => new X509Certificate(certificate));
  const own = readable("key", () => createPrivateKey(key));
  if (!leaf.checkPrivateKey(own)) throw new Error("the key belongs to another certificate");
  return { fingerprint: fingerprintOf(leaf.raw), endsAtMs: Date.parse(leaf.validTo) };
}

export function fingerprintOf(der: Uint8Array): string {
  return createHash("sha256").update(der).digest("hex");
}

export function pemOf(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function readable<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`the ${what} cannot be read as PEM (a key must not be encrypted)`, { cause: error });
  }
}

/** A positive number of full length. */
function serial(random: Random): Uint8Array {
  const bytes = random.bytes(serialBytes);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes;
}

function extensions(hosts: readonly string[], publicDer: Uint8Array): Bytes[] {
  const signsAndCertifies = bitString(Buffer.from([0x84]), 2);
  const authenticatesServers = objectId("1.3.6.1.5.5.7.3.1");
  const keyId = createHash("sha1").update(publicDer).digest();
  return [
    // Its own authority, or no client could take it for an anchor.
    extension("2.5.29.19", sequence(isTrue()), isTrue()),
    extension("2.5.29.15", signsAndCertifies, isTrue()),
    extension("2.5.29.37", sequence(authenticatesServers)),
    extension("2.5.29.17", sequence(...[...new Set(hosts)].map(generalName))),
    extension("2.5.29.14", octets(keyId)),
  ];
}

function extension(id: string, value: Uint8Array, ...critical: readonly Uint8Array[]): Bytes {
  return sequence(objectId(id), ...critical, octets(value));
}

function generalName(host: string): Bytes {
  const address = parseAddress(host);
  return address ? tlv(0x87, address) : tlv(0x82, Buffer.from(host));
}
