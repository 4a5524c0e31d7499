import { expect, test } from "bun:test";
import { isPublicAddress, parseAddress, whyNotPublic } from "../../src/net/index.ts";
import { publicHosts } from "./literals.ts";

const cases: readonly (readonly [address: string, why: string | undefined])[] = [
  ["0.0.0.0", "this machine"],
  ["10.1.2.3", "a private network"],
  ["100.64.0.0", "a carrier's or a tailnet's private network"],
  ["127.8.9.1", "this machine"],
  ["169.254.169.254", "a link-local address, where clouds keep credentials"],
  ["172.31.255.255", "a private network"],
  ["192.168.1.1", "a private network"],
  ["198.19.0.1", "a network for measurements"],
  ["203.0.113.1", "an address for documentation"],
  ["224.0.0.251", "multicast"],
  ["250.1.1.1", "reserved"],
  ["255.255.255.255", "broadcast"],
  ["::1", "this machine"],
  ["::7f00:1", "an IPv4-compatible address"],
  ["::ffff:10.0.0.1", "a private network"],
  ["64:ff9b::169.254.169.254", "a link-local address, where clouds keep credentials"],
  ["64:ff9b:1::8.8.8.8", "a local NAT64 network"],
  ["100::1", "a discard prefix"],
  ["2001::1", "a Teredo tunnel"],
  ["2001:db8::1", "an address for documentation"],
  ["2001:100::1", "reserved for protocols"],
  ["2002:808:808::1", "a 6to4 tunnel"],
  ["2606:4700::5efe:10.0.0.1", "a private network"],
  ["2606:4700::200:5efe:127.0.0.1", "this machine"],
  ["2606:4700::5efe:8.8.8.8", undefined],
  ["fd12::1", "a private network"],
  ["fe80::1", "a link-local address"],
  ["ff02::1", "multicast"],
  ["4000::5efe:8.8.8.8", "not an address of the public internet"],
  ["e000::1", "not an address of the public internet"],
  ["::ffff:8.8.8.8", undefined],
];

for (const [address, why] of cases) {
  test(`${address} is ${why ?? "public"}`, () => {
    expect(whyNotPublic(parseAddress(address)!)).toEqual(why);
  });
}

test("addresses of the public internet are public, also hard by a block that is not", () => {
  expect(publicHosts.length).toBeGreaterThanOrEqual(20);
  expect(publicHosts.filter((host) => !isPublicAddress(parseAddress(host)!))).toEqual([]);
});

test("what is not four or sixteen bytes is not public", () => {
  for (const length of [0, 3, 5, 15, 17]) expect(isPublicAddress(new Uint8Array(length).fill(8))).toBe(false);
});

/** An independent reading of the IPv4 blocks, by number. */
function isPublicNumber(whole: number): boolean {
  const within = (dotted: string, bits: number) => {
    const start = dotted.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    return whole >= start && whole < start + 2 ** (32 - bits);
  };
  const closed: readonly (readonly [string, number])[] = [
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["168.63.129.16", 32],
    ["169.254.0.0", 16],
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.0.2.0", 24],
    ["192.88.99.0", 24],
    ["192.168.0.0", 16],
    ["198.18.0.0", 15],
    ["198.51.100.0", 24],
    ["203.0.113.0", 24],
    ["224.0.0.0", 3],
  ];
  return !closed.some(([start, bits]) => within(start, bits));
}

// More than a hundred thousand addresses.
test("both edges of every block, and a walk through all of IPv4, are judged alike by numbers", () => {
  const wrong: number[] = [];
  const judge = (whole: number) => {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, whole);
    if (isPublicAddress(bytes) !== isPublicNumber(whole)) wrong.push(whole);
  };
  for (let high = 0; high < 65_536; high++) {
    judge(high * 65_536);
    judge(high * 65_536 + 65_535);
  }
  for (const start of ["168.63.129.16", "192.0.0.0", "192.0.2.0", "192.88.99.0", "198.51.100.0", "203.0.113.0"]) {
    const whole = start.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    for (let near = whole - 2; near < whole + 260; near++) judge(near);
  }
  expect(wrong).toEqual([]);
});
