import { expect, test } from "bun:test";
import { addressBucket, canonicalAddress, isLoopback, isTailnet } from "../../src/lib/index.ts";

const spellings = [
  ["127.0.0.1", "127.0.0.1"],
  ["::ffff:127.0.0.1", "127.0.0.1"],
  ["::FFFF:10.0.0.1", "10.0.0.1"],
  ["[::1]", "::1"],
  ["FE80::1%eth0", "fe80::1"],
  ["localhost", "localhost"],
  ["", ""],
] as const;
for (const [given, canonical] of spellings) {
  test(`${given || "nothing"} is written ${canonical || "as nothing"}`, () =>
    expect(canonicalAddress(given)).toBe(canonical));
}

const loopback = ["127.0.0.1", "127.255.255.254", "::1", "[::1]", "::ffff:127.0.0.1"];
const elsewhere = [
  "localhost",
  "127.0.0.1.evil.example",
  "127.evil.com",
  "127.1",
  "0127.0.0.1",
  "2130706433",
  "0.0.0.0",
  "::",
  "128.0.0.1",
  "10.0.0.1",
  "::ffff:10.0.0.1",
  "",
];
for (const address of loopback) test(`${address} is loopback`, () => expect(isLoopback(address)).toBe(true));
for (const address of elsewhere)
  test(`${address || "nothing"} is not loopback`, () => expect(isLoopback(address)).toBe(false));

const tailnet = [
  ["100.64.0.0", true],
  ["100.127.255.255", true],
  ["100.63.255.255", false],
  ["100.128.0.0", false],
  ["::ffff:100.64.0.1", true],
  ["fd7a:115c:a1e0::1", true],
  ["fd7a:115c:a1e0:ab12:4843:cd96:6258:b240", true],
  ["fd7a:115c:a1e1::1", false],
  ["fd7a::115c:a1e0", false],
  ["100.64.0.0.example", false],
] as const;
for (const [address, is] of tailnet) {
  test(`${address} ${is ? "is" : "is not"} an address of a tailnet`, () => expect(isTailnet(address)).toBe(is));
}

const buckets = [
  ["203.0.113.7", "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["2001:db8:0:0:ffff:ffff:ffff:ffff", "2001:db8:0:0::/64"],
  ["2001:db8:0:1::1", "2001:db8:0:1::/64"],
  ["::1", "::1"],
  ["not an address", "not an address"],
] as const;
for (const [address, bucket] of buckets) {
  test(`${address} is counted under ${bucket}`, () => expect(addressBucket(address)).toBe(bucket));
}
