import type { Peer } from "../message.ts";
import type { Records } from "../provider.ts";
import { isTs } from "./people.ts";

/** A thread, by its channel and the message that it hangs on. */
export interface Thread {
  readonly channel: string;
  readonly ts: string;
}

const record = { kind: "threads", id: "recent" } as const;
/** Each costs a call when a link comes back. */
const threadsMax = 20;

/** The threads in which something was said lately. A channel's history does not show what is said in them. */
export class RecentThreads {
  readonly #records: Records;
  #threads: readonly Thread[];
  #isKept = true;

  constructor(records: Records) {
    this.#records = records;
    this.#threads = parsed(records.get(record.kind, record.id));
  }

  /** The latest first. */
  get all(): readonly Thread[] {
    return this.#threads;
  }

  note({ id: channel, threadId: ts }: Peer): void {
    const [latest] = this.#threads;
    if (!isTs(ts) || (latest?.channel === channel && latest.ts === ts)) return;
    const others = this.#threads.filter((one) => one.channel !== channel || one.ts !== ts);
    this.#threads = [{ channel, ts }, ...others].slice(0, threadsMax);
    this.#isKept = false;
  }

  /** On disk when it resolves. */
  async keep(): Promise<void> {
    if (this.#isKept) return;
    this.#isKept = true;
    const value = this.#threads.map(({ channel, ts }) => `${channel} ${ts}`).join("\n");
    await this.#records.write([{ ...record, value }]);
  }
}

function parsed(value = ""): readonly Thread[] {
  return value.split("\n").flatMap((line) => {
    const [channel = "", ts] = line.split(" ");
    return isTs(ts) ? [{ channel, ts }] : [];
  });
}
