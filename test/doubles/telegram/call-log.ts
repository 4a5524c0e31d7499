import { createHash } from "node:crypto";
import { appendFileSync, readFileSync } from "node:fs";
import type { BotRequest } from "./bot-request.ts";
import type { Watch } from "../watch.ts";
import { isJson, type Json } from "./wire.ts";

/** One call of the bot, in the order of arrival. */
export interface CallRecord {
  readonly seq: number;
  readonly atMs: number;
  readonly method: string;
  /** Without the token; files as name, size and digest. */
  readonly params: Json;
  /** Telegram did what was asked. Undefined while it is at it. */
  readonly applied?: boolean | undefined;
  /** The whole answer went out. Undefined while it has not been tried. */
  readonly answered?: boolean | undefined;
  /** HTTP status, of the answer that was or would have been sent. */
  readonly code?: number | undefined;
  readonly description?: string | undefined;
  /** Numbers of the messages that the call made or changed. */
  readonly messageIds?: readonly number[] | undefined;
  /** Updates that a getUpdates handed out. */
  readonly updateIds?: readonly number[] | undefined;
}

/** The part of a record that one line of the file holds: lines of one `seq` add up. */
type Line = Partial<CallRecord> & Pick<CallRecord, "seq">;

/** Everything that the bot asked for, in memory and, given a file, as JSON lines that outlive the double. */
export class CallLog {
  readonly #records: CallRecord[] = [];
  /** Calls that an earlier double left in the same file: numbers go on after them. */
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

  begin({ method, params, uploads }: BotRequest, atMs: number): number {
    const seq = this.#before + this.#records.length + 1;
    const files = [...uploads].map(([name, { fileName, bytes }]) => {
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      return [name, { fileName, bytes: bytes.length, sha256 }] as const;
    });
    this.#write({ seq, atMs, method, params: { ...params, ...Object.fromEntries(files) } });
    return seq;
  }

  add(line: Line): void {
    this.#write(line);
  }

  #write(line: Line): void {
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

/** What of an answer is worth remembering. */
export function summary(result: unknown): Pick<CallRecord, "messageIds" | "updateIds"> {
  const items: unknown[] = Array.isArray(result) ? result : [result];
  const numbers = (field: string) =>
    items.flatMap((item) => (isJson(item) && typeof item[field] === "number" ? [item[field]] : []));
  const [messageIds, updateIds] = [numbers("message_id"), numbers("update_id")];
  return { ...(messageIds.length > 0 && { messageIds }), ...(updateIds.length > 0 && { updateIds }) };
}

function merged(record: CallRecord | undefined, line: Line): CallRecord {
  return { atMs: 0, method: "", params: {}, ...record, ...line };
}
