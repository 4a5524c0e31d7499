import { randomBytes } from "node:crypto";

/** Chance as an argument. */
export interface Random {
  /** Cryptographically strong bytes. */
  bytes(count: number): Uint8Array;
  /** A number in [0, 1), for jitter. */
  unit(): number;
}

/** Asking the system for chance costs more than the bytes, so it is asked for many at once. */
const poolBytes = 4096;
let pool = new Uint8Array(0);
let used = 0;

function take(count: number): Uint8Array {
  if (count > poolBytes) return new Uint8Array(randomBytes(count));
  if (used + count > pool.length) {
    pool = new Uint8Array(randomBytes(poolBytes));
    used = 0;
  }
  const taken = pool.slice(used, used + count);
  // What was given out is not kept.
  pool.fill(0, used, used + count);
  used += count;
  return taken;
}

export const realRandom: Random = {
  bytes: take,
  unit: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
};
