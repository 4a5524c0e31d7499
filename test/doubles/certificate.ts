import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** A self-signed certificate, its own authority, made without a library. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** SHA-256 of the DER form, lower-case hex. */
  readonly fingerprint: string;
}

/** For 127.0.0.1 and the names; the first one is the subject. */
export function selfSigned(name = "localhost", ...others: readonly string[]): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = publicKey.export({ type: "spki", format: "der" });
  const algorithm = sequence(objectId("1.2.840.10045.4.3.2"));
  const subject = sequence(set(sequence(objectId("2.5.4.3"), tlv(0x0c, Buffer.from(name)))));
  const validity = sequence(tlv(0x17, Buffer.from("250101000000Z")), tlv(0x17, Buffer.from("491231235959Z")));
  const serial = randomBytes(16);
  serial[0] = (serial[0]! & 0x3f) | 0x40;
  const body = sequence(
    tlv(0xa0, tlv(2, Buffer.from([2]))),
    tlv(2, serial),
    algorithm,
    subject,
    validity,
    subject,
    spki,
    tlv(0xa3, sequence(...extensions([name, ...others]))),
  );
  const der = sequence(body, algorithm, tlv(3, Buffer.from([0]), sign("sha256", body, privateKey)));
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${der
      .toString("base64")
      .match(/.{1,64}/g)!
      .join("\n")}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }),
    fingerprint: createHash("sha256").update(der).digest("hex"),
  };
}

function extensions(hosts: readonly string[]): Buffer[] {
  const isAuthority = sequence(tlv(1, Buffer.from([255])));
  const names = sequence(...hosts.map((host) => tlv(0x82, Buffer.from(host))), tlv(0x87, Buffer.from([127, 0, 0, 1])));
  return [extension("2.5.29.19", isAuthority), extension("2.5.29.17", names)];
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(objectId(id), tlv(4, value));
}

function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
}

function lengthOf(bytes: number): Buffer {
  if (bytes < 128) return Buffer.from([bytes]);
  return bytes < 256 ? Buffer.from([0x81, bytes]) : Buffer.from([0x82, bytes >> 8, bytes & 255]);
}

const sequence = (...parts: readonly Buffer[]) => tlv(0x30, ...parts);
const set = (...parts: readonly Buffer[]) => tlv(0x31, ...parts);

function objectId(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split(".").map(Number);
  const bytes = [first! * 40 + second!];
  for (const number of rest) {
    const groups = [number & 127];
    for (let left = number >>> 7; left > 0; left >>>= 7) groups.unshift((left & 127) | 128);
    bytes.push(...groups);
  }
  return tlv(6, Buffer.from(bytes));
}
