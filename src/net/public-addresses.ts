import { ipv4Bytes, parseAddress } from "./addresses.ts";

/**
 * Which addresses belong to the public internet. One table says what does not; of IPv6 only 2000::/3 can be public at
 * all, so what nobody has assigned yet is refused. The embedded IPv4 address of a transition format is judged, too.
 */

const blocks: readonly (readonly [cidr: string, what: string])[] = [
  ["0.0.0.0/8", "this machine"],
  ["10.0.0.0/8", "a private network"],
  ["100.64.0.0/10", "a carrier's or a tailnet's private network"],
  ["127.0.0.0/8", "this machine"],
  ["168.63.129.16/32", "a cloud's own service"],
  ["169.254.0.0/16", "a link-local address, where clouds keep credentials"],
  ["172.16.0.0/12", "a private network"],
  ["192.0.0.0/24", "reserved for protocols"],
  ["192.0.2.0/24", "an address for documentation"],
  ["192.88.99.0/24", "a former 6to4 relay"],
  ["192.168.0.0/16", "a private network"],
  ["198.18.0.0/15", "a network for measurements"],
  ["198.51.100.0/24", "an address for documentation"],
  ["203.0.113.0/24", "an address for documentation"],
  ["224.0.0.0/4", "multicast"],
  ["255.255.255.255/32", "broadcast"],
  ["240.0.0.0/4", "reserved"],
  ["::/128", "this machine"],
  ["::1/128", "this machine"],
  ["::/96", "an IPv4-compatible address"],
  ["::ffff:0:0:0/96", "a translated IPv4 address"],
  ["64:ff9b:1::/48", "a local NAT64 network"],
  ["100::/64", "a discard prefix"],
  ["2001::/32", "a Teredo tunnel"],
  ["2001:db8::/32", "an address for documentation"],
  ["2001::/23", "reserved for protocols"],
  ["2002::/16", "a 6to4 tunnel"],
  ["3fff::/20", "an address for documentation"],
  ["5f00::/16", "a segment routing address"],
  ["fc00::/7", "a private network"],
  ["fe80::/10", "a link-local address"],
  ["fec0::/10", "a private network"],
  ["ff00::/8", "multicast"],
];

interface Block {
  readonly prefix: Uint8Array;
  readonly bits: number;
  readonly what: string;
}

const table: readonly Block[] = blocks.map(([cidr, what]) => ({ ...readCidr(cidr), what }));
const mapped = readCidr("::ffff:0:0/96");
const nat64 = readCidr("64:ff9b::/96");
const globalUnicast = readCidr("2000::/3");

/** Whether the address may be dialled for a stranger. Anything but 4 or 16 bytes is not. */
export function isPublicAddress(bytes: Uint8Array): boolean {
  return whyNotPublic(bytes) === undefined;
}

/** What the address is instead of a public one, in words for people; undefined when it is public. */
export function whyNotPublic(bytes: Uint8Array): string | undefined {
  const listed = table.find((block) => isWithin(bytes, block));
  if (listed) return listed.what;
  if (bytes.length === ipv4Bytes) return undefined;
  if (!isTranslated(bytes) && !isWithin(bytes, globalUnicast)) return "not an address of the public internet";
  const embedded = embeddedIpv4(bytes);
  return embedded && whyNotPublic(embedded);
}

/** The IPv4 address that packets to this IPv6 address end at: mapped, NAT64 or ISATAP. */
export function embeddedIpv4(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length === ipv4Bytes) return undefined;
  return isTranslated(bytes) || isIsatap(bytes) ? bytes.subarray(12) : undefined;
}

function isTranslated(bytes: Uint8Array): boolean {
  return isWithin(bytes, mapped) || isWithin(bytes, nat64);
}

/** Interface identifiers 0:5efe and 200:5efe tunnel to the IPv4 address behind them, whatever the prefix. */
function isIsatap(bytes: Uint8Array): boolean {
  const [flags, zero, high, low] = bytes.subarray(8, 12);
  return (flags! & 0xfd) === 0 && zero === 0 && high === 0x5e && low === 0xfe;
}

function readCidr(cidr: string): { readonly prefix: Uint8Array; readonly bits: number } {
  const [address = "", bits] = cidr.split("/");
  return { prefix: parseAddress(address)!, bits: Number(bits) };
}

function isWithin(
  bytes: Uint8Array,
  { prefix, bits }: { readonly prefix: Uint8Array; readonly bits: number },
): boolean {
  if (bytes.length !== prefix.length) return false;
  const whole = bits >> 3;
  for (let index = 0; index < whole; index++) if (bytes[index] !== prefix[index]) return false;
  const rest = bits & 7;
  return rest === 0 || (bytes[whole]! ^ prefix[whole]!) >> (8 - rest) === 0;
}
