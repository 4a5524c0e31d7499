import type { Clock } from "../lib/index.ts";
import type { Database } from "../storage/index.ts";

/** How long a message is known, so that it is not taken for a new one when its network tells of it again. */
export const memoryMs = 30 * 86_400_000;
/** Rows that go at once: the rest follows a minute later. */
const sweepBatch = 256;

interface Swept {
  sweep(beforeMs: number, limit: number): number;
}

/** Forgets old rows that came to their end, some at a time. */
export async function sweepOld(
  database: Database,
  clock: Pick<Clock, "nowMs">,
  stores: readonly Swept[],
): Promise<void> {
  const beforeMs = clock.nowMs() - memoryMs;
  await database.commit(() => {
    for (const store of stores) store.sweep(beforeMs, sweepBatch);
  });
}
