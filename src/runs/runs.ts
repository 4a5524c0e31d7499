import { type AgentEngine, EngineError, type TurnUsage, zeroTurnUsage } from "../engine/index.ts";
import type { Idempotency, RequestIdentity } from "../idempotency/index.ts";
import { type Clock, errorFields, Lanes, type Log } from "../lib/index.ts";
import { conflict, type Publish, unavailable } from "../protocol/index.ts";
import {
  type ImageAttachment,
  noUsage,
  type SessionKey,
  type Sessions,
  type StoredBlock,
  type StoredMessage,
  textOf,
  type Usage,
} from "../sessions/index.ts";
import type { Database } from "../storage/index.ts";
import { endTexts, LiveRun, type RunSignal } from "./live-run.ts";
import { attemptsMax, hasEnded, type Run, type RunId, type RunInput } from "./run.ts";
import type { runEvents } from "./runs.events.ts";
import { type RunEnd, RunStore } from "./runs.store.ts";

/** Runs that may wait in one session. */
export const waitingRunsMax = 64;
/** Earlier messages that an engine gets. */
const historyMax = 200;

export interface RunsParts {
  readonly database: Database;
  readonly sessions: Sessions;
  readonly idempotency: Idempotency;
  readonly engine: AgentEngine;
  readonly clock: Clock;
  readonly log: Log;
  readonly bootId: string;
  readonly runsMax: number;
  readonly publish: Publish<typeof runEvents>;
  readonly signal: (signal: RunSignal) => void;
}

export interface RunRequest {
  readonly identity: RequestIdentity;
  readonly source: Run["source"];
  readonly sessionKey: SessionKey;
  readonly input: RunInput;
  readonly images: readonly ImageAttachment[];
  readonly timeoutMs: number;
  /** Set on the session when the run is accepted. */
  readonly label?: string | undefined;
}

/** A run that was taken on, or the one that the same request started before. */
export interface Accepted {
  readonly run: Run;
  readonly isRepeat: boolean;
}

type StopReason = "rpc" | "stop" | "timeout" | "shutdown";

/** Accepts, runs, aborts and remembers. Accepted means on disk; ended means on disk before anyone hears of it. */
export class Runs {
  readonly #parts: RunsParts;
  readonly #store: RunStore;
  readonly #lanes: Lanes;
  readonly #live = new Map<RunId, LiveRun>();
  readonly #waiters = new Map<RunId, PromiseWithResolvers<Run>>();
  #isStopping = false;

  constructor(parts: RunsParts) {
    this.#parts = parts;
    this.#store = new RunStore(parts.database, parts.bootId);
    this.#lanes = new Lanes({ runningMax: parts.runsMax, waitingMax: waitingRunsMax });
  }

  get activeCount(): number {
    return this.#live.size;
  }

  /** Resolves once the run, the person's message and the idempotency key are on disk. */
  async accept(request: RunRequest): Promise<Accepted> {
    const accepted = await this.#parts.database.commit(() => this.#acceptInTransaction(request));
    if (!accepted.isRepeat) this.#enter(accepted.run);
    return accepted;
  }

  find(runId: string): Run | undefined {
    return this.#store.find(runId);
  }

  /** The run once it has ended. */
  async ended(run: Run): Promise<Run> {
    const now = this.#store.find(run.id) ?? run;
    if (hasEnded(now)) return now;
    const waiter = this.#waiters.get(run.id) ?? Promise.withResolvers<Run>();
    this.#waiters.set(run.id, waiter);
    return waiter.promise;
  }

  /** The ended run, or undefined when it has not ended in time or there is none. */
  async wait(runId: string, timeoutMs: number, signal: AbortSignal): Promise<Run | undefined> {
    const run = this.#store.find(runId);
    if (!run || hasEnded(run) || timeoutMs === 0) return run && hasEnded(run) ? run : undefined;
    const stop = new AbortController();
    const over = AbortSignal.any([signal, stop.signal]);
    const expired = this.#parts.clock.sleep(timeoutMs, over).catch(() => undefined);
    try {
      return await Promise.race([this.ended(run), expired.then(() => undefined)]);
    } finally {
      stop.abort();
    }
  }

  /** Ends the session's runs, or one of them; ids of those that it reached. Queued ones never start. */
  async abort(sessionKey: SessionKey, runId: string | undefined, reason: StopReason): Promise<RunId[]> {
    const reached = this.#store
      .open()
      .filter((run) => run.sessionKey === sessionKey && (runId === undefined || run.id === runId));
    for (const run of reached.toReversed()) {
      const live = this.#live.get(run.id);
      if (live) live.abort.abort(reason);
      else await this.#endUnstarted(run, reason);
    }
    return reached.map((run) => run.id);
  }

  async stopSession(key: SessionKey, waitMs: number): Promise<boolean> {
    const open = this.#store.open().filter((run) => run.sessionKey === key);
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
  recover(): { readonly resumed: number; readonly interrupted: number } {
    const { resumed, interrupted } = this.#parts.database.transaction(() => {
      const open = this.#store.open();
      const worn = open.filter((run) => run.state === "running" && run.attempt >= attemptsMax);
      for (const run of worn) this.#finish(run, this.#interruption(), []);
      const rest = open.filter((run) => !worn.includes(run));
      for (const run of rest) if (run.state === "running") this.#store.requeue(run);
      return { resumed: rest, interrupted: worn };
    });
    for (const run of resumed) this.#enter(run);
    return { resumed: resumed.length, interrupted: interrupted.length };
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

  #acceptInTransaction(request: RunRequest): Accepted {
    const { identity, sessionKey } = request;
    const earlier = this.#parts.idempotency.find(identity);
    if (earlier !== undefined) return { run: this.#store.find(earlier)!, isRepeat: true };
    if (this.#isStopping)
      throw unavailable("the gateway is stopping; try again when it is back", { retryAfterMs: 2000 });
    if (this.#store.find(identity.key))
      throw conflict("idempotencyKey names a run of another client; choose a new key");
    if (this.#lanes.isFull(sessionKey))
      throw unavailable(`session ${sessionKey} has ${waitingRunsMax} runs waiting; wait or abort some`);
    const session = this.#parts.sessions.ensure(sessionKey);
    if (request.label !== undefined) this.#parts.sessions.patch(sessionKey, { label: request.label });
    const run: Run = {
      id: identity.key as RunId,
      sessionKey,
      sessionId: session.sessionId,
      agentId: session.agentId,
      source: request.source,
      principal: identity.principal,
      state: "queued",
      attempt: 0,
      input: request.input,
      timeoutMs: request.timeoutMs,
      acceptedAtMs: this.#parts.clock.nowMs(),
      startedAtMs: undefined,
      endedAtMs: undefined,
      stopReason: undefined,
      error: undefined,
      usage: undefined,
      resultText: undefined,
    };
    this.#store.insert(run);
    this.#parts.sessions.transcript.append(session, this.#userMessage(run, request.images));
    this.#parts.idempotency.remember(identity, run.id);
    return { run, isRepeat: false };
  }

  #userMessage(run: Run, images: readonly ImageAttachment[]): StoredMessage {
    const text: StoredBlock[] = run.input.text === "" ? [] : [{ type: "text", text: run.input.text }];
    const pictures = images.map(({ bytes, mimeType }): StoredBlock => {
      return { type: "image", sha256: this.#parts.sessions.media.put(bytes), mimeType, bytes: bytes.length };
    });
    return { role: "user", content: [...text, ...pictures], timestamp: run.acceptedAtMs, runId: run.id };
  }

  #enter(run: Run): void {
    this.#lanes.enter(run.sessionKey, () => this.#execute(run.id).catch((error: unknown) => this.#lost(run, error)));
  }

  async #execute(runId: RunId): Promise<void> {
    const { database, clock } = this.#parts;
    const queued = this.#store.find(runId);
    if (queued?.state !== "queued" || this.#isStopping) return;
    const run = await database.commit(() => this.#store.start(queued, clock.nowMs()));
    const live = new LiveRun(run, this.#parts);
    this.#live.set(runId, live);
    try {
      live.started();
      const end = await this.#think(live);
      if (end === undefined) return await this.#putBack(live);
      const ended = await database.commit(() => this.#finish(run, end, [live.text]));
      live.ended(ended);
      this.#settle(ended);
    } finally {
      this.#live.delete(runId);
    }
  }

  /** Runs the engine to its end. Undefined when the process stops and the run is to start anew. */
  async #think(live: LiveRun): Promise<RunEnd | undefined> {
    const { clock, engine, log } = this.#parts;
    const { signal } = live.abort;
    const over = new AbortController();
    void clock.sleep(live.run.timeoutMs, AbortSignal.any([signal, over.signal])).then(
      () => live.abort.abort("timeout" satisfies StopReason),
      () => undefined,
    );
    let usage = zeroTurnUsage;
    try {
      for await (const event of engine.run(this.#turnOf(live.run), signal)) {
        if (event.kind === "end") usage = event.usage;
        else if (!signal.aborted) live.addText(event.delta);
      }
      return this.#endOf(live, usage, undefined);
    } catch (error) {
      if (signal.aborted) return this.#endOf(live, usage, undefined);
      if (!(error instanceof EngineError)) log.error("run.failed", { runId: live.run.id, ...errorFields(error) });
      return this.#endOf(
        live,
        usage,
        error instanceof EngineError ? error.message : "the engine failed; see the gateway's log",
      );
    } finally {
      over.abort();
    }
  }

  #endOf(live: LiveRun, turnUsage: TurnUsage, error: string | undefined): RunEnd | undefined {
    const reason = live.abort.signal.aborted ? (live.abort.signal.reason as StopReason) : undefined;
    if (reason === "shutdown") return undefined;
    const usage = usageOf(turnUsage);
    const base = { endedAtMs: this.#parts.clock.nowMs(), usage, resultText: live.text };
    if (error !== undefined) return { ...base, state: "error", stopReason: "error", error };
    if (reason === "timeout") return { ...base, state: "timeout", stopReason: "timeout", error: endTexts.timeout };
    if (reason !== undefined) return { ...base, state: "aborted", stopReason: reason, error: undefined };
    return { ...base, state: "ok", stopReason: "stop", error: undefined };
  }

  #turnOf(run: Run) {
    const { sessions } = this.#parts;
    const notices = sessions.systemEvents.take(run.sessionKey).map((notice) => `System: ${notice}`);
    const past = sessions.transcript.recent(run.sessionId, historyMax).filter(({ runId }) => runId !== run.id);
    return {
      runId: run.id,
      agentId: run.agentId,
      sessionKey: run.sessionKey,
      prompt: [...notices, run.input.text].join("\n"),
      imageCount: run.input.imageCount,
      history: past.map((message) => ({ role: message.role, text: textOf(message) })),
      thinkingLevel: run.input.thinkingLevel,
    };
  }

  /** The run's end and the answer, in the caller's transaction. */
  #finish(run: Run, end: RunEnd, texts: readonly string[]): Run {
    const { sessions, engine } = this.#parts;
    const ended = this.#store.end(run, end);
    const content = texts.filter((text) => text !== "").map((text): StoredBlock => ({ type: "text", text }));
    if (sessions.find(run.sessionKey) && content.length > 0) {
      sessions.transcript.append(
        { key: run.sessionKey, sessionId: run.sessionId },
        {
          role: "assistant",
          content,
          timestamp: end.endedAtMs,
          runId: run.id,
          stopReason: end.stopReason,
          ...engine.model,
          usage: end.usage,
        },
      );
    }
    sessions.addUsage(run.sessionKey, end.usage, end.state === "aborted");
    return ended;
  }

  #interruption(): RunEnd {
    const endedAtMs = this.#parts.clock.nowMs();
    return {
      state: "interrupted",
      stopReason: "interrupted",
      endedAtMs,
      error: endTexts.interrupted,
      usage: noUsage,
      resultText: "",
    };
  }

  async #endUnstarted(run: Run, stopReason: StopReason): Promise<void> {
    const endedAtMs = this.#parts.clock.nowMs();
    const end: RunEnd = { state: "aborted", stopReason, endedAtMs, error: undefined, usage: noUsage, resultText: "" };
    const ended = await this.#parts.database.commit(() => {
      const current = this.#store.find(run.id);
      return current?.state === "queued" ? this.#finish(current, end, []) : undefined;
    });
    if (!ended) return this.#live.get(run.id)?.abort.abort(stopReason);
    new LiveRun(ended, this.#parts).ended(ended);
    this.#settle(ended);
  }

  async #putBack(live: LiveRun): Promise<void> {
    live.silence();
    await this.#parts.database.commit(() => this.#store.requeueUncounted(live.run));
    this.#parts.log.info("run.put-back", { runId: live.run.id });
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
  }
}

function usageOf({ input, output, cacheRead, cacheWrite }: TurnUsage): Usage {
  return { ...noUsage, input, output, cacheRead, cacheWrite, totalTokens: input + output + cacheRead + cacheWrite };
}
