import { expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { isoTime, realRandom } from "../../src/lib/index.ts";
import { certificateFacts, fingerprintIn, makeCertificate } from "../../src/net/index.ts";
import { selfSigned } from "../doubles/certificate.ts";

const fromMs = Date.parse("2026-01-02T03:04:05Z");

function made(untilMs = Date.parse("2036-01-02T03:04:05Z"), hosts: readonly string[] = ["localhost", "127.0.0.1"]) {
  return makeCertificate({ subject: "box", hosts, fromMs, untilMs }, realRandom);
}

test("a made certificate is a P-256 one for all its names and addresses, and signs itself", () => {
  const { certificate } = made(undefined, ["localhost", "127.0.0.1", "fd7a:115c:a1e0::1", "localhost"]);
  const read = new X509Certificate(certificate);
  expect(read.subject).toBe("CN=box");
  expect(read.subjectAltName).toBe("DNS:box, DNS:localhost, IP Address:127.0.0.1, IP Address:FD7A:115C:A1E0:0:0:0:0:1");
  expect(read.publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: "prime256v1" });
  expect(read.ca).toBe(true);
  expect(read.verify(read.publicKey)).toBe(true);
  expect(isoTime(Date.parse(read.validFrom))).toBe("2026-01-02T03:04:05.000Z");
  expect(isoTime(Date.parse(read.validTo))).toBe("2036-01-02T03:04:05.000Z");
});

test("a certificate may end after 2049, where dates are written with all digits", () => {
  const { endsAtMs } = certificateFacts(made(Date.parse("2051-06-07T08:09:10Z")));
  expect(isoTime(endsAtMs)).toBe("2051-06-07T08:09:10.000Z");
});

test("openssl reads it, verifies it, and computes the fingerprint that we name", async () => {
  const pair = made();
  const child = Bun.spawn(["openssl", "x509", "-noout", "-fingerprint", "-sha256"], {
    stdin: Buffer.from(pair.certificate),
    stdout: "pipe",
  });
  const told = await new Response(child.stdout).text();
  expect(fingerprintIn(told)).toBe(certificateFacts(pair).fingerprint);
});

test("two certificates share neither key nor serial number", () => {
  const [one, other] = [made(), made()];
  expect(one.key).not.toBe(other.key);
  expect(new X509Certificate(one.certificate).serialNumber).not.toBe(
    new X509Certificate(other.certificate).serialNumber,
  );
});

test("a key that belongs to another certificate, or nothing at all, is refused in words", () => {
  const [one, other] = [made(), made()];
  expect(() => certificateFacts({ certificate: one.certificate, key: other.key })).toThrow("another certificate");
  expect(() => certificateFacts({ certificate: "nonsense", key: one.key })).toThrow("the certificate cannot be read");
  expect(() => certificateFacts({ certificate: one.certificate, key: "nonsense" })).toThrow("the key cannot be read");
});

test("the facts of a certificate that somebody else made are the same as theirs", () => {
  const { cert, key, fingerprint } = selfSigned();
  expect(certificateFacts({ certificate: cert, key })).toMatchObject({ fingerprint });
});

test.each([
  ["AB:".repeat(31) + "AB", "ab".repeat(32)],
  ["SHA256 Fingerprint=" + "0f:".repeat(31) + "0F\n", "0f".repeat(32)],
  ["sha256:" + "0f".repeat(32), "0f".repeat(32)],
  ["0f".repeat(31), "none"],
  ["", "none"],
])("%s means the fingerprint %s", (written, pin) => {
  expect(fingerprintIn(written) ?? "none").toBe(pin);
});
