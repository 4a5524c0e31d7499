import type { Random } from "./random.ts";

export interface BackoffLimits {
  readonly firstMs: number;
  readonly maxMs: number;
  readonly factor: number;
}

/** Delay before attempt number `attempt` (0 is the first retry), with up to 20 % of jitter below the nominal delay. */
export function backoffMs(attempt: number, limits: BackoffLimits, random: Pick<Random, "unit">): number {
  const nominal = Math.min(limits.maxMs, limits.firstMs * limits.factor ** attempt);
  return Math.round(nominal * (1 - 0.2 * random.unit()));
}
