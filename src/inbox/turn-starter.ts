import type { AccountPolicy, Config } from "../config/index.ts";
import { type Clock, failpoint, type Ids, type Log, shorten } from "../lib/index.ts";
import type { Accounts } from "../providers/index.ts";
import type { Run, RunDelivery, RunId, Runs } from "../runs/index.ts";
import type { SessionKey } from "../sessions/index.ts";
import type { Database } from "../storage/index.ts";
import { envelope, saidText } from "./envelope.ts";
import type { InboundRow, InboxStore } from "./inbox.store.ts";
import type { MediaIntake } from "./media-intake.ts";

/** T2: what is ready of a session becomes a run, in one transaction with the run and what was said. */

const droppedCharsMax = 120;
/** Somebody who never stops writing is answered after so many times the pause. */
const debounceRoundsMax = 4;

export interface TurnStarterParts {
  readonly database: Database;
  readonly runs: Runs;
  readonly accounts: () => Accounts;
  readonly clock: Pick<Clock, "nowMs">;
  readonly ids: Ids;
  readonly log: Log;
  readonly policyOf: (provider: string, accountId: string) => AccountPolicy;
  readonly messages: Config["messages"];
  readonly runTimeoutMs: () => number;
  readonly isOwner: (row: InboundRow) => boolean;
}

export class TurnStarter {
  readonly #parts: TurnStarterParts;
  readonly #store: InboxStore;
  readonly #media: MediaIntake;

  constructor(parts: TurnStarterParts, store: InboxStore, media: MediaIntake) {
    this.#parts = parts;
    this.#store = store;
    this.#media = media;
  }

  /** What is ready of every session that is free becomes a run. */
  async startRuns(): Promise<void> {
    const { runs, messages } = this.#parts;
    const bySession = Map.groupBy(this.#store.routed(), (row) => row.sessionKey as SessionKey);
    for (const [key, rows] of bySession) {
      const ready = this.#readyIn(rows);
      if (ready.length === 0) continue;
      const busy = runs.isBusy(key);
      if (busy && messages.queueMode === "interrupt") await runs.abort(key, undefined, "interrupt");
      else if (busy && messages.queueMode !== "followup") continue;
      await this.#claim(key, ready);
    }
  }

  /** Rows of one chat and person-set become one run; those of other chats in the same session wait for theirs. */
  async #claim(key: SessionKey, ready: readonly InboundRow[]): Promise<void> {
    const { database, runs, messages, log } = this.#parts;
    const chat = ready.filter((row) => sameChat(row, ready[0]!));
    const together = messages.queueMode === "followup" ? firstGroup(chat) : chat;
    const { kept, dropped } = this.#bound(together);
    if (kept.length === 0) return;
    const run = await database.commit(() => {
      for (const row of dropped) this.#store.update(row.id, { state: "ignored", reason: "too many messages waited" });
      return this.#addRun(key, kept, dropped);
    });
    failpoint("inbox.claimed");
    log.info("turn.started", { runId: run.id, sessionKey: key, messages: kept.length });
    runs.enter(run);
  }

  #addRun(key: SessionKey, rows: readonly InboundRow[], dropped: readonly InboundRow[]): Run {
    const { runs, ids, messages, policyOf, runTimeoutMs } = this.#parts;
    const last = rows.at(-1)!;
    const { provider, accountId, message } = last;
    const isGroup = message.ref.peer.kind !== "direct";
    const context = isGroup
      ? this.#store.contextOf(provider, accountId, message.ref.peer, policyOf(provider, accountId).historyMax)
      : [];
    const delivery: RunDelivery = {
      provider,
      accountId,
      peer: message.ref.peer,
      senderId: message.sender.id,
      isOwner: rows.every((row) => this.#parts.isOwner(row)),
      replyToId: message.ref.messageId,
    };
    const images = rows.flatMap((row) => this.#media.imagesOf(row));
    const run = runs.add({
      id: ids.uuid() as RunId,
      principal: `${provider}:${accountId}:${message.sender.id}`,
      source: "inbox",
      sessionKey: key,
      input: {
        text: this.#promptOf(rows, {
          isQueued: rows.length > 1,
          context,
          dropped:
            messages.queueDrop === "summarize"
              ? dropped.map((row) => shorten(saidText([row]).replace(/\s+/g, " "), droppedCharsMax))
              : [],
        }),
        imageCount: images.length,
        thinkingLevel: undefined,
        extraSystemPrompt: undefined,
      },
      images,
      timeoutMs: runTimeoutMs(),
      delivery,
      saidText: saidText(rows),
    });
    for (const row of rows) this.#store.update(row.id, { state: "claimed", runId: run.id });
    for (const row of context) this.#store.update(row.id, { state: "done", reason: "shown as context", runId: run.id });
    return run;
  }

  #bound(rows: readonly InboundRow[]): { kept: readonly InboundRow[]; dropped: readonly InboundRow[] } {
    const { queueMax, queueDrop } = this.#parts.messages;
    if (rows.length <= queueMax) return { kept: rows, dropped: [] };
    if (queueDrop === "new") return { kept: rows.slice(0, queueMax), dropped: rows.slice(queueMax) };
    return { kept: rows.slice(-queueMax), dropped: rows.slice(0, -queueMax) };
  }

  /** Messages that want to go into a run that runs. Call it inside the transaction that stores them. */
  takeSteering(run: Run): readonly string[] {
    if (this.#parts.messages.queueMode !== "steer") return [];
    const rows = this.#readyIn(this.#store.routedOf(run.sessionKey));
    for (const row of rows) this.#store.update(row.id, { state: "claimed", runId: run.id });
    return rows.map((row) => this.#promptOf([row], { isQueued: false, dropped: [], context: [] }));
  }

  #promptOf(
    rows: readonly InboundRow[],
    rest: { isQueued: boolean; dropped: readonly string[]; context: readonly InboundRow[] },
  ): string {
    const label = this.#parts.accounts().provider(rows[0]!.provider)?.label ?? rows[0]!.provider;
    return envelope({ ...rest, label, rows, fileOf: (row, index) => this.#media.fileOf(row, index) });
  }

  #readyIn(rows: readonly InboundRow[]): readonly InboundRow[] {
    const ready = new Set([...Map.groupBy(rows, writerOf).values()].flatMap((own) => this.#readyOf(own)));
    return rows.filter((row) => ready.has(row));
  }

  /** Of one person's messages in one chat. Who still writes is waited for, within bounds; a file ends the wait. */
  #readyOf(rows: readonly InboundRow[]): readonly InboundRow[] {
    // What was said later does not overtake a picture that is still being fetched, nor that one its album.
    const fetching = rows.find((row) => row.kept.length < row.message.media.length);
    if (fetching)
      return this.#readyOf(
        rows.slice(
          0,
          rows.findIndex((row) => belongs(row, fetching)),
        ),
      );
    const ready = rows.filter((row) => this.#isReady(row));
    const waiting = rows.filter((row) => !this.#isReady(row));
    if (waiting.length === 0 || waiting.some(({ message }) => message.albumId !== undefined)) {
      return waiting.length === 0 ? ready : [];
    }
    const ends = ready.some(({ message }) => message.media.length > 0) || this.#hasWaitedEnough(rows[0]!);
    return ends ? rows : [];
  }

  #hasWaitedEnough({ provider, accountId, receivedAtMs }: InboundRow): boolean {
    const { clock, policyOf } = this.#parts;
    return clock.nowMs() - receivedAtMs >= debounceRoundsMax * policyOf(provider, accountId).debounceMs;
  }

  #isReady(row: InboundRow): boolean {
    const nowMs = this.#parts.clock.nowMs();
    // A message of a later time than now: the wall clock went back, and nobody waits until it is there again.
    const isTime = row.readyAtMs <= nowMs || row.receivedAtMs > nowMs;
    return isTime && row.kept.length >= row.message.media.length;
  }
}

function writerOf({ provider, accountId, message }: InboundRow): string {
  const { peer } = message.ref;
  return JSON.stringify([provider, accountId, peer.id, peer.threadId, message.sender.id]);
}

/** The row itself, or another picture of its album. */
function belongs(row: InboundRow, to: InboundRow): boolean {
  return row === to || (to.message.albumId !== undefined && row.message.albumId === to.message.albumId);
}

function sameChat(left: InboundRow, right: InboundRow): boolean {
  const [one, other] = [left.message.ref.peer, right.message.ref.peer];
  return (
    left.provider === right.provider &&
    left.accountId === right.accountId &&
    one.id === other.id &&
    one.threadId === other.threadId
  );
}

/** One message, or the pictures of one album. */
function firstGroup(rows: readonly InboundRow[]): readonly InboundRow[] {
  const [first] = rows;
  if (first?.message.albumId === undefined) return rows.slice(0, 1);
  return rows.filter(({ message }) => message.albumId === first.message.albumId);
}
