import type { Clock } from "./clock.ts";
import type { Random } from "./random.ts";

declare const brand: unique symbol;

/** A string or number that cannot stand in for another id of the same primitive type. */
export type Brand<T, B extends string> = T & { readonly [brand]: B };

/** Makes ids. Sortable ids start with the time, so rows made later sort later. */
export interface Ids {
  /** `run_0mf3…`: prefix, 9 characters of time, 13 of chance; unique and sortable. */
  sortable(prefix: string): string;
  /** RFC 9562 version 4, for the places where the wire shows a UUID. */
  uuid(): string;
  /** A 256-bit secret, base64url without padding (43 characters). */
  secret(): string;
}

const alphabet = "0123456789abcdefghijklmnopqrstuv";
const timeLength = 9;

export function makeIds(clock: Pick<Clock, "nowMs">, random: Random): Ids {
  return {
    sortable: (prefix) => `${prefix}_${timePart(clock.nowMs())}${chancePart(random.bytes(13))}`,
    uuid: () => {
      const bytes = random.bytes(16);
      bytes[6] = (bytes[6]! & 0x0f) | 0x40;
      bytes[8] = (bytes[8]! & 0x3f) | 0x80;
      const hex = Buffer.from(bytes).toString("hex");
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
    },
    secret: () => Buffer.from(random.bytes(32)).toString("base64url"),
  };
}

function timePart(nowMs: number): string {
  return Math.max(0, Math.floor(nowMs)).toString(32).padStart(timeLength, "0");
}

function chancePart(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += alphabet[byte & 31];
  return text;
}
