import { randomBytes } from "node:crypto";

/** Chance as an argument. */
export interface Random {
  /** Cryptographically strong bytes. */
  bytes(count: number): Uint8Array;
  /** A number in [0, 1), for jitter. */
  unit(): number;
}

export const realRandom: Random = {
  bytes: (count) => new Uint8Array(randomBytes(count)),
  unit: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
};
