import type { Records } from "../provider.ts";

/** Edits have times of their own, by which later edits, answers and reactions may name the message. */
const kind = "revision";
/** Messages can be edited for a day, some ten times. */
const keptMax = 500;

export class Revisions {
  readonly #records: Records;
  readonly #originals: Map<string, string>;

  constructor(records: Records) {
    this.#records = records;
    this.#originals = new Map(records.list(kind).map(({ id, value }) => [id, value]));
  }

  /** What the message was called at first. */
  originalOf(messageId: string): string {
    return this.#originals.get(messageId) ?? messageId;
  }

  /** The newest name of a message, which is its own when it was not edited. */
  latestOf(original: string): string {
    let latest = original;
    for (const [revision, named] of this.#originals) {
      if (named === original && timeOf(revision) > timeOf(latest)) latest = revision;
    }
    return latest;
  }

  /** On disk when it resolves. */
  async note(revision: string, original: string): Promise<void> {
    if (revision === original) return;
    this.#originals.set(revision, original);
    const old = [...this.#originals.keys()].toSorted((one, other) => timeOf(other) - timeOf(one)).slice(keptMax);
    for (const id of old) this.#originals.delete(id);
    await this.#records.write([
      { kind, id: revision, value: original },
      ...old.map((id) => ({ kind, id, value: undefined })),
    ]);
  }
}

const timeOf = (messageId: string) => Number(messageId.split(":", 1)[0]);
