import type { ReconnectOptions } from "../../client/index.ts";

/** Chance in the browser. */

export const pageRandom: ReconnectOptions["random"] = { unit: () => Math.random() };

/** Names a request for good: sent again with the same key it is done once. */
export function newIdempotencyKey(): string {
  return crypto.randomUUID();
}

/** Short and lower-case, for session keys. */
export function shortName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(5)), (byte) => byte.toString(36).padStart(2, "0")).join("");
}
