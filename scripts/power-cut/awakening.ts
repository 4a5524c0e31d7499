import { Database as Sqlite } from "bun:sqlite";
import { join } from "node:path";
import { type Clock, realClock } from "../../src/lib/index.ts";
import { FakeNetwork } from "../../test/doubles/fake-network.ts";
import type { Ack } from "./acks.ts";
import { openOn } from "./house.ts";

/** Starts the whole house on what a power cut left: it has to finish what it had accepted, without anybody's help. */

const patienceMs = 20_000;
const lookMs = 5;

/** What was not finished, or was done twice, in words. `atMs` is when the power was cut. */
export async function awaken(folder: string, acks: readonly Ack[], atMs: number): Promise<string[]> {
  const network = new FakeNetwork();
  await using house = await openOn(folder, network.provider, clockFrom(atMs));
  using reader = new Sqlite(join(folder, "clawdia.db"), { readonly: true });
  const startedAtMs = realClock.elapsedMs();
  while (openRows(reader).length > 0) {
    if (realClock.elapsedMs() - startedAtMs > patienceMs)
      return openRows(reader).map((row) => `never finished: ${row}`);
    await realClock.sleep(lookMs);
  }
  const failures = house.log.records.filter(({ level }) => level === "error");
  return [
    ...failures.map(({ event, fields }) => `after the start: ${event} ${JSON.stringify(fields)}`),
    ...unanswered(reader, acks),
    ...acks
      .filter(({ kind, id }) => kind === "left" && network.arrivals.includes(id))
      .map(({ id }) => `sent twice: ${id}`),
  ];
}

const openRowsSql = `
  SELECT 'message ' || id AS what FROM inbound WHERE state IN ('accepted', 'routed', 'claimed')
  UNION ALL SELECT 'run ' || id FROM runs WHERE state IN ('queued', 'running')
  UNION ALL SELECT 'send ' || id FROM outbox WHERE state IN ('queued', 'sending')`;

function openRows(reader: Sqlite): string[] {
  return reader
    .query<{ what: string }, []>(openRowsSql)
    .all()
    .map(({ what }) => what);
}

/** A message's reply was sent, or is held because it may have arrived; a request's run has ended well. */
const answered = {
  inbound: `SELECT inbound.peer_id || '/' || inbound.message_id AS id FROM inbound JOIN runs ON runs.id = inbound.run_id
            JOIN outbox ON outbox.run_id = runs.id
            WHERE inbound.state = 'done' AND runs.state = 'ok' AND outbox.state IN ('sent', 'unknown')`,
  run: "SELECT id FROM runs WHERE state = 'ok'",
};

function unanswered(reader: Sqlite, acks: readonly Ack[]): string[] {
  return Object.entries(answered).flatMap(([kind, sql]) => {
    const rows = reader.query<{ id: string }, []>(sql).all();
    const ids = new Set(rows.map(({ id }) => id));
    return acks.filter((ack) => ack.kind === kind && !ids.has(ack.id)).map(({ id }) => `never answered: ${kind} ${id}`);
  });
}

/** The time goes on from the cut, however long ago it was recorded. */
function clockFrom(atMs: number): Clock {
  const startedAtMs = realClock.elapsedMs();
  return { ...realClock, nowMs: () => Math.floor(atMs + realClock.elapsedMs() - startedAtMs) };
}
