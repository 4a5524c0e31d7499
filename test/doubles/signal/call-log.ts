import { appendFileSync } from "node:fs";
import type { Watch } from "../watch.ts";
import type { Json } from "./wire.ts";

/** One call of the gateway, in the order of arrival. */
export interface CallRecord {
  readonly seq: number;
  readonly method: string;
  readonly params: Json;
  /** The daemon did what was asked. */
  readonly isApplied: boolean;
  /** The answer went out. */
  readonly isAnswered: boolean;
}

/** Everything that was asked for, in memory and, given a file, as JSON lines that outlive the double. */
export class CallLog {
  /** Requests of any kind. */
  contacts = 0;
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

  /** Gives the call's number. */
  begin(method: string, params: Json): number {
    const seq = this.#records.length + 1;
    this.#write({ seq, method, params, isApplied: false, isAnswered: false });
    return seq;
  }

  add(seq: number, change: Partial<Pick<CallRecord, "isApplied" | "isAnswered">>): void {
    this.#write({ ...this.#records[seq - 1]!, ...change });
  }

  #write(record: CallRecord): void {
    this.#records[record.seq - 1] = record;
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(record)}\n`);
    this.#watch.changed();
  }
}
