import { isIP } from "node:net";

/** IP addresses as keys and as facts. Literals only: a name is never trusted for what it looks like. */

/** One spelling an address: IPv4-mapped IPv6 becomes IPv4, zone ids go, lower case. */
export function canonicalAddress(address: string): string {
  const bare = address
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .split("%")[0]!;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare);
  return mapped ? mapped[1]! : bare;
}

/** The key that attempts and budgets are counted under: the IPv4 address, or the /64 of an IPv6 address. */
export function addressBucket(address: string): string {
  const canonical = canonicalAddress(address);
  if (isIP(canonical) !== 6 || isLoopback(canonical)) return canonical;
  return `${expandIpv6(canonical).slice(0, 4).join(":")}::/64`;
}

export function isLoopback(address: string): boolean {
  const canonical = canonicalAddress(address);
  if (canonical === "::1") return true;
  return isIP(canonical) === 4 && canonical.startsWith("127.");
}

/** Addresses that Tailscale hands out: 100.64.0.0/10 and fd7a:115c:a1e0::/48. */
export function isTailnet(address: string): boolean {
  const canonical = canonicalAddress(address);
  if (isIP(canonical) === 4) {
    const [first, second] = canonical.split(".").map(Number);
    return first === 100 && second! >= 64 && second! < 128;
  }
  return isIP(canonical) === 6 && expandIpv6(canonical).slice(0, 3).join(":") === "fd7a:115c:a1e0";
}

function expandIpv6(address: string): string[] {
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => "0");
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16).toString(16));
}
