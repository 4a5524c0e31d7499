import { joinPath, readTextIfPresent, writePrivateFile } from "../../lib/index.ts";
import type { Records } from "../provider.ts";

/**
 * What the daemon has handed over and we may not have stored. The daemon acknowledges a message to Signal's server once
 * the message is in a file of its own, and deletes that file as soon as it has told its listeners: it does not ask
 * whether they have it. Between that and our database a message would be lost if we ended, and so would those which
 * it takes in the seconds in which it has not noticed yet that nobody listens any more (that was seen).
 *
 * A daemon of our own therefore also writes what it hands over to a file, which nobody has to be there for. At the next
 * opening all of it is brought to the store, which knows what it has. Not covered is a loss of the machine's power
 * within the moment before the system writes the file to the disk.
 *
 * A daemon of somebody else has no such file. There a message is lost when it is handed over and we are killed before
 * it is stored (milliseconds), or when it comes within some fifteen seconds after our connection broke. What is in our
 * hands when the link closes is kept in the database.
 */
export class Journal {
  readonly #records: Records;
  readonly #path: string | undefined;

  constructor(records: Records, folder: string | undefined) {
    this.#records = records;
    this.#path = folder === undefined ? undefined : joinPath(folder, "handed-over.ndjson");
  }

  /** The file for the daemon; undefined where the daemon is not ours. */
  get path(): string | undefined {
    return this.#path;
  }

  /**
   * Brings everything that was left to `store`, in order, and forgets it once all of it is stored. Rejects, having
   * forgotten nothing, when something could not be stored.
   */
  async replay(store: (content: string) => Promise<boolean>): Promise<void> {
    const kept = this.#records.list(kind).toSorted((one, other) => (one.id < other.id ? -1 : 1));
    for (const content of [...kept.map(({ value }) => value), ...this.#lines()]) {
      if (!(await store(content))) throw new Error("the link ended before all that was left was stored");
    }
    if (kept.length > 0) await this.#records.write(kept.map(({ id }) => ({ kind, id, value: undefined })));
    // The daemon adds to it: it has to be there, and for nobody else to read.
    if (this.#path !== undefined) writePrivateFile(this.#path, "");
  }

  /** For what could not be stored while the link closes. A daemon of our own has it in its file already. */
  async keep(contents: readonly string[], nowMs: number): Promise<void> {
    if (this.#path !== undefined || contents.length === 0) return;
    const stamp = String(nowMs).padStart(15, "0");
    const entries = contents.map((value, index) => ({ kind, id: `${stamp}-${String(index).padStart(6, "0")}`, value }));
    await this.#records.write(entries);
  }

  #lines(): string[] {
    const text = this.#path === undefined ? undefined : readTextIfPresent(this.#path);
    return (text ?? "").split("\n").filter((line) => line !== "");
  }
}

const kind = "handed-over";
