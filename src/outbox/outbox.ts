import {
  type Clock,
  errorFields,
  failpoint,
  type Ids,
  type Log,
  Lookout,
  type Random,
  sha256Text,
} from "../lib/index.ts";
import { type Capabilities, type Link, MediaError, type Peer, type SentRef } from "../providers/index.ts";
import { afterFailure, type AfterFailure, afterUnknown, type AmbiguousPolicy, isTime } from "./after-attempt.ts";
import { type OutboxClass, type OutboxContent, type OutboxRow, laneOf, OutboxStore } from "./outbox.store.ts";
import { Sender, type SenderParts } from "./sender.ts";

/** Lanes that send at the same moment. */
const sendingMax = 32;
/** One attempt, from asking the link to its answer. */
const attemptMs = 60_000;

export interface NewOutboxRow {
  /** The same for the same message whenever it is made again: `run:<id>:<part>`. */
  readonly idem: string;
  readonly provider: string;
  readonly accountId: string;
  readonly peer: Peer;
  readonly kind?: OutboxRow["kind"];
  readonly content: OutboxContent;
  readonly class: OutboxClass;
  readonly runId?: string | undefined;
  readonly sessionKey?: string | undefined;
}

export interface OutboxParts extends SenderParts {
  readonly bootId: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly log: Log;
  readonly linkOf: (provider: string, accountId: string) => Link | undefined;
  readonly canOf: (provider: string) => Capabilities | undefined;
  readonly ambiguousOf: (provider: string, accountId: string) => AmbiguousPolicy;
  readonly lifeMsOf: (kind: OutboxClass) => number;
  /** A row came to an end, or to where a person must decide. Told after it is on disk. */
  readonly settled: (row: OutboxRow) => void;
  readonly sentBy: (provider: string, accountId: string) => void;
}

/** Stores replies, sends them in the order of their chat, retries when that is certain to be right, and reports. */
export class Outbox implements AsyncDisposable {
  readonly #parts: OutboxParts;
  readonly #store: OutboxStore;
  readonly #sender: Sender;
  readonly #busy = new Map<string, Promise<void>>();
  readonly #waiters = new Map<string, ((row: OutboxRow) => void)[]>();
  readonly #stop = new AbortController();
  readonly #lookout: Lookout;
  #loop: Promise<void> | undefined;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#lookout = new Lookout(parts.clock, this.#stop.signal, () => this.#look());
    this.#store = new OutboxStore(parts.database, parts.bootId);
    this.#sender = new Sender(parts, this.#store);
  }

  get store(): OutboxStore {
    return this.#store;
  }

  /** Call it inside the transaction that the message belongs to, and `wake` afterwards. The row's id. */
  add(wanted: NewOutboxRow): string {
    const { clock, ids } = this.#parts;
    const nowMs = clock.nowMs();
    const id = ids.sortable("out");
    const added = this.#store.insert({
      ...wanted,
      id,
      lane: laneOf(wanted),
      kind: wanted.kind ?? "message",
      sendId: sha256Text(wanted.idem).slice(0, 24),
      runId: wanted.runId,
      sessionKey: wanted.sessionKey,
      state: "queued",
      attempts: 0,
      nextAttemptAtMs: nowMs,
      attemptAtMs: undefined,
      messageId: undefined,
      mayBeDouble: false,
      error: undefined,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + this.#parts.lifeMsOf(wanted.class),
      settledAtMs: undefined,
    });
    return added ? id : this.#store.findByIdem(wanted.idem)!.id;
  }

  /** What a crash left on its way. Call it inside the recovery transaction, before links open. */
  recover(): { readonly resent: number; readonly held: number; readonly expired: number } {
    const nowMs = this.#parts.clock.nowMs();
    let [resent, held, expired] = [0, 0, 0];
    for (const row of this.#store.inState("sending")) {
      const next = afterUnknown(row, "the gateway was stopped while this was sent", 0, this.#rulesOf(row));
      if (next.kind === "hold") held++;
      else resent++;
      this.#store.update(row.id, this.#changeFor(row, next));
    }
    for (const row of this.#store.inState("queued")) {
      if (row.expiresAtMs > nowMs) continue;
      expired++;
      this.#store.update(row.id, expiredAt(nowMs));
    }
    return { resent, held, expired };
  }

  start(): void {
    this.#loop = this.#lookout.keep();
  }

  /** Something may be sent now. */
  wake(): void {
    if (this.#stop.signal.aborted || !this.#loop) return;
    if (this.#startLanes()) this.#lookout.stir();
  }

  /** The row once it came to an end, or to where a person must decide. */
  async whenSettled(id: string): Promise<OutboxRow> {
    const row = this.#store.find(id);
    if (row && row.state !== "queued" && row.state !== "sending") return row;
    return new Promise((resolve) => {
      this.#waiters.set(id, [...(this.#waiters.get(id) ?? []), resolve]);
    });
  }

  /** A person decides over a row that is held, failed or expired. False when there is none to decide over. */
  async resolve(id: string, decision: "resend" | "arrived" | "drop"): Promise<boolean> {
    const { clock, database, lifeMsOf } = this.#parts;
    const decided = await database.accept(() => {
      const row = this.#store.find(id);
      if (!row || !["unknown", "failed", "expired"].includes(row.state)) return false;
      const nowMs = clock.nowMs();
      if (decision !== "resend") {
        this.#store.update(id, { state: decision === "arrived" ? "sent" : "canceled", settledAtMs: nowMs });
        return true;
      }
      const mayBeDouble = row.mayBeDouble || row.state === "unknown";
      const expiresAtMs = nowMs + lifeMsOf(row.class);
      this.#store.update(id, { state: "queued", nextAttemptAtMs: nowMs, attempts: 0, mayBeDouble, expiresAtMs });
      return true;
    });
    this.wake();
    return decided;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all([...this.#busy.values(), this.#loop]);
  }

  #look(): boolean {
    try {
      return this.#startLanes();
    } catch (error) {
      this.#parts.log.error("outbox.failed", errorFields(error));
      return true;
    }
  }

  /** Whether anything waits or is on its way. */
  #startLanes(): boolean {
    const heads = this.#store.heads();
    for (const row of heads) {
      if (this.#busy.size >= sendingMax) break;
      if (!this.#busy.has(row.lane) && this.#isDue(row)) this.#run(row.lane);
    }
    return heads.length > 0;
  }

  #isDue(row: OutboxRow): boolean {
    const nowMs = this.#parts.clock.nowMs();
    if (row.state !== "queued") return false;
    if (row.expiresAtMs <= nowMs) return true;
    return isTime(row, nowMs) && this.#parts.linkOf(row.provider, row.accountId) !== undefined;
  }

  #run(lane: string): void {
    const work = this.#drain(lane)
      .catch((error: unknown) => this.#parts.log.error("outbox.failed", { lane: "", ...errorFields(error) }))
      .finally(() => {
        this.#busy.delete(lane);
        this.wake();
      });
    this.#busy.set(lane, work);
  }

  /** Sends what is due in a lane, one after the other. */
  async #drain(lane: string): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const row = this.#store.head(lane);
      if (!row || !this.#isDue(row)) return;
      if (row.expiresAtMs <= this.#parts.clock.nowMs()) await this.#settle(row, expiredAt(this.#parts.clock.nowMs()));
      else if (!(await this.#attempt(row))) return;
    }
  }

  /** One attempt. False when the lane has to wait. */
  async #attempt(row: OutboxRow): Promise<boolean> {
    const { clock, database, linkOf } = this.#parts;
    const link = linkOf(row.provider, row.accountId);
    if (!link) return false;
    const late = new AbortController();
    const signal = AbortSignal.any([late.signal, this.#stop.signal]);
    const over = new AbortController();
    void clock.sleep(attemptMs, AbortSignal.any([signal, over.signal])).then(
      () => late.abort(new Error(`no answer within ${attemptMs / 1000} seconds`)),
      () => undefined,
    );
    let ready = row;
    try {
      ready = this.#sender.asItIsSent(await this.#sender.prepare(row, signal));
      const found = await this.#sender.reconcile(ready, link, signal);
      if (found) return await this.#sent(ready, found);
      const { kind } = ready;
      const begun = { kind, attempts: row.attempts + 1, attemptAtMs: clock.nowMs() };
      if (!(await database.commit(() => this.#store.begin(row.id, begun)))) return true;
      failpoint("outbox.sending-stored");
      const ref = await this.#sender.send(ready, link, signal);
      failpoint("outbox.sent");
      return await this.#sent(ready, ref);
    } catch (error) {
      // The process stops: what is on its way is judged at the next start, like after a crash.
      if (this.#stop.signal.aborted) return false;
      return await this.#failed(ready, error);
    } finally {
      over.abort();
    }
  }

  async #sent(row: OutboxRow, ref: SentRef): Promise<boolean> {
    const { clock, sentBy } = this.#parts;
    const moved = ref.movedToPeerId === undefined ? {} : { peerId: ref.movedToPeerId };
    sentBy(row.provider, row.accountId);
    await this.#settle(row, { state: "sent", messageId: ref.messageId, settledAtMs: clock.nowMs(), ...moved });
    return true;
  }

  async #failed(row: OutboxRow, error: unknown): Promise<boolean> {
    const { random } = this.#parts;
    const next: AfterFailure =
      error instanceof MediaError && error.isPermanent
        ? { kind: "fail", error: error.message }
        : afterFailure(row, error, this.#rulesOf(row), random);
    this.#parts.log.warn("outbox.attempt-failed", { id: row.id, attempts: row.attempts + 1, next: next.kind });
    await this.#settle(row, { attempts: row.attempts + 1, ...this.#changeFor(row, next) });
    return next.kind === "hold" || next.kind === "fail";
  }

  #changeFor(row: OutboxRow, next: AfterFailure) {
    const nowMs = this.#parts.clock.nowMs();
    switch (next.kind) {
      case "hold":
        return { state: "unknown" as const, error: next.error, mayBeDouble: true };
      case "fail":
        return { state: "failed" as const, error: next.error, settledAtMs: nowMs };
      default: {
        const mayBeDouble = next.kind === "reconcile" || next.mayBeDouble || row.mayBeDouble;
        return { state: "queued" as const, nextAttemptAtMs: nowMs + next.delayMs, error: next.error, mayBeDouble };
      }
    }
  }

  /** Stores the change; when the row is settled, those who wait for it hear, and parts behind a failed one go. */
  async #settle(row: OutboxRow, change: Parameters<OutboxStore["update"]>[1]): Promise<void> {
    const { clock, database, settled } = this.#parts;
    await database.commit(() => {
      this.#store.update(row.id, change);
      if (change.state === "failed" && row.runId !== undefined) {
        this.#store.cancelRest(row.runId, row.lane, row.id, clock.nowMs());
      }
    });
    const after = this.#store.find(row.id)!;
    if (after.state === "queued" || after.state === "sending") return;
    for (const tell of this.#waiters.get(row.id) ?? []) tell(after);
    this.#waiters.delete(row.id);
    settled(after);
  }

  #rulesOf(row: OutboxRow) {
    const identity = this.#parts.canOf(row.provider)?.identity ?? "none";
    return { identity, ambiguous: this.#parts.ambiguousOf(row.provider, row.accountId) };
  }
}

function expiredAt(nowMs: number) {
  return { state: "expired" as const, settledAtMs: nowMs, error: "it could not be delivered within its life" };
}
