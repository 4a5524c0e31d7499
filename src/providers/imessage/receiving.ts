import { errorFields, slept, unlessAborted, isPlainObject } from "../../lib/index.ts";
import type { RecordChange } from "../provider.ts";
import type { Cursor } from "./cursor.ts";
import { type Decoded, decode, readRow, type Row } from "./decode.ts";
import { readTimeMs, type Session } from "./session.ts";

/** The pause before a row that could not be stored is handed over again. */
const againMs = 2000;
/** Rows that are stored together. Fewer than are asked for again after a crash. */
const togetherMax = 32;
/** Rows that wait for those before them. What does not fit is asked for again, from where we stand. */
const waitingMax = 1000;

export interface ReceiverParts {
  readonly session: Session;
  readonly cursor: Cursor;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** The watch broke off, and imsg told so. */
  readonly onBroken: () => void;
}

/** Takes the rows of Messages in turn, some at a time: a row counts as taken only once it is stored. */
export class Receiver {
  readonly #parts: ReceiverParts;
  /** Handed over, and not stored yet. */
  readonly #unstored = new Set<number>();
  #waiting: unknown[] = [];
  #isBehind = false;
  #isTaking = false;
  #subscription: number | undefined;
  #idle: Promise<void> = Promise.resolve();

  constructor(parts: ReceiverParts) {
    this.#parts = parts;
  }

  /** Resolves once imsg watches. Rejects with a CallError. */
  async watch(): Promise<void> {
    const { session, cursor, signal } = this.#parts;
    const { since } = cursor;
    // Newer versions take 0 for the present end, and -1 for the beginning.
    const from = since === 0 && session.abilities.isStrict ? -1 : since;
    const params = { since_rowid: from, attachments: true, include_reactions: true };
    const options = { timeoutMs: readTimeMs, signal };
    const result = await session.rpc.call("watch.subscribe", params, options);
    const subscription = isPlainObject(result) ? result["subscription"] : undefined;
    this.#subscription = typeof subscription === "number" ? subscription : undefined;
  }

  hear(method: string, params: unknown): void {
    if (this.#parts.signal.aborted || !isPlainObject(params)) return;
    const isOld = this.#subscription !== undefined && params["subscription"] !== this.#subscription;
    if (isOld) return;
    if (method === "error") return this.#parts.onBroken();
    if (method === "watch.overflow") this.#isBehind = true;
    else if (method !== "message") return;
    else if (this.#waiting.length < waitingMax && !this.#isBehind) this.#waiting.push(params["message"]);
    else this.#isBehind = true;
    if (!this.#isTaking) this.#idle = this.#takeAll();
  }

  /** Resolves once nothing is being handed over any more. */
  whenIdle(): Promise<void> {
    return this.#idle;
  }

  async #takeAll(): Promise<void> {
    const { signal, session, cursor } = this.#parts;
    this.#isTaking = true;
    try {
      while (!signal.aborted) {
        if (this.#waiting.length > 0) await this.#takeTogether(this.#waiting.splice(0, togetherMax));
        else if (this.#isBehind) await this.#catchUp();
        else if (cursor.isSettled) return;
        // More may come meanwhile.
        else await cursor.settle();
      }
      // Closed: what was stored need not be asked for again, unless a row before it was not.
      if (!cursor.isSettled && this.#unstored.size === 0) await cursor.settle();
    } catch (error) {
      if (signal.aborted) return;
      session.ports.log.error("rows.broken", { account: session.accountId, ...errorFields(error) });
      this.#parts.onBroken();
    } finally {
      this.#isTaking = false;
    }
  }

  /** Begins to watch anew, from the last row that was taken. */
  async #catchUp(): Promise<void> {
    const { session, cursor, signal } = this.#parts;
    const before = this.#subscription;
    session.ports.log.info("rows.behind", { account: session.accountId, row: cursor.last });
    if (before !== undefined) {
      const params = { subscription: before };
      await session.rpc.call("watch.unsubscribe", params, { timeoutMs: readTimeMs, signal });
    }
    // Its rows may come before we have read its number.
    this.#subscription = undefined;
    this.#isBehind = false;
    this.#waiting = [];
    await this.watch();
  }

  /** Handed over in their order, stored together, and noted as taken with one write. */
  async #takeTogether(payloads: readonly unknown[]): Promise<void> {
    const { cursor } = this.#parts;
    const changes: RecordChange[] = [];
    await Promise.all(payloads.map((payload) => this.#take(payload, changes)));
    if (changes.length > 0 && this.#unstored.size === 0) await cursor.commit(changes);
  }

  async #take(payload: unknown, changes: RecordChange[]): Promise<void> {
    const { session, cursor } = this.#parts;
    const { log } = session.ports;
    const row = readRow(payload);
    if (!row) return log.warn("row.unreadable", { account: session.accountId });
    const about = { account: session.accountId, row: row.rowId };
    const standing = this.#unstored.has(row.rowId) ? "taken" : cursor.standingOf(row.rowId, row.sentAtMs);
    if (standing !== "new") {
      if (standing === "history") cursor.pass(row.rowId);
      return log.debug("row.ignored", { ...about, reason: standing });
    }
    changes.push(...session.chats.learn(row));
    const decoded = this.#decode(payload, row, changes);
    if ("ignored" in decoded) {
      log.debug("row.ignored", { ...about, reason: decoded.ignored });
      return cursor.pass(row.rowId);
    }
    this.#unstored.add(row.rowId);
    if (!(await this.#store(decoded, about))) return;
    this.#unstored.delete(row.rowId);
    cursor.pass(row.rowId);
  }

  /** What the row is to us; what is to be written of it is added to the changes. */
  #decode(payload: unknown, row: Row, changes: RecordChange[]): Decoded {
    const { ledger, chats } = this.#parts.session;
    if (row.isFromMe) changes.push(...ledger.observe(row));
    const copy = row.isFromMe ? undefined : ledger.copyOf(row, chats.isSelfChat(row));
    if (copy) {
      changes.push(...copy);
      return { ignored: "a copy of what we sent" };
    }
    const us = {
      isOurs: (guid: string) => ledger.isOurs(guid),
      isOurHandle: (handle: string) => chats.isOwn(handle),
    };
    return decode(payload, us);
  }

  /** Again and again until the store has it: those behind it wait. False when we are closed before. */
  async #store(message: Exclude<Decoded, { ignored: string }>, about: { account: string; row: number }) {
    const { session, signal } = this.#parts;
    const { clock, log } = session.ports;
    for (;;) {
      try {
        await unlessAborted(session.ports.receive(message), signal);
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        log.warn("row.refused", { ...about, ...errorFields(error) });
      }
      if (!(await slept(clock, againMs, signal))) return false;
    }
  }
}
