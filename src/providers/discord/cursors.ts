import type { Records } from "../provider.ts";
import { laterId } from "./snowflakes.ts";

const cursorKind = "cursor";
/** Where nothing was heard yet, reading goes on from the moment at which the account was opened first. */
const startId = "start";

/** Up to which message each channel was stored, so that a link knows what it missed. */
export class Cursors {
  readonly #records: Records;
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
    return this.#records.get(cursorKind, channelId) ?? this.#latest;
  }

  /** Only forward. */
  async advance(channelId: string, messageId: string): Promise<void> {
    const before = this.#records.get(cursorKind, channelId);
    if (before !== undefined && laterId(before, messageId) === before) return;
    await this.#records.write([{ kind: cursorKind, id: channelId, value: messageId }]);
    this.#latest = this.#latest === undefined ? messageId : laterId(this.#latest, messageId);
  }

  /** The first start of the account. */
  async begin(nowId: string): Promise<void> {
    if (this.#latest === undefined) await this.advance(startId, nowId);
  }
}
