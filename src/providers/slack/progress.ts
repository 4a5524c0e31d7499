import type { Records } from "../provider.ts";
import { isTs, tsOf } from "./people.ts";

/**
 * Up to where all that was said is stored, in Slack's own time: from there on a link that was away reads what it
 * missed. One moment for all chats, for a chat may be new. What could not be stored holds it back.
 */
const record = { kind: "progress", id: "stored-until" } as const;
/** Slack may bring two messages in the other order; what is read twice is told apart by the inbox. */
const overlapMs = 60_000;
/** Then the oldest of them is given up: Slack brings nothing for longer than this. */
const waitingMax = 1000;

export class Progress {
  readonly #records: Records;
  readonly #waiting = new Set<string>();
  #latest: string;
  #kept: string | undefined;

  /** Begins where an earlier link stopped, or just before now. */
  constructor(records: Records, nowMs: number) {
    this.#records = records;
    const kept = records.get(record.kind, record.id);
    this.#kept = isTs(kept) ? kept : undefined;
    this.#latest = this.#kept ?? tsOf(nowMs - 1);
  }

  /** From where a new link reads: an account's first one missed nothing but what was said while it opened. */
  get readsFrom(): string {
    return this.#kept === undefined ? this.#latest : tsOf(Number(this.#kept) * 1000 - overlapMs);
  }

  /** It came, and is not stored yet. */
  begin(ts: string): void {
    this.#waiting.add(ts);
    if (this.#waiting.size <= waitingMax) return;
    const [oldest] = this.#waiting;
    if (oldest !== undefined) this.#waiting.delete(oldest);
  }

  stored(ts: string): void {
    this.#waiting.delete(ts);
    if (Number(ts) > Number(this.#latest)) this.#latest = ts;
  }

  /** On disk when it resolves. */
  async keep(): Promise<void> {
    const until = this.#until();
    if (until === this.#kept) return;
    await this.#records.write([{ ...record, value: until }]);
    this.#kept = until;
  }

  #until(): string {
    const oldest = [...this.#waiting].reduce((least, ts) => Math.min(least, Number(ts)), Number.POSITIVE_INFINITY);
    return oldest <= Number(this.#latest) ? tsOf(oldest * 1000 - 1) : this.#latest;
  }
}
