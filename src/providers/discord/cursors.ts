import type { RecordChange, Records } from "../provider.ts";
import { laterId } from "./snowflakes.ts";

const cursorKind = "cursor";
/** Where nothing was heard yet, reading goes on from the moment at which the account was opened first. */
const startId = "start";

/** Up to which message each channel was stored, so that a link knows what it missed. */
export class Cursors {
  readonly #records: Records;
  /** Not on disk yet. */
  readonly #ahead = new Map<string, string>();
  #latest: string | undefined;

  constructor(records: Records) {
    this.#records = records;
    this.#latest = records
      .list(cursorKind)
      .map(({ value }) => value)
      .reduce<string | undefined>((latest, id) => (latest === undefined ? id : laterId(latest, id)), undefined);
  }

  /** The channel's own, or the account's for one where nothing was heard yet; undefined before the first start. */
  of(channelId: string): string | undefined {
    return this.#own(channelId) ?? this.#latest;
  }

  /** A message is stored. Only forward; it counts once `changes` is on disk. */
  advance(channelId: string, messageId: string): void {
    const before = this.#own(channelId);
    if (before !== undefined && laterId(before, messageId) === before) return;
    this.#ahead.set(channelId, messageId);
  }

  /** What is to be written, all together. */
  changes(): readonly RecordChange[] {
    return [...this.#ahead].map(([id, value]) => ({ kind: cursorKind, id, value }));
  }

  written(changes: readonly RecordChange[]): void {
    for (const { id, value } of changes) {
      if (value === undefined) continue;
      if (this.#ahead.get(id) === value) this.#ahead.delete(id);
      this.#latest = this.#latest === undefined ? value : laterId(this.#latest, value);
    }
  }

  /** The first start of the account. */
  async begin(nowId: string): Promise<void> {
    if (this.#latest !== undefined) return;
    await this.#records.write([{ kind: cursorKind, id: startId, value: nowId }]);
    this.#latest = nowId;
  }

  #own(channelId: string): string | undefined {
    return this.#ahead.get(channelId) ?? this.#records.get(cursorKind, channelId);
  }
}
