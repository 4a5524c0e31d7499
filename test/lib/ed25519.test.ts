import { expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import {
  hmacText,
  keyFingerprint,
  makeKeyPair,
  parsePublicKey,
  publicKeyOf,
  sameSecret,
  sha256Bytes,
  sha256Text,
  signText,
  verifyText,
} from "../../src/lib/index.ts";

// RFC 8032, section 7.1, test 1: the empty message.
const rfcKey = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const rfcSignature =
  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155" +
  "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";

test("a signature of the standard's own vector is right, and wrong with one bit changed", () => {
  const raw = new Uint8Array(Buffer.from(rfcKey, "hex"));
  const signature = Buffer.from(rfcSignature, "hex");
  expect(verifyText(raw, "", signature.toString("base64url"))).toBe(true);
  expect(verifyText(raw, "x", signature.toString("base64url"))).toBe(false);
  signature[0]! ^= 1;
  expect(verifyText(raw, "", signature.toString("base64url"))).toBe(false);
});

test("what a key signs is verified by its public half, in base64 and base64url", () => {
  const { publicKey, privateKeyPem } = makeKeyPair();
  const raw = parsePublicKey(publicKey)!;
  const signature = signText(privateKeyPem, "hällo");
  expect(publicKeyOf(privateKeyPem)).toBe(publicKey);
  expect(signature).toMatch(/^[\w-]{86}$/);
  expect(verifyText(raw, "hällo", signature)).toBe(true);
  expect(verifyText(raw, "hällo", Buffer.from(signature, "base64url").toString("base64"))).toBe(true);
  expect(verifyText(raw, "hallo", signature)).toBe(false);
  expect(verifyText(parsePublicKey(makeKeyPair().publicKey)!, "hällo", signature)).toBe(false);
});

const noSignatures = [
  "",
  "A",
  "A".repeat(85),
  "A".repeat(87),
  "A".repeat(200),
  "é".repeat(86),
  " ".repeat(86),
  "a\nb".repeat(29),
];
for (const [index, signature] of noSignatures.entries()) {
  test(`text that is no signature is wrong, and does not throw (${index}: ${signature.length} characters)`, () => {
    expect(verifyText(parsePublicKey(makeKeyPair().publicKey)!, "x", signature)).toBe(false);
  });
}

const { publicKey: rsaKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const rsa = rsaKey.export({ type: "spki", format: "pem" });
const noKeys = [
  "",
  "AAAA",
  "A".repeat(44),
  "A".repeat(400),
  "ключ",
  "a b",
  "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
  rsa,
];
for (const [index, text] of noKeys.entries()) {
  test(`text that is no Ed25519 key is none (${index}: ${text.slice(0, 20)})`, () => {
    expect(parsePublicKey(text)).toBeUndefined();
  });
}

const noPoints = ["00", "01", "02", "ed", "ff"];
for (const byte of noPoints) {
  test(`32 bytes of ${byte} as a key verify nothing, and do not throw`, () => {
    const signature = signText(makeKeyPair().privateKeyPem, "x");
    expect(verifyText(new Uint8Array(32).fill(Number.parseInt(byte, 16)), "x", signature)).toBe(false);
  });
}

test("digests are those of everybody", () => {
  const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  expect([sha256Text("abc"), sha256Bytes(Buffer.from("abc")), keyFingerprint(Buffer.from("abc"))]).toEqual([
    abc,
    abc,
    abc,
  ]);
  expect(hmacText(Buffer.from("key"), "The quick brown fox jumps over the lazy dog")).toBe(
    Buffer.from("f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8", "hex").toString("base64url"),
  );
});

const secrets: readonly (readonly [given: string, expected: string, same: boolean])[] = [
  ["abc", "abc", true],
  ["", "", true],
  ["abd", "abc", false],
  ["ab", "abc", false],
  ["abc", "ab", false],
  ["abé", "abc", false],
  ["é", "é", true],
  ["é", "e\u0301", false],
  ["\ud83e\udd80", "\ud83e\udd80", true],
  ["abc\0", "abc", false],
];
for (const [given, expected, same] of secrets) {
  test(`${JSON.stringify(given)} and ${JSON.stringify(expected)} are ${same ? "the same secret" : "different"}`, () => {
    expect(sameSecret(given, expected)).toBe(same);
  });
}
