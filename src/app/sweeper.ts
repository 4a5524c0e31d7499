import type { Clock } from "../lib/index.ts";
import type { MediaStore, SessionKey, Sessions } from "../sessions/index.ts";
import type { Database } from "../storage/index.ts";

/** What the house forgets by itself: rows that are a month old, keys that expired, files that nothing names. */

/** How long a message is known, so that it is not taken for a new one when its network tells of it again. */
export const memoryMs = 30 * 86_400_000;
/** Rows that go at once: the rest follows a minute later. */
const sweepBatch = 256;
/** A file that nothing names stays so long: the message that brings it may still be on its way to the disk. */
export const looseMediaMs = 86_400_000;
/** Rows that are searched for names of files before others get their turn; about a millisecond. */
const rowsPerTurn = 256;

interface Swept {
  sweep(beforeMs: number, limit: number): number;
}

export interface SweptStores {
  /** Each forgets rows of before a moment that came to their end. */
  readonly old: readonly Swept[];
  readonly idempotency: { sweep(limit: number): number };
}

/** Forgets old rows, some at a time. */
export async function sweepOld(
  database: Database,
  clock: Pick<Clock, "nowMs">,
  { old, idempotency }: SweptStores,
): Promise<void> {
  const beforeMs = clock.nowMs() - memoryMs;
  await database.commit(() => {
    for (const store of old) store.sweep(beforeMs, sweepBatch);
    idempotency.sweep(sweepBatch);
  });
}

export interface OneOffSweep {
  readonly database: Database;
  readonly sessions: Pick<Sessions, "delete">;
  readonly clock: Pick<Clock, "nowMs">;
  readonly signal: AbortSignal;
}

const hex = (count: number) => "[0-9a-f]".repeat(count);
const uuid = [8, 4, 4, 4, 12].map(hex).join("-");

/**
 * Removes sessions that were made for one request of a hook or of the OpenAI interface, a month after it. Nobody goes
 * on with them, because nobody chose their name; what a person gave a label stays.
 */
export async function sweepOneOffs({ database, sessions, clock, signal }: OneOffSweep): Promise<void> {
  const old = database.query<{ key: SessionKey }>(
    `SELECT key FROM sessions WHERE updated_at < ? AND label IS NULL
       AND (key GLOB 'agent:*:hook:${uuid}' OR key GLOB 'agent:*:openai:${uuid}') LIMIT ${sweepBatch}`,
  );
  while (!signal.aborted) {
    const keys = old.all(clock.nowMs() - memoryMs);
    for (const { key } of keys) await sessions.delete(key, true);
    if (keys.length < sweepBatch) return;
  }
}

export interface MediaSweep {
  readonly database: Database;
  readonly media: Pick<MediaStore, "fileCount" | "sweep">;
  readonly clock: Pick<Clock, "nowMs" | "soon">;
  readonly signal: AbortSignal;
}

/** Where hashes of files stand, as JSON. */
const naming = [
  ["entries", "body"],
  ["inbound", "payload"],
  ["outbox", "payload"],
] as const;
const namePattern = /"sha256":"([0-9a-f]{64})"/g;

/** Removes files that no message, no reply and no transcript names any more. Reads all of them, a little at a time. */
export async function sweepMedia({ database, media, clock, signal }: MediaSweep): Promise<void> {
  if (media.fileCount === 0) return;
  const named = new Set<string>();
  for (const [table, column] of naming) {
    const last = database.query<{ last: number | null }>(`SELECT max(rowid) AS last FROM ${table}`).get()?.last ?? 0;
    const some = database.query<{ text: string }>(
      `SELECT ${column} AS text FROM ${table} WHERE rowid > ? AND rowid <= ? AND instr(${column}, '"sha256":"') > 0`,
    );
    for (let from = 0; from < last; from += rowsPerTurn) {
      for (const { text } of some.all(from, from + rowsPerTurn)) {
        for (const [, sha256] of text.matchAll(namePattern)) named.add(sha256!);
      }
      await new Promise<void>((resolve) => clock.soon(resolve));
      if (signal.aborted) return;
    }
  }
  // What is named from now on was put a moment ago, and is too young to go.
  await media.sweep((sha256) => named.has(sha256), looseMediaMs, clock.nowMs());
}
