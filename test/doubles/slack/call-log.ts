import { appendFileSync, readFileSync } from "node:fs";
import type { Json } from "../telegram/wire.ts";
import type { Watch } from "../watch.ts";

/** One call of the app, in the order of arrival. */
export interface CallRecord {
  readonly seq: number;
  readonly atMs: number;
  /** A method of the Web API, `upload` or `download`. */
  readonly method: string;
  readonly params: Json;
  /** Which credential it came with; never the credential. */
  readonly token: "bot" | "app" | "none" | "unknown";
  /** Slack did what was asked. Undefined while it is at it. */
  readonly applied?: boolean | undefined;
  /** The whole answer went out. Undefined while it has not been tried. */
  readonly answered?: boolean | undefined;
  readonly error?: string | undefined;
  /** The message that it made or changed. */
  readonly ts?: string | undefined;
}

/** The part of a record that one line of the file holds: lines of one `seq` add up. */
type Line = Partial<CallRecord> & Pick<CallRecord, "seq">;

/** Everything that the app asked for, in memory and, given a file, as JSON lines that outlive the double. */
export class CallLog {
  readonly #records: CallRecord[] = [];
  readonly #before: number;
  readonly #file: string | undefined;
  readonly #watch: Watch;

  constructor(watch: Watch, file: string | undefined) {
    this.#watch = watch;
    this.#file = file;
    if (file !== undefined) appendFileSync(file, "");
    this.#before = file === undefined ? 0 : readCallLog(file).length;
  }

  all(): readonly CallRecord[] {
    return this.#records;
  }

  begin(call: Pick<CallRecord, "atMs" | "method" | "params" | "token">): number {
    const seq = this.#before + this.#records.length + 1;
    this.add({ seq, ...call });
    return seq;
  }

  add(line: Line): void {
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
    const index = line.seq - this.#before - 1;
    this.#records[index] = merged(this.#records[index], line);
    this.#watch.changed();
  }
}

/** Reads what a double wrote, also while it writes. */
export function readCallLog(file: string): CallRecord[] {
  const records: CallRecord[] = [];
  for (const text of readFileSync(file, "utf8").split("\n").slice(0, -1)) {
    const line = JSON.parse(text) as Line;
    records[line.seq - 1] = merged(records[line.seq - 1], line);
  }
  return records;
}

function merged(record: CallRecord | undefined, line: Line): CallRecord {
  return { atMs: 0, method: "", params: {}, token: "none", ...record, ...line };
}
