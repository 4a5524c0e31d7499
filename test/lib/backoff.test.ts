import { expect, test } from "bun:test";
import { backoffMs } from "../../src/lib/index.ts";

const limits = { firstMs: 1000, maxMs: 30_000, factor: 2 };

const rows: readonly (readonly [name: string, attempt: number, unit: number, expected: number])[] = [
  ["the first retry waits the first delay", 0, 0, 1000],
  ["every retry doubles it", 3, 0, 8000],
  ["it stops growing at the most", 5, 0, 30_000],
  ["it stays there for ever", 1e6, 0, 30_000],
  ["jitter takes away a fifth at most", 0, 1, 800],
  ["jitter lies in between", 3, 0.5, 7200],
];

for (const [name, attempt, unit, expected] of rows) {
  test(`backoff: ${name}`, () => {
    expect(backoffMs(attempt, limits, { unit: () => unit })).toBe(expected);
  });
}
