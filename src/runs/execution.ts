import {
  type AgentEngine,
  EngineError,
  type EngineEvent,
  type EngineTurn,
  type StepEnd,
  type TurnUsage,
  zeroTurnUsage,
} from "../engine/index.ts";
import { type Clock, errorFields, type Log, shorten, unreachable } from "../lib/index.ts";
import type { Sessions } from "../sessions/index.ts";
import type { Database } from "../storage/index.ts";
import { endTexts, type LiveRun } from "./live-run.ts";
import type { Run } from "./run.ts";
import { type RunBook, type Said, usageOf } from "./run-book.ts";
import type { RunJournal } from "./run-journal.ts";
import type { RunEnd } from "./runs.store.ts";

/** Characters of an engine's error that are kept and told. */
const errorCharsMax = 1024;
const bugText = "the engine failed; see the gateway's log";
/** Between what was said before and after a tool call. */
const stepBreak = "\n\n";

export type StopReason = "rpc" | "stop" | "timeout" | "shutdown" | "interrupt";

export interface ExecutionParts {
  readonly database: Database;
  readonly sessions: Sessions;
  readonly engine: AgentEngine;
  readonly clock: Clock;
  readonly log: Log;
  /** Messages that want to go into this run, each given once. Called inside the transaction that stores them. */
  readonly takeSteering: (run: Run) => readonly string[];
}

/** One run going through the engine: every event is on disk before the engine goes on. */
export class Execution {
  readonly #live: LiveRun;
  readonly #parts: ExecutionParts;
  readonly #book: RunBook;
  readonly #journal: RunJournal;
  #usage: TurnUsage = zeroTurnUsage;
  #model: string | undefined;
  #historyIds: readonly (string | undefined)[] = [];
  /** The last step without tool calls, which the end of the run stores. */
  #lastStep: StepEnd | undefined;
  #tailFrom = 0;
  #needsBreak = false;

  constructor(live: LiveRun, parts: ExecutionParts, book: RunBook, journal: RunJournal) {
    this.#live = live;
    this.#parts = parts;
    this.#book = book;
    this.#journal = journal;
  }

  /** What it said, for the end of the run. */
  get said(): Said {
    return { text: this.#live.text, tail: this.#live.text.slice(this.#tailFrom), lastStep: this.#lastStep };
  }

  /** Runs the engine to its end. Undefined when the process stops and the run is to start anew. */
  async run(): Promise<RunEnd | undefined> {
    const { clock, engine, log } = this.#parts;
    const live = this.#live;
    const { signal } = live.abort;
    const over = new AbortController();
    void clock.sleep(live.run.timeoutMs, AbortSignal.any([signal, over.signal])).then(
      () => live.abort.abort("timeout" satisfies StopReason),
      () => undefined,
    );
    try {
      for await (const event of engine.run(await this.#turn(), signal)) await this.#take(event);
      return this.#endOf(undefined);
    } catch (error) {
      if (signal.aborted) return this.#endOf(undefined);
      if (!(error instanceof EngineError)) log.error("run.failed", { runId: live.run.id, ...errorFields(error) });
      else log.warn("run.refused", { runId: live.run.id, failure: error.failure, ...errorFields(error) });
      return this.#endOf(
        error instanceof EngineError ? shorten(error.message, errorCharsMax) || endTexts.error : bugText,
      );
    } finally {
      over.abort();
    }
  }

  async #turn(): Promise<EngineTurn> {
    const { turn, historyIds, saidBefore } = await this.#book.turnOf(this.#live.run);
    this.#historyIds = historyIds;
    this.#live.resume(saidBefore);
    this.#tailFrom = saidBefore.length;
    this.#needsBreak = saidBefore !== "";
    return { ...turn, steering: () => this.#steer() };
  }

  async #take(event: EngineEvent): Promise<void> {
    const { run } = this.#live;
    switch (event.kind) {
      case "text":
        return this.#say(event.delta);
      case "reasoning":
        return this.#live.addReasoning(event.delta);
      case "step":
        return this.#endStep(event.step);
      case "tool-start":
        await this.#commit(() => this.#journal.startCall(run, event.step, event.call, event.effect));
        return this.#live.toolStarted(event.call);
      case "tool-end":
        await this.#commit(() => this.#journal.endCall(run, event.result));
        return this.#live.toolEnded(event.result);
      case "compaction":
        return this.#compact(event.summary, event.keep);
      case "end":
        this.#usage = event.usage;
        this.#model = event.model && `${event.model.provider}/${event.model.model}`;
        return;
      default:
        return unreachable(event);
    }
  }

  #say(delta: string): void {
    if (this.#live.abort.signal.aborted || delta === "") return;
    const breaks = this.#needsBreak && this.#live.text !== "";
    this.#needsBreak = false;
    if (breaks) {
      this.#live.addText(stepBreak);
      this.#tailFrom = this.#live.text.length;
      // An engine may have put the break there itself.
      if (delta === stepBreak) return;
    }
    this.#live.addText(delta);
  }

  async #endStep(step: StepEnd): Promise<void> {
    this.#model = `${step.model.provider}/${step.model.model}`;
    if (step.toolCalls.length === 0) {
      this.#lastStep = step;
      return;
    }
    await this.#commit(() => this.#journal.addStep(this.#live.run, step));
    this.#stepStored();
  }

  #stepStored(): void {
    this.#lastStep = undefined;
    this.#tailFrom = this.#live.text.length;
    this.#needsBreak = true;
  }

  async #steer(): Promise<readonly string[]> {
    const { run } = this.#live;
    const step = this.#lastStep;
    const texts = await this.#parts.database.commit(() => {
      const taken = this.#parts.takeSteering(run);
      if (taken.length > 0 && step) this.#journal.addStep(run, step);
      for (const text of taken) this.#journal.addSteering(run, text);
      return taken;
    });
    if (texts.length > 0 && step) this.#stepStored();
    return texts;
  }

  async #compact(summary: string, keep: number): Promise<void> {
    const { run } = this.#live;
    const gone = this.#historyIds.slice(0, Math.max(0, this.#historyIds.length - keep));
    const ids = gone.filter((id) => id !== undefined);
    await this.#commit(() => this.#parts.sessions.summarise(run.sessionKey, ids, summary));
    this.#historyIds = [undefined, ...this.#historyIds.slice(gone.length)];
    this.#live.compacted();
  }

  async #commit(work: () => void): Promise<void> {
    await this.#parts.database.commit(work);
  }

  #endOf(error: string | undefined): RunEnd | undefined {
    const { signal } = this.#live.abort;
    const reason = signal.aborted ? (signal.reason as StopReason) : undefined;
    if (reason === "shutdown") return undefined;
    const base = {
      endedAtMs: this.#parts.clock.nowMs(),
      usage: usageOf(this.#usage),
      resultText: this.#live.text,
      model: this.#model,
    };
    if (error !== undefined) return { ...base, state: "error", stopReason: "error", error };
    if (reason === "timeout") return { ...base, state: "timeout", stopReason: "timeout", error: endTexts.timeout };
    if (reason !== undefined) return { ...base, state: "aborted", stopReason: reason, error: undefined };
    return { ...base, state: "ok", stopReason: "stop", error: undefined };
  }
}
