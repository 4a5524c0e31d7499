import { createHash, timingSafeEqual } from "node:crypto";

/** Compares two secrets in constant time. Both sides are hashed first, so length and encoding cannot leak or throw. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}
