import { expect, test } from "bun:test";
import { simulate } from "../../scripts/simulate/simulation.ts";

/**
 * A person's days on simulated time, with all that goes wrong in them: `bun run simulate` does a month of it. Each of
 * these takes seconds, for thousands of messages.
 */

const slowMs = 180_000;

for (const seed of [1, 2, 3]) {
  test(
    `in two days nothing is lost, said twice, out of order, or stuck (seed ${seed})`,
    async () => {
      const { faults, fates, boots } = await simulate({ days: 2, seed });
      expect(faults).toEqual([]);
      expect(fates.answered).toBeGreaterThan(100);
      expect(boots).toBeGreaterThan(1);
    },
    slowMs,
  );
}

test(
  "the same seed gives the same life, line by line",
  async () => {
    const [one, other] = [
      await simulate({ days: 1, seed: 4, keepsTrace: true }),
      await simulate({ days: 1, seed: 4, keepsTrace: true }),
    ];
    expect(one.lines.findIndex((line, index) => line !== other.lines[index])).toBe(-1);
    expect([one.digest, one.faults]).toEqual([other.digest, other.faults]);
  },
  slowMs,
);
