import { isPlainObject } from "../../lib/index.ts";
import type { Clock } from "../../lib/index.ts";
import type { RecordChange, Records } from "../provider.ts";

/**
 * How far the rows of Messages were taken. Rows may come out of order, and a row may show up late below others: so
 * reading begins again a little before the last row, and which of those were taken is known one by one.
 */
const kind = "cursor";
const id = "rows";
/** Rows before the last one that are asked for again. */
export const overlapRows = 64;
/** A row that was written so long before the last one was taken is history that a Mac fetched, not news. */
const historyMs = 24 * 60 * 60 * 1000;

interface Kept {
  /** The highest row taken. */
  readonly last: number;
  /** Nothing up to here is asked for: it was there before this account was. */
  readonly first: number;
  /** Those taken among the last `overlapRows`. */
  readonly taken: readonly number[];
  /** When the last one was taken. */
  readonly atMs: number;
}

export type Standing = "new" | "taken" | "history";

export class Cursor {
  readonly #records: Records;
  readonly #clock: Pick<Clock, "nowMs">;
  #kept: Kept;
  #isDirty = false;

  private constructor(records: Records, clock: Pick<Clock, "nowMs">, kept: Kept) {
    this.#records = records;
    this.#clock = clock;
    this.#kept = kept;
  }

  /**
   * `tail` is the highest row that there is. An account that is new begins there, durably, so that what comes from now
   * on counts even if this process ends at once. So does one whose Mac has another database than before.
   */
  static async open(records: Records, clock: Pick<Clock, "nowMs">, tail: number): Promise<Cursor> {
    const kept = read(records.get(kind, id));
    const isOther = kept !== undefined && tail < kept.last - overlapRows;
    if (kept && !isOther) return new Cursor(records, clock, kept);
    const atMs = kept?.atMs ?? clock.nowMs();
    const cursor = new Cursor(records, clock, { last: tail, first: tail, taken: [], atMs });
    await cursor.commit([]);
    return cursor;
  }

  /** Rows after this one are asked for. */
  get since(): number {
    return Math.max(this.#kept.first, this.#kept.last - overlapRows);
  }

  get last(): number {
    return this.#kept.last;
  }

  standingOf(row: number, sentAtMs: number): Standing {
    const { first, taken, atMs } = this.#kept;
    if (row <= first || taken.includes(row)) return "taken";
    return sentAtMs < atMs - historyMs ? "history" : "new";
  }

  /** In memory: it is on disk with the next commit. A row that is asked for again is known to the house. */
  pass(row: number): void {
    const last = Math.max(this.#kept.last, row);
    const taken = [...this.#kept.taken.filter((one) => one > last - overlapRows), row];
    this.#kept = { ...this.#kept, last, taken, atMs: this.#clock.nowMs() };
    this.#isDirty = true;
  }

  /** On disk, with what else is to be written, when it resolves. */
  async commit(changes: readonly RecordChange[]): Promise<void> {
    this.#isDirty = false;
    await this.#records.write([...changes, { kind, id, value: JSON.stringify(this.#kept) }]);
  }

  get isSettled(): boolean {
    return !this.#isDirty;
  }

  /** Writes what was only passed. */
  settle(): Promise<void> {
    return this.commit([]);
  }
}

/** The row up to which everything is on disk, as records have it; for those who look from outside. */
export function takenRows(records: Pick<Records, "get">): readonly number[] {
  return read(records.get(kind, id))?.taken ?? [];
}

function read(text: string | undefined): Kept | undefined {
  if (text === undefined) return undefined;
  const kept: unknown = JSON.parse(text);
  if (!isPlainObject(kept)) return undefined;
  const { last, first, taken, atMs } = kept;
  if (typeof last !== "number" || typeof first !== "number" || typeof atMs !== "number") return undefined;
  const rows = Array.isArray(taken) ? taken.filter((row): row is number => typeof row === "number") : [];
  return { last, first, taken: rows, atMs };
}
