import type { Idempotency } from "../idempotency/index.ts";
import { errorFields, failpoint, type LaneLimits, Lanes } from "../lib/index.ts";
import { type Publish, unavailable } from "../protocol/index.ts";
import type { SessionKey } from "../sessions/index.ts";
import { Execution, type ExecutionParts, type StopReason } from "./execution.ts";
import { LiveRun, type LiveRunParts, type RunSignal } from "./live-run.ts";
import { hasEnded, type Run, type RunId } from "./run.ts";
import { type Accepted, type NewRun, reasonToGiveUp, RunBook, type RunReplies, type RunRequest } from "./run-book.ts";
import { RunJournal } from "./run-journal.ts";
import type { runEvents } from "./runs.events.ts";
import { RunStore } from "./runs.store.ts";

/** Runs that may wait in one session. */
export const waitingRunsMax = 64;

export interface RunsParts extends ExecutionParts {
  readonly idempotency: Idempotency;
  readonly replies: RunReplies;
  readonly bootId: string;
  /** Runs at the same moment; read whenever one may start. */
  readonly limits: LaneLimits;
  readonly publish: Publish<typeof runEvents>;
  readonly signal: (signal: RunSignal) => void;
}

const nothingSaid = { text: "", tail: "", lastStep: undefined };

/** Stands in the history in place of the answer, so that the person knows. */
export const interruptedAnswer = "This answer was cut by a restart of the gateway. Please ask again.";
/** When a client may try again that came while the gateway stops. */
const comeBackMs = 2_000;

/** Those who wait for the end of one run, which may not be there yet. */
interface Waiter extends PromiseWithResolvers<Run> {
  count: number;
}

/** Accepts, runs, aborts and remembers. Accepted means on disk; ended means on disk before anyone hears of it. */
export class Runs {
  readonly #parts: RunsParts;
  readonly #store: RunStore;
  readonly #journal: RunJournal;
  readonly #book: RunBook;
  readonly #liveParts: LiveRunParts;
  readonly #lanes: Lanes;
  readonly #live = new Map<RunId, LiveRun>();
  readonly #waiters = new Map<string, Waiter>();
  #isStopping = false;
  #recovered: readonly Run[] = [];
  #unknownCalls = 0;

  constructor(parts: RunsParts) {
    this.#parts = parts;
    this.#store = new RunStore(parts.database, parts.bootId);
    this.#journal = new RunJournal(parts);
    this.#book = new RunBook(parts, this.#store, this.#journal);
    this.#liveParts = { ...parts, tellingOf: (run) => this.#tellingOf(run) };
    this.#lanes = new Lanes(parts.limits);
  }

  get activeCount(): number {
    return this.#live.size;
  }

  /** Resolves once the run, the person's message and the idempotency key are on disk; UNAVAILABLE when they are not. */
  async accept(request: RunRequest): Promise<Accepted> {
    const accepted = await this.#parts.database.accept(() =>
      this.#book.accept(request, () => this.#refuseMore(request.sessionKey)),
    );
    if (!accepted.isRepeat) this.#enter(accepted.run);
    return accepted;
  }

  /** A run of the house's own. Call it inside the transaction that it belongs to, and `enter` it afterwards. */
  add(wanted: NewRun): Run {
    return this.#book.add(wanted);
  }

  /** Queues a run that was added. */
  enter(run: Run): void {
    this.#enter(run);
  }

  /** What runs in the session now. */
  running(sessionKey: SessionKey): Run | undefined {
    for (const { run } of this.#live.values()) if (run.sessionKey === sessionKey) return run;
    return undefined;
  }

  /** Whether anything of the session runs or waits. */
  isBusy(sessionKey: SessionKey): boolean {
    return this.#store.isOpen(sessionKey);
  }

  find(runId: string): Run | undefined {
    return this.#store.find(runId);
  }

  /** The run once it has ended. */
  async ended(run: Run): Promise<Run> {
    const now = this.#store.find(run.id) ?? run;
    return hasEnded(now) ? now : this.#waitForEnd(run.id, undefined);
  }

  /** The ended run, or undefined when it has not ended in time. A run that is not there yet may still come. */
  async wait(runId: string, timeoutMs: number, signal: AbortSignal): Promise<Run | undefined> {
    const run = this.#store.find(runId);
    if (run && hasEnded(run)) return run;
    if (timeoutMs === 0) return undefined;
    const stop = new AbortController();
    const expired = this.#parts.clock.sleep(timeoutMs, AbortSignal.any([signal, stop.signal])).then(
      () => undefined,
      () => undefined,
    );
    try {
      return await this.#waitForEnd(runId, expired);
    } finally {
      stop.abort();
    }
  }

  /** Ends the session's runs, or one of them; ids of those that it reached. Queued ones never start. */
  async abort(sessionKey: SessionKey, runId: string | undefined, reason: StopReason): Promise<RunId[]> {
    const reached = this.#store.openOf(sessionKey).filter((run) => runId === undefined || run.id === runId);
    for (const run of reached.toReversed()) {
      const live = this.#live.get(run.id);
      if (live) live.abort.abort(reason);
      else await this.#endUnstarted(run, reason);
    }
    return reached.map((run) => run.id);
  }

  async stopSession(key: SessionKey, waitMs: number): Promise<boolean> {
    const open = this.#store.openOf(key);
    const ends = open.map((run) => this.ended(run));
    await this.abort(key, undefined, "rpc");
    const stop = new AbortController();
    const late = this.#parts.clock.sleep(waitMs, stop.signal).then(
      () => false,
      () => true,
    );
    const done = await Promise.race([Promise.all(ends).then(() => true), late]);
    stop.abort();
    return done;
  }

  /** Takes up what a crash or a stop left: runs start anew from what is on disk, until they were tried too often. */
  recover(): { readonly resumed: number; readonly interrupted: number; readonly unknownCalls: number } {
    const nowMs = this.#parts.clock.nowMs();
    const { resumed, interrupted } = this.#parts.database.transaction(() => {
      const given = this.#store.open().map((run) => ({ run, reason: reasonToGiveUp(run, nowMs) }));
      for (const { run, reason } of given) {
        this.#unknownCalls += this.#journal.settleOpenCalls(run);
        if (reason !== undefined) this.#giveUp(run, reason);
        else if (run.state === "running") this.#store.requeue(run);
      }
      const kept = given.flatMap(({ run, reason }) => (reason === undefined ? [run] : []));
      return { resumed: kept, interrupted: given.length - kept.length };
    });
    this.#recovered = resumed;
    return { resumed: resumed.length, interrupted, unknownCalls: this.#unknownCalls };
  }

  /** Forgets runs that ended long ago. Call it inside a transaction. */
  sweep(beforeMs: number, limit: number): number {
    return this.#store.sweep(beforeMs, limit);
  }

  /** Starts what `recover` found. */
  resume(): void {
    for (const run of this.#recovered) this.#enter(run);
    this.#recovered = [];
  }

  /** Takes nothing new on, lets runs end within the budget, and puts the rest back in the queue for the next start. */
  async drain(budgetMs: number): Promise<void> {
    this.#isStopping = true;
    const stop = new AbortController();
    const late = this.#parts.clock.sleep(budgetMs, stop.signal).catch(() => undefined);
    await Promise.race([this.#lanes.whenIdle(), late]);
    stop.abort();
    for (const live of this.#live.values()) live.abort.abort("shutdown" satisfies StopReason);
    await this.#lanes.whenIdle();
  }

  async #waitForEnd<T extends Run | undefined>(runId: string, expired: Promise<T> | undefined): Promise<Run | T> {
    const waiter = this.#waiters.get(runId) ?? { ...Promise.withResolvers<Run>(), count: 0 };
    this.#waiters.set(runId, waiter);
    waiter.count++;
    try {
      return await (expired ? Promise.race([waiter.promise, expired]) : waiter.promise);
    } finally {
      if (--waiter.count === 0 && this.#waiters.get(runId) === waiter) this.#waiters.delete(runId);
    }
  }

  #refuseMore(sessionKey: SessionKey): void {
    if (this.#isStopping) {
      throw unavailable("the gateway is stopping; try again when it is back", { retryAfterMs: comeBackMs });
    }
    if (this.#store.queuedCount(sessionKey) >= waitingRunsMax) {
      throw unavailable(`session ${sessionKey} has ${waitingRunsMax} runs waiting; wait or abort some`);
    }
  }

  #enter(run: Run): void {
    this.#lanes.enter(run.sessionKey, () => this.#execute(run.id).catch((error: unknown) => this.#lost(run, error)));
  }

  async #execute(runId: RunId): Promise<void> {
    const { database, sessions, clock } = this.#parts;
    if (this.#isStopping) return;
    const run = await database.commit(() => {
      const queued = this.#store.find(runId);
      if (queued?.state !== "queued") return undefined;
      return this.#store.start(queued, clock.nowMs(), sessions.systemEvents.take(queued.sessionKey));
    });
    if (!run) return;
    const live = new LiveRun(run, this.#liveParts);
    this.#live.set(runId, live);
    try {
      live.started();
      const execution = new Execution(live, this.#parts, this.#book, this.#journal);
      const end = await execution.run();
      if (end === undefined) return await this.#putBack(live);
      const ended = await database.commit(() => this.#book.finish(run, end, execution.said));
      failpoint("run.stored");
      this.#live.delete(runId);
      live.ended(ended);
      this.#settle(ended);
    } finally {
      this.#live.delete(runId);
    }
  }

  async #endUnstarted(run: Run, stopReason: StopReason): Promise<void> {
    const end = this.#book.endWithout("aborted", stopReason);
    const ended = await this.#parts.database.commit(() => {
      const current = this.#store.find(run.id);
      return current?.state === "queued" ? this.#book.finish(current, end, nothingSaid) : undefined;
    });
    if (!ended) return this.#live.get(run.id)?.abort.abort(stopReason);
    new LiveRun(ended, this.#liveParts).ended(ended);
    this.#settle(ended);
  }

  async #putBack(live: LiveRun): Promise<void> {
    live.silence();
    await this.#parts.database.commit(() => {
      this.#journal.settleOpenCalls(live.run);
      this.#store.requeueUncounted(live.run);
    });
    this.#parts.log.info("run.put-back", { runId: live.run.id });
  }

  #giveUp(run: Run, reason: string): void {
    const end = this.#book.endWithout("interrupted", "interrupted", reason);
    this.#book.finish(run, end, { text: interruptedAnswer, tail: interruptedAnswer, lastStep: undefined });
  }

  #tellingOf(run: Run) {
    const settings = this.#parts.sessions.find(run.sessionKey)?.settings;
    const tools = settings?.verboseLevel === "on" || settings?.verboseLevel === "full";
    return { tools, reasoning: settings?.reasoningLevel === "stream" };
  }

  #settle(run: Run): void {
    this.#waiters.get(run.id)?.resolve(run);
    this.#waiters.delete(run.id);
    const durationMs = (run.endedAtMs ?? 0) - run.acceptedAtMs;
    this.#parts.log.info("run.ended", {
      runId: run.id,
      sessionKey: run.sessionKey,
      state: run.state,
      durationMs,
      chars: run.resultText?.length ?? 0,
    });
  }

  /** The store refused: nobody may hear of an end that is not on disk. The run is taken up at the next start. */
  #lost(run: Run, error: unknown): void {
    this.#parts.log.error("run.lost", { runId: run.id, ...errorFields(error) });
    this.#waiters
      .get(run.id)
      ?.reject(unavailable("the run's end could not be stored; it starts anew when the gateway does"));
    this.#waiters.delete(run.id);
    this.#freeSession(run);
  }

  /** A run that stays `running` would keep its session's other runs from starting. */
  #freeSession({ id }: Run): void {
    const { database, log } = this.#parts;
    const putBack = database.commit(() => {
      const stuck = this.#store.find(id);
      if (stuck?.state === "running") this.#store.requeue(stuck);
    });
    void putBack.catch((error: unknown) => log.error("run.stuck", { runId: id, ...errorFields(error) }));
  }
}
