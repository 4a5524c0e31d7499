import { expect, test } from "bun:test";
import { trafficOf, trafficQueries } from "../../src/app/traffic.ts";
import { realClock } from "../../src/lib/index.ts";
import { Database } from "../../src/storage/index.ts";

const hourMs = 3_600_000;
const nowMs = 1_800_000_000_000;

function cameAt(database: Database, id: string, atMs: number, accountId = "main"): void {
  database
    .query(
      `INSERT INTO inbound (id, provider, account_id, peer_kind, peer_id, message_id, event, sender_id,
         payload, sent_at, received_at, state, ready_at)
       VALUES (?1, 'telegram', ?3, 'direct', '7', ?1, 'message', '7', '{}', ?2, ?2, 'done', ?2)`,
    )
    .run(id, atMs, accountId);
}

function wentAt(database: Database, id: string, atMs: number, state = "sent"): void {
  database
    .query(
      `INSERT INTO outbox (id, idem, provider, account_id, peer_kind, peer_id, lane, kind, payload, send_id, class,
         state, next_attempt_at, boot_id, created_at, expires_at, settled_at) VALUES (?1, ?1, 'telegram', 'main',
         'direct', '7', 'l', 'text', '{}', ?1, 'reply', ?3, 0, 'b', ?2, ?2, ?2)`,
    )
    .run(id, atMs, state);
}

test("messages are counted by the hour in which they came and went, each account for itself", () => {
  using database = new Database(":memory:", realClock);
  for (const [at, ago] of [0.5, 0.6, 3.2, 23.9, 24.1].entries()) cameAt(database, `in${at}`, nowMs - ago * hourMs);
  cameAt(database, "of-another", nowMs, "work");
  cameAt(database, "of-tomorrow", nowMs + 5 * hourMs);
  wentAt(database, "out", nowMs - 1.5 * hourMs);
  wentAt(database, "failed", nowMs - 1.5 * hourMs, "failed");
  const traffic = trafficOf(database, "telegram", "main", nowMs);
  expect([filled(traffic.in), filled(traffic.out)]).toEqual([
    [
      [0, 1],
      [20, 1],
      [23, 3],
    ],
    [[22, 1]],
  ]);
  expect([traffic.lastInMs, traffic.lastOutMs]).toEqual([nowMs + 5 * hourMs, nowMs - 1.5 * hourMs]);
  expect(trafficOf(database, "signal", "main", nowMs).lastInMs).toBeUndefined();
});

test("they are counted in an index alone, so that nobody's messages are read for it", () => {
  using database = new Database(":memory:", realClock);
  for (const query of Object.values(trafficQueries)) {
    const plan = database
      .query<{ detail: string }>(`EXPLAIN QUERY PLAN ${query}`)
      .all("telegram", "main", ...(query.includes("?3") ? [nowMs] : []));
    expect(plan[0]!.detail).toMatch(/SEARCH (inbound|outbox) USING COVERING INDEX (inbound|outbox)_by_account/);
  }
});

/** The hours in which there were any. */
function filled(counts: readonly number[]): number[][] {
  return counts.flatMap((count, hour) => (count === 0 ? [] : [[hour, count]]));
}
