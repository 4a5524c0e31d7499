import type { Update } from "grammy/types";
import type { Clock } from "../../lib/index.ts";
import type { BotApi } from "./bot-api.ts";

/** How long Telegram may hold a poll that has nothing to tell. */
const pollSeconds = 25;
/** A poll that is out for longer is dead: its connection is open and nobody answers. */
const deadAfterMs = 3 * pollSeconds * 1000;
/** The first one answers at once, but may find Telegram slow after a long time away. */
const firstDeadAfterMs = 3 * deadAfterMs;
/** The pause before an update that could not be stored is asked for again. */
const redeliveryPauseMs = 2000;
/** A server that answers so many polls in a row at once and with nothing does not hold them: it is given pauses. */
const hastyAnswersMax = 10;
const hastyPauseMs = 1000;

/** Named, for reactions come only when they are asked for. A webhook is given the same. */
export const allowedUpdates = [
  "message",
  "edited_message",
  "channel_post",
  "edited_channel_post",
  "callback_query",
  "message_reaction",
  "my_chat_member",
] as const satisfies readonly (keyof Update)[];

export interface PollPorts {
  readonly api: Pick<BotApi, "call">;
  readonly clock: Clock;
  /** Ends the loop. */
  readonly signal: AbortSignal;
  /** True once the update is stored or is none of ours: only then may Telegram forget it. */
  readonly take: (update: Update) => Promise<boolean>;
  /** The first poll was answered: nobody else polls with this token. */
  readonly onLive: () => void;
}

/**
 * Asks for updates until something fails; it then rejects with the CallError, or with the signal's reason. Asking is
 * acknowledging, since an offset makes Telegram forget what is before it: so nothing is asked while an update is on
 * its way into the store, and never from beyond one that did not get there.
 */
export async function pollUpdates(ports: PollPorts): Promise<never> {
  let offset: number | undefined;
  const stored = new Set<number>();
  let hastyAnswers = 0;
  for (let isFirst = true; ; isFirst = false) {
    const askedAtMs = ports.clock.elapsedMs();
    const updates = await ask(ports, offset, isFirst);
    if (isFirst) ports.onLive();
    await Promise.all(
      updates.map(async (update) => {
        if (stored.has(update.update_id) || (await ports.take(update))) stored.add(update.update_id);
      }),
    );
    ports.signal.throwIfAborted();
    offset = nextOffset(offset, updates, stored);
    const isBehind = updates.some(({ update_id: id }) => !stored.has(id));
    for (const id of stored) if (offset !== undefined && id < offset) stored.delete(id);
    const isHasty = updates.length === 0 && ports.clock.elapsedMs() - askedAtMs < hastyPauseMs;
    hastyAnswers = isHasty ? hastyAnswers + 1 : 0;
    if (isBehind) await ports.clock.sleep(redeliveryPauseMs, ports.signal);
    else if (hastyAnswers > hastyAnswersMax) await ports.clock.sleep(hastyPauseMs, ports.signal);
  }
}

/** Where the next poll begins: at the first update that is not stored, or behind them all. */
export function nextOffset(
  offset: number | undefined,
  updates: readonly { readonly update_id: number }[],
  stored: ReadonlySet<number>,
): number | undefined {
  const ids = updates.map(({ update_id: id }) => id).toSorted((left, right) => left - right);
  const last = ids.at(-1);
  if (last === undefined) return offset;
  return ids.find((id) => !stored.has(id)) ?? last + 1;
}

function ask({ api, signal }: PollPorts, offset: number | undefined, isFirst: boolean): Promise<Update[]> {
  const request = {
    ...(offset !== undefined && { offset }),
    timeout: isFirst ? 0 : pollSeconds,
    allowed_updates: allowedUpdates,
  };
  const timeoutMs = isFirst ? firstDeadAfterMs : deadAfterMs;
  return api.call("getUpdates", (raw) => raw.getUpdates(request), { timeoutMs, signal });
}
