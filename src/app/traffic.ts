import type { Database } from "../storage/index.ts";

/** How many messages came and went by the hour, read from the rows that there are anyway. */

export const trafficHours = 24;
const hourMs = 3_600_000;

export interface Traffic {
  /** The oldest hour first; the last one ends now. */
  readonly in: readonly number[];
  readonly out: readonly number[];
  readonly lastInMs: number | undefined;
  readonly lastOutMs: number | undefined;
}

/** Each is answered from an index alone: `traffic.test.ts` looks at the plans. */
export const trafficQueries = {
  in: `SELECT (received_at - ?3) / ${hourMs} AS hour, count(*) AS n FROM inbound
       WHERE provider = ?1 AND account_id = ?2 AND received_at >= ?3 GROUP BY hour`,
  out: `SELECT (settled_at - ?3) / ${hourMs} AS hour, count(*) AS n FROM outbox
        WHERE provider = ?1 AND account_id = ?2 AND settled_at >= ?3 AND state = 'sent' GROUP BY hour`,
  lastIn: "SELECT max(received_at) AS at FROM inbound WHERE provider = ?1 AND account_id = ?2",
  lastOut: "SELECT max(settled_at) AS at FROM outbox WHERE provider = ?1 AND account_id = ?2 AND state = 'sent'",
} as const;

export function trafficOf(database: Database, provider: string, accountId: string, nowMs: number): Traffic {
  const fromMs = nowMs - trafficHours * hourMs;
  const byHour = (query: string) => {
    const counts = Array<number>(trafficHours).fill(0);
    for (const { hour, n } of database.query<{ hour: number; n: number }>(query).all(provider, accountId, fromMs)) {
      // A clock that was set back leaves messages of the future.
      counts[Math.min(hour, trafficHours - 1)]! += n;
    }
    return counts;
  };
  const last = (query: string) =>
    database.query<{ at: number | null }>(query).get(provider, accountId)?.at ?? undefined;
  return {
    in: byHour(trafficQueries.in),
    out: byHour(trafficQueries.out),
    lastInMs: last(trafficQueries.lastIn),
    lastOutMs: last(trafficQueries.lastOut),
  };
}
