import type { AgentEngine, EngineTurn, StepEnd, TurnUsage } from "../engine/index.ts";
import type { Idempotency, RequestIdentity } from "../idempotency/index.ts";
import type { Clock } from "../lib/index.ts";
import { conflict } from "../protocol/index.ts";
import {
  type StoredImage,
  noUsage,
  type SessionKey,
  type Sessions,
  type StoredBlock,
  type StoredMessage,
  textOf,
  type Usage,
} from "../sessions/index.ts";
import { endTexts } from "./live-run.ts";
import { asPast, pastOf } from "./past.ts";
import { attemptsMax, modelRefOf, type Run, type RunDelivery, type RunId, type RunInput } from "./run.ts";
import type { RunJournal } from "./run-journal.ts";
import type { RunEnd, RunStore } from "./runs.store.ts";

/** What runs read from and leave in the store. Everything here happens inside the caller's transaction. */

/** Entries of the past that an engine gets, steps and tool outcomes included. */
const historyMax = 400;

export interface AskedTurn {
  readonly turn: EngineTurn;
  /** The ids of the history's entries, in their order. */
  readonly historyIds: readonly (string | undefined)[];
  /** What an earlier attempt said in the steps that it committed. */
  readonly saidBefore: string;
}

export interface NewRun {
  readonly id: RunId;
  readonly principal: string;
  readonly source: Run["source"];
  readonly sessionKey: SessionKey;
  readonly input: RunInput;
  /** They lie in the media store already. */
  readonly images: readonly StoredImage[];
  readonly timeoutMs: number;
  readonly delivery?: RunDelivery | undefined;
  /** What the transcript shows as said, where it differs from what the engine gets. */
  readonly saidText?: string | undefined;
  /** Set on the session when the run is accepted. */
  readonly label?: string | undefined;
}

export interface RunRequest extends Omit<NewRun, "id" | "principal"> {
  readonly identity: RequestIdentity;
  /** Work of the caller in the transaction that takes the run on. */
  readonly also?: ((run: Run) => void) | undefined;
}

/** A run that was taken on, or the one that the same request started before. */
export interface Accepted {
  readonly run: Run;
  readonly isRepeat: boolean;
}

/** Who is told of an end inside the transaction that stores it; lent by those who deliver replies. */
export interface RunReplies {
  /** `text` is all that the run said; it may be empty. */
  ended(run: Run, text: string): void;
}

export interface RunBookParts {
  readonly sessions: Sessions;
  readonly idempotency: Idempotency;
  readonly engine: Pick<AgentEngine, "model">;
  readonly clock: Pick<Clock, "nowMs">;
  readonly replies: RunReplies;
}

/** What the end of a run leaves besides its row. */
export interface Said {
  /** All visible text. */
  readonly text: string;
  /** The part of it behind the last stored step. */
  readonly tail: string;
  /** The last step, when it is not stored yet. */
  readonly lastStep: StepEnd | undefined;
}

export class RunBook {
  readonly #parts: RunBookParts;
  readonly #store: RunStore;
  readonly #journal: RunJournal;

  constructor(parts: RunBookParts, store: RunStore, journal: RunJournal) {
    this.#parts = parts;
    this.#store = store;
    this.#journal = journal;
  }

  /** The run, the person's message and the idempotency key, together. `mayStart` throws when nothing new is taken. */
  accept(request: RunRequest, mayStart: () => void): Accepted {
    const { identity } = request;
    const { idempotency } = this.#parts;
    const earlier = idempotency.find(identity);
    if (earlier !== undefined) return { run: this.#store.find(earlier)!, isRepeat: true };
    mayStart();
    if (this.#store.find(identity.key)) {
      throw conflict("idempotencyKey names a run of another request; choose a new key");
    }
    const run = this.add({ ...request, id: identity.key as RunId, principal: identity.principal });
    idempotency.remember(identity, run.id);
    request.also?.(run);
    return { run, isRepeat: false };
  }

  /** A queued run and what was said to start it. */
  add(wanted: NewRun): Run {
    const { sessions } = this.#parts;
    const session = sessions.ensure(wanted.sessionKey);
    if (wanted.label !== undefined) sessions.patch(wanted.sessionKey, { label: wanted.label });
    const run = this.#newRun(wanted, session);
    this.#store.insert(run);
    sessions.transcript.append(session, this.#userMessage(run, wanted));
    return run;
  }

  /** The run's end, its answer, and what is to be delivered of it. A session that was deleted meanwhile gets none. */
  finish(run: Run, end: RunEnd, said: Said): Run {
    const { sessions, replies } = this.#parts;
    if (said.lastStep) this.#journal.addUsage(run, said.lastStep);
    const stored = this.#journal.usageOf(run);
    const usage = stored ? { ...usageOf(stored.usage), cost: { ...noCost, total: stored.costUsd } } : end.usage;
    const ended = this.#store.end(run, { ...end, usage });
    if (said.text !== "" && sessions.find(run.sessionKey)) {
      sessions.transcript.append(
        { key: run.sessionKey, sessionId: run.sessionId },
        {
          role: "assistant",
          content: [{ type: "text", text: said.text }],
          timestamp: end.endedAtMs,
          runId: run.id,
          stopReason: end.stopReason,
          ...this.#modelOf(end),
          usage,
          ...(said.tail !== said.text && { tail: said.tail }),
        },
      );
    }
    sessions.addUsage(run.sessionKey, usage, end.state === "aborted");
    replies.ended(ended, said.text);
    return ended;
  }

  /** What the engine is asked, and with it what concerns the run alone. */
  async turnOf(run: Run): Promise<AskedTurn> {
    const { sessions } = this.#parts;
    const entries = await sessions.transcript.past(run.sessionId, historyMax);
    const session = sessions.find(run.sessionKey);
    const notices = (run.input.notices ?? []).map((notice) => `System: ${notice}`);
    const open = new Set<string>(this.#store.openOf(run.sessionKey).map(({ id }) => id));
    const past = pastOf(entries, open);
    const { own, done, text } = this.#journal.doneBy(run);
    const asked = own && asPast(own, sessions.media);
    const { modelProvider, model } = session?.settings ?? {};
    const { delivery, input } = run;
    const summary = session?.summary === undefined ? [] : [{ role: "user" as const, text: session.summary }];
    const turn: EngineTurn = {
      runId: run.id,
      agentId: run.agentId,
      sessionKey: run.sessionKey,
      prompt: [...notices, input.text].join("\n"),
      ...(own && { said: textOf(own) }),
      imageCount: input.imageCount,
      ...(asked?.role === "user" && asked.images && { images: asked.images }),
      history: [...summary, ...past.map(({ message }) => asPast(message, sessions.media))],
      done,
      thinkingLevel: input.thinkingLevel ?? session?.settings.thinkingLevel,
      ...(model !== undefined && { model: modelProvider === undefined ? model : `${modelProvider}/${model}` }),
      ...(input.model !== undefined && { model: input.model }),
      ...(input.extraSystemPrompt !== undefined && { extraSystemPrompt: input.extraSystemPrompt }),
      ...(delivery && { origin: delivery, isOwner: delivery.isOwner }),
      ...(input.isOwner === false && { isOwner: false }),
    };
    return { turn, historyIds: [...summary.map(() => undefined), ...past.map(({ id }) => id)], saidBefore: text };
  }

  /** The end of a run without an answer. */
  endWithout(state: "aborted" | "interrupted", stopReason: string, error?: string): RunEnd {
    return { state, stopReason, endedAtMs: this.#parts.clock.nowMs(), error, usage: noUsage, resultText: "" };
  }

  #modelOf({ model }: RunEnd): { readonly provider: string; readonly model: string } {
    return modelRefOf(model) ?? { ...this.#parts.engine.model };
  }

  #newRun(wanted: NewRun, session: { readonly sessionId: string; readonly agentId: string }): Run {
    return {
      id: wanted.id,
      sessionKey: wanted.sessionKey,
      sessionId: session.sessionId,
      agentId: session.agentId,
      source: wanted.source,
      principal: wanted.principal,
      state: "queued",
      attempt: 0,
      input: wanted.input,
      delivery: wanted.delivery,
      timeoutMs: wanted.timeoutMs,
      acceptedAtMs: this.#parts.clock.nowMs(),
      startedAtMs: undefined,
      endedAtMs: undefined,
      stopReason: undefined,
      error: undefined,
      usage: undefined,
      model: undefined,
      resultText: undefined,
    };
  }

  #userMessage(run: Run, { images, saidText }: NewRun): StoredMessage {
    const said = saidText ?? run.input.text;
    const text: StoredBlock[] = said === "" ? [] : [{ type: "text", text: said }];
    return {
      role: "user",
      content: [...text, ...images],
      timestamp: run.acceptedAtMs,
      runId: run.id,
      ...(said !== run.input.text && { prompt: run.input.text }),
    };
  }
}

const noCost = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 };

export function usageOf({ input, output, cacheRead, cacheWrite }: TurnUsage): Usage {
  return { ...noUsage, input, output, cacheRead, cacheWrite, totalTokens: input + output + cacheRead + cacheWrite };
}

/** A run that waited longer than this for the gateway to come back is not started any more: nobody expects it now. */
export const resumeAgeMaxMs = 3_600_000;

/** Why a run that a crash or a stop cut is not taken up again; undefined when it is. */
export function reasonToGiveUp(run: Run, nowMs: number): string | undefined {
  if (run.state === "running" && run.attempt >= attemptsMax) return endTexts.interrupted;
  const isStale = nowMs - run.acceptedAtMs > resumeAgeMaxMs + run.timeoutMs;
  return isStale ? "the gateway was away too long to take the run up again; ask once more" : undefined;
}
