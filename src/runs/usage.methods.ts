import { Type } from "@sinclair/typebox";
import { type Clock, isoTime } from "../lib/index.ts";
import { methodsFor, operator, shape } from "../protocol/index.ts";
import type { Database } from "../storage/index.ts";

/** What models were used for, and what that cost (section 5.17 of the wire document). */
const { arrayOf, count, lenient, named, nonEmpty, optional, text, timeMs } = shape;

const method = methodsFor<{ readonly database: Database; readonly clock: Pick<Clock, "nowMs"> }>();

const dayMs = 86_400_000;
const daysMax = 366;

const totals = {
  input: count(),
  output: count(),
  cacheRead: count(),
  cacheWrite: count(),
  totalTokens: count(),
  totalCost: Type.Number({ minimum: 0 }),
  /** Steps whose price is not known. */
  missingCostEntries: count(),
};

interface Sums {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly totalTokens: number;
  readonly totalCost: number;
  readonly missingCostEntries: number;
}

const nothing: Sums = {
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite: 0,
  totalTokens: 0,
  totalCost: 0,
  missingCostEntries: 0,
};

export const usageMethods = {
  "usage.status": method({
    summary: "Quota windows of the model vendors, where they tell any.",
    access: operator("read"),
    params: lenient({}),
    result: named("UsageStatusResult", {
      updatedAt: timeMs(),
      providers: arrayOf(
        named("UsageProvider", {
          provider: nonEmpty(128),
          displayName: nonEmpty(128),
          windows: arrayOf(
            named("UsageWindow", {
              label: nonEmpty(64),
              usedPercent: Type.Number({ minimum: 0 }),
              resetAt: optional(timeMs()),
            }),
            16,
          ),
          error: optional(text(512)),
        }),
        64,
      ),
    }),
    // Vendors that were used lately are named; none of those that are spoken to tells a quota with an ordinary key.
    handle: (_params, { database, clock }) => ({
      updatedAt: clock.nowMs(),
      providers: database
        .query<{ provider: string }>("SELECT DISTINCT provider FROM usage WHERE at > ? LIMIT 64")
        .all(clock.nowMs() - 30 * dayMs)
        .map(({ provider }) => ({ provider, displayName: provider, windows: [] })),
    }),
  }),
  "usage.cost": method({
    summary: "Tokens and dollars by day (UTC), for the last days.",
    access: operator("read"),
    params: lenient({ days: optional(Type.Integer({ minimum: 1, maximum: daysMax })) }),
    result: named("UsageCostResult", {
      updatedAt: timeMs(),
      days: count(),
      daily: arrayOf(named("UsageDay", { date: nonEmpty(10), ...totals }), daysMax),
      totals: named("UsageTotals", totals),
    }),
    handle: ({ days = 30 }, { database, clock }) => {
      const nowMs = clock.nowMs();
      const fromMs = (Math.floor(nowMs / dayMs) - days + 1) * dayMs;
      const rows = database
        .query<Omit<Sums, "totalTokens"> & { day: number }>(
          `SELECT at / ${dayMs} AS day, sum(input) AS input, sum(output) AS output, sum(cache_read) AS cacheRead,
             sum(cache_write) AS cacheWrite, coalesce(sum(cost_usd), 0) AS totalCost,
             sum(cost_usd IS NULL) AS missingCostEntries
           FROM usage WHERE at >= ? GROUP BY day ORDER BY day`,
        )
        .all(fromMs);
      const daily = rows.map(({ day, ...sums }) => ({ date: isoTime(day * dayMs).slice(0, 10), ...withTotal(sums) }));
      return { updatedAt: nowMs, days, daily, totals: daily.reduce<Sums>(plus, nothing) };
    },
  }),
};

function withTotal(sums: Omit<Sums, "totalTokens">): Sums {
  return { ...sums, totalTokens: sums.input + sums.output + sums.cacheRead + sums.cacheWrite };
}

function plus(left: Sums, right: Sums): Sums {
  return {
    input: left.input + right.input,
    output: left.output + right.output,
    cacheRead: left.cacheRead + right.cacheRead,
    cacheWrite: left.cacheWrite + right.cacheWrite,
    totalTokens: left.totalTokens + right.totalTokens,
    totalCost: left.totalCost + right.totalCost,
    missingCostEntries: left.missingCostEntries + right.missingCostEntries,
  };
}
