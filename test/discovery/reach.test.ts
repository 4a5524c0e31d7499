import { expect, test } from "bun:test";
import { CannotAnnounce, reachOf, type Way } from "../../src/discovery/index.ts";
import type { InterfaceAddress, NetworkInterface } from "../../src/lib/index.ts";

const ipv4 = (address: string): InterfaceAddress => ({
  address,
  family: "IPv4",
  isInternal: address.startsWith("127."),
  scope: undefined,
});
const ipv6 = (address: string, scope = 0): InterfaceAddress => ({ address, family: "IPv6", isInternal: false, scope });
const network = (name: string, ...addresses: readonly InterfaceAddress[]): NetworkInterface => ({ name, addresses });

const lo = network("lo", ipv4("127.0.0.1"));
const eth = network("eth0", ipv4("192.168.1.5"), ipv4("192.168.1.6"), ipv6("fd00::5"), ipv6("fe80::5", 2));
const wlan = network("wlan0", ipv4("10.0.0.5"));
const tailscale = network("tailscale0", ipv4("100.64.0.5"), ipv6("fd7a:115c:a1e0::5"));
const all = [lo, wlan, eth, tailscale];

const whole = (name: string, from: string): Way => ({ name, from, addresses: "all" });
const wide = [whole("eth0", "192.168.1.5"), whole("wlan0", "10.0.0.5")];

const cases: readonly (readonly [string, readonly string[], readonly Way[] | undefined, boolean])[] = [
  ["loopback", ["127.0.0.1", "::1"], undefined, false],
  ["a tailnet, which carries no multicast", ["100.64.0.5", "fd7a:115c:a1e0::5", "127.0.0.1"], undefined, false],
  ["everything of IPv4", ["0.0.0.0"], wide, false],
  ["everything", ["::"], wide, true],
  ["one network", ["10.0.0.5", "127.0.0.1"], [{ name: "wlan0", from: "10.0.0.5", addresses: ["10.0.0.5"] }], false],
  ["one of IPv6", ["fd00::5", "127.0.0.1"], [{ name: "eth0", from: "192.168.1.5", addresses: ["fd00::5"] }], true],
];
for (const [what, bound, ways, hasIpv6] of cases) {
  test(`what is listened on is where it is announced: ${what}`, () => {
    const reach = reachOf(bound, all);
    expect(reach && { ways: reach.ways, hasIpv6: reach.hasIpv6 }).toEqual(ways && { ways, hasIpv6 });
  });
}

test("without a network there is nobody to tell, and the reason says so", () => {
  expect(() => reachOf(["0.0.0.0"], [lo, tailscale])).toThrow(CannotAnnounce);
  expect(() => reachOf(["192.168.1.5"], [lo])).toThrow("this machine is in no network that the port listens on");
});

test("a second address of an interface is refused in words, for the responder would not tell it", () => {
  expect(() => reachOf(["192.168.1.6"], all)).toThrow("192.168.1.6 is not the first IPv4 address");
});

test("the mark changes when an interface goes and comes again with the same address", () => {
  const before = network("eth0", ipv4("192.168.1.5"), ipv6("fe80::5", 2));
  const after = network("eth0", ipv4("192.168.1.5"), ipv6("fe80::5", 7));
  expect(reachOf(["0.0.0.0"], [after])!.mark).not.toBe(reachOf(["0.0.0.0"], [before])!.mark);
  expect(reachOf(["0.0.0.0"], [lo, before])!.mark).toBe(reachOf(["0.0.0.0"], [before, lo])!.mark);
});

test("of a machine with very many networks the first sixteen are announced in", () => {
  const many = Array.from({ length: 40 }, (_, index) => network(`veth${index}`, ipv4(`172.16.${index}.1`)));
  expect(reachOf(["0.0.0.0"], many)!.ways).toHaveLength(16);
});
