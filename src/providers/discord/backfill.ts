import type { APIMessage } from "discord-api-types/v10";
import { type Clock, type Log } from "../../lib/index.ts";
import type { Cursors } from "./cursors.ts";
import { CallError } from "./failures.ts";
import { type History, messagesAfter } from "./history.ts";
import type { RestApi } from "./rest-api.ts";
import { idAt, laterId, madeAtMs } from "./snowflakes.ts";

export interface BackfillParts {
  readonly api: RestApi;
  readonly cursors: Cursors;
  readonly clock: Clock;
  readonly log: Log;
  readonly accountId: string;
  readonly signal: AbortSignal;
  /** Resolves once it is stored, or is none of ours. */
  readonly hear: (message: APIMessage) => Promise<void>;
}

/** A channel, and the last message that the network says is in it, if it does. */
export interface Backfilled {
  readonly id: string;
  readonly lastMessageId?: string | null | undefined;
  /** Since when we are there. */
  readonly sinceMs?: number | undefined;
}

/** What is older was missed for too long to be answered. */
const ageMaxMs = 24 * 3_600_000;
const pagesMax = 5;
export const channelsMax = 100;
/** Ids are made on many machines: one may be a little lower than another that came before it. */
const overlapMs = 5000;
const pausesMax = 10;

/**
 * Reads what was said since the cursors, in the channels where something was; the youngest first, and not more than a
 * number of them. Rejects when Discord cannot be reached: then it has to be tried again.
 */
export async function backfill(parts: BackfillParts, channels: readonly Backfilled[]): Promise<void> {
  const missed = channels.flatMap(({ id, lastMessageId, sinceMs }) => {
    const afterId = startOf(parts, id, sinceMs);
    if (afterId === undefined) return [];
    if (lastMessageId !== undefined && (lastMessageId === null || isBefore(lastMessageId, afterId))) return [];
    return [{ channelId: id, afterId, lastId: lastMessageId ?? afterId }];
  });
  const youngest = missed.toSorted((one, other) => (laterId(one.lastId, other.lastId) === one.lastId ? -1 : 1));
  const about = { account: parts.accountId };
  if (youngest.length > channelsMax) parts.log.warn("backfill.cut", { ...about, channels: youngest.length });
  for (const { channelId, afterId } of youngest.slice(0, channelsMax)) {
    const history = await historyOf(parts, channelId, afterId);
    if (!history?.isWhole) parts.log.warn("backfill.cut", { ...about, channel: channelId });
    // In their order, and waiting for the disk together.
    await Promise.all((history?.messages ?? []).map((message) => parts.hear(message)));
  }
}

function startOf({ api, cursors, clock }: BackfillParts, channelId: string, sinceMs = 0): string | undefined {
  const cursor = cursors.of(channelId);
  if (cursor === undefined) return undefined;
  const oldestMs = clock.nowMs() + api.aheadMs - ageMaxMs;
  return idAt(Math.max(madeAtMs(cursor) - overlapMs, oldestMs, sinceMs));
}

function isBefore(id: string, other: string): boolean {
  return BigInt(id) <= BigInt(other);
}

/** Undefined for a channel that cannot be read. */
async function historyOf(parts: BackfillParts, channelId: string, afterId: string): Promise<History | undefined> {
  const { api, clock, log, accountId, signal } = parts;
  for (let pauses = 0; ; pauses++) {
    try {
      return await messagesAfter(api, { channelId, afterId, pagesMax }, signal);
    } catch (error) {
      if (!(error instanceof CallError) || error.failure.kind === "broken") throw error;
      if (error.failure.kind === "refused" || pauses >= pausesMax) {
        log.warn("backfill.refused", { account: accountId, channel: channelId, error: error.message });
        return undefined;
      }
      const pauseMs = error.failure.retryAfterMs;
      log.debug("backfill.paused", { account: accountId, channel: channelId, pauseMs });
      await clock.sleep(pauseMs, signal);
    }
  }
}
