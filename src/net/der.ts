/** The few words of DER (X.690) that a certificate is written in. */

export type Bytes = Buffer<ArrayBuffer>;

const lengthMax = 0xffff;

export function tlv(tag: number, ...parts: readonly Uint8Array[]): Bytes {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

/** Throws for what is longer than any certificate of ours. */
function lengthOf(bytes: number): Bytes {
  if (bytes > lengthMax) throw new RangeError(`${bytes} bytes are too many for a field of a certificate`);
  if (bytes < 0x80) return Buffer.from([bytes]);
  return bytes < 0x100 ? Buffer.from([0x81, bytes]) : Buffer.from([0x82, bytes >> 8, bytes & 0xff]);
}

export const sequence = (...parts: readonly Uint8Array[]): Bytes => tlv(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]): Bytes => tlv(0x31, ...parts);
export const integer = (bytes: Uint8Array): Bytes => tlv(0x02, bytes);
export const bitString = (bytes: Uint8Array, unusedBits = 0): Bytes => tlv(0x03, Buffer.from([unusedBits]), bytes);
export const octets = (bytes: Uint8Array): Bytes => tlv(0x04, bytes);
export const utf8 = (text: string): Bytes => tlv(0x0c, Buffer.from(text));
export const isTrue = (): Bytes => tlv(0x01, Buffer.from([0xff]));

export function objectId(dotted: string): Bytes {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(inSevens)]));
}

/** The largest digit first; each but the last one has the top bit. */
function inSevens(value: number): number[] {
  const digits = [value & 0x7f];
  for (let left = value >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

/** A moment, given as ISO 8601 in UTC; up to 2049 with two digits of the year, as RFC 5280 wants it. */
export function moment(iso: string): Bytes {
  const digits = iso.replace(/\.\d+/, "").replace(/[-:T]/g, "");
  return Number(digits.slice(0, 4)) < 2050 ? tlv(0x17, Buffer.from(digits.slice(2))) : tlv(0x18, Buffer.from(digits));
}
