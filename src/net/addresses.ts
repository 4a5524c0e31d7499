/**
 * IP addresses as bytes. Every spelling that some parser takes for an address is read here, so that nothing is judged
 * by how it looks: short, octal, hexadecimal and whole-number IPv4, and every way to write IPv6.
 */

export const ipv4Bytes = 4;
export const ipv6Bytes = 16;

/** Longest spelling that is looked at: eight groups, a dotted tail, brackets and a zone. */
const charsMax = 128;

/** 4 or 16 bytes, or undefined when the text is not an address but, at best, a name. Zones are left out. */
export function parseAddress(text: string): Uint8Array | undefined {
  if (text.length > charsMax) return undefined;
  const bare = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
  const [withoutZone = ""] = bare.split("%");
  return withoutZone.includes(":") ? parseIpv6(withoutZone) : parseIpv4(withoutZone.replace(/\.$/, ""));
}

/** One spelling an address, which every parser reads alike: dotted, or eight groups without a zone. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === ipv4Bytes) return bytes.join(".");
  return groupsOf(bytes)
    .map((group) => group.toString(16))
    .join(":");
}

/** Two spellings of one address, or a text that is no address, compared as bytes. */
export function isSameAddress(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/** As `inet_aton` does it: the last part fills all the bytes that are left. */
function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split(".").map(parseNumber);
  const last = parts.pop();
  if (last === undefined || parts.length > 3) return undefined;
  const leading = parts.filter((part) => part !== undefined && part <= 255) as number[];
  if (leading.length !== parts.length || last >= 256 ** (ipv4Bytes - leading.length)) return undefined;
  const bytes = new Uint8Array(ipv4Bytes);
  bytes.set(leading);
  let left = last;
  for (let index = ipv4Bytes - 1; index >= leading.length; index--) {
    bytes[index] = left % 256;
    left = Math.floor(left / 256);
  }
  return bytes;
}

function parseNumber(text: string): number | undefined {
  if (/^0x[0-9a-f]*$/i.test(text)) return text.length === 2 ? 0 : Number.parseInt(text.slice(2), 16);
  if (/^0[0-7]*$/.test(text)) return Number.parseInt(text, 8);
  return /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => readGroups(half, index === halves.length - 1));
  if (!head || (halves.length === 2 && !tail)) return undefined;
  const given = head.length + (tail?.length ?? 0);
  if (tail ? given > 7 : given !== 8) return undefined;
  const zeros = Array.from({ length: 8 - given }, () => 0);
  const bytes = new Uint8Array(ipv6Bytes);
  for (const [index, group] of [...head, ...zeros, ...(tail ?? [])].entries()) {
    bytes[index * 2] = group >> 8;
    bytes[index * 2 + 1] = group & 255;
  }
  return bytes;
}

/** The groups of one side of `::`; only the last side may end in a dotted IPv4 address. */
function readGroups(text: string, mayEndDotted: boolean): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    const isDotted = mayEndDotted && index === parts.length - 1 && /^\d{1,3}(\.\d{1,3}){3}$/.test(part);
    if (isDotted) {
      const bytes = part.split(".").map(Number);
      if (bytes.some((byte) => byte > 255)) return undefined;
      groups.push((bytes[0]! << 8) | bytes[1]!, (bytes[2]! << 8) | bytes[3]!);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

function groupsOf(bytes: Uint8Array): number[] {
  return Array.from({ length: 8 }, (_, index) => (bytes[index * 2]! << 8) | bytes[index * 2 + 1]!);
}
