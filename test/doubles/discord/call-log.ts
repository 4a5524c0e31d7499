import { appendFileSync } from "node:fs";
import type { Watch } from "../watch.ts";
import type { Json } from "./wire.ts";

/** One call of the bot, in the order of arrival. */
export interface CallRecord {
  readonly seq: number;
  readonly atMs: number;
  /** Our name for the route. */
  readonly method: string;
  readonly channel?: string | undefined;
  /** Without the token; files as name and size. */
  readonly params: Json;
  /** Discord did what was asked. Undefined while it is at it. */
  readonly applied?: boolean | undefined;
  /** The whole answer went out. */
  readonly answered?: boolean | undefined;
  readonly status?: number | undefined;
}

/** Everything that bots asked for, in memory and, given a file, as JSON lines that outlive the double. */
export class CallLog {
  readonly #records: CallRecord[] = [];
  readonly #watch: Watch;
  readonly #file: string | undefined;

  constructor(watch: Watch, file: string | undefined) {
    this.#watch = watch;
    this.#file = file;
  }

  all(): readonly CallRecord[] {
    return this.#records;
  }

  begin(call: Pick<CallRecord, "atMs" | "method" | "channel" | "params">): number {
    const seq = this.#records.length + 1;
    this.#write({ seq, ...call });
    return seq;
  }

  add(seq: number, line: Pick<CallRecord, "applied" | "answered" | "status">): void {
    this.#write({ ...this.#records[seq - 1]!, ...line });
  }

  #write(record: CallRecord): void {
    this.#records[record.seq - 1] = record;
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(record)}\n`);
    this.#watch.changed();
  }
}
