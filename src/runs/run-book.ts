import type { AgentEngine, EngineTurn, TurnUsage } from "../engine/index.ts";
import type { Idempotency, RequestIdentity } from "../idempotency/index.ts";
import type { Clock } from "../lib/index.ts";
import { conflict } from "../protocol/index.ts";
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
import { endTexts } from "./live-run.ts";
import { attemptsMax, type Run, type RunId, type RunInput } from "./run.ts";
import type { RunEnd, RunStore } from "./runs.store.ts";

/** What runs read from and leave in the store. Everything here happens inside the caller's transaction. */

/** Earlier messages that an engine gets. */
const historyMax = 200;

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

export interface RunBookParts {
  readonly sessions: Sessions;
  readonly idempotency: Idempotency;
  readonly engine: Pick<AgentEngine, "model">;
  readonly clock: Pick<Clock, "nowMs">;
}

export class RunBook {
  readonly #parts: RunBookParts;
  readonly #store: RunStore;

  constructor(parts: RunBookParts, store: RunStore) {
    this.#parts = parts;
    this.#store = store;
  }

  /** The run, the person's message and the idempotency key, together. `mayStart` throws when nothing new is taken. */
  accept(request: RunRequest, mayStart: () => void): Accepted {
    const { identity, sessionKey } = request;
    const { idempotency, sessions } = this.#parts;
    const earlier = idempotency.find(identity);
    if (earlier !== undefined) return { run: this.#store.find(earlier)!, isRepeat: true };
    mayStart();
    if (this.#store.find(identity.key)) {
      throw conflict("idempotencyKey names a run of another request; choose a new key");
    }
    const session = sessions.ensure(sessionKey);
    if (request.label !== undefined) sessions.patch(sessionKey, { label: request.label });
    const run = this.#newRun(request, session);
    this.#store.insert(run);
    sessions.transcript.append(session, this.#userMessage(run, request.images));
    idempotency.remember(identity, run.id);
    return { run, isRepeat: false };
  }

  /** The run's end and its answer. A session that was deleted meanwhile gets no answer. */
  finish(run: Run, end: RunEnd, text: string): Run {
    const { sessions, engine } = this.#parts;
    const ended = this.#store.end(run, end);
    if (text !== "" && sessions.find(run.sessionKey)) {
      const { endedAtMs: timestamp, stopReason, usage } = end;
      const content: StoredBlock[] = [{ type: "text", text }];
      const answer = {
        role: "assistant" as const,
        content,
        timestamp,
        runId: run.id,
        stopReason,
        ...engine.model,
        usage,
      };
      sessions.transcript.append({ key: run.sessionKey, sessionId: run.sessionId }, answer);
    }
    sessions.addUsage(run.sessionKey, end.usage, end.state === "aborted");
    return ended;
  }

  /** What the engine is asked, with the notices that wait for this session in front. */
  turnOf(run: Run): EngineTurn {
    const { sessions } = this.#parts;
    const notices = sessions.systemEvents.take(run.sessionKey).map((notice) => `System: ${notice}`);
    const open = new Set<string>(this.#store.openOf(run.sessionKey).map(({ id }) => id));
    const past = pastOf(sessions.transcript.recent(run.sessionId, historyMax), open);
    return {
      runId: run.id,
      agentId: run.agentId,
      sessionKey: run.sessionKey,
      prompt: [...notices, run.input.text].join("\n"),
      imageCount: run.input.imageCount,
      history: past.map((message) => ({ role: message.role, text: textOf(message) })),
      thinkingLevel: run.input.thinkingLevel ?? sessions.find(run.sessionKey)?.settings.thinkingLevel,
    };
  }

  /** The end of a run without an answer. */
  endWithout(state: "aborted" | "interrupted", stopReason: string, error?: string): RunEnd {
    return { state, stopReason, endedAtMs: this.#parts.clock.nowMs(), error, usage: noUsage, resultText: "" };
  }

  #newRun(request: RunRequest, session: { readonly sessionId: string; readonly agentId: string }): Run {
    return {
      id: request.identity.key as RunId,
      sessionKey: request.sessionKey,
      sessionId: session.sessionId,
      agentId: session.agentId,
      source: request.source,
      principal: request.identity.principal,
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
  }

  #userMessage(run: Run, images: readonly ImageAttachment[]): StoredMessage {
    const { media } = this.#parts.sessions;
    const text: StoredBlock[] = run.input.text === "" ? [] : [{ type: "text", text: run.input.text }];
    const pictures = images.map(({ bytes, mimeType }): StoredBlock => ({
      type: "image",
      sha256: media.put(bytes),
      mimeType,
      bytes: bytes.length,
    }));
    return { role: "user", content: [...text, ...pictures], timestamp: run.acceptedAtMs, runId: run.id };
  }
}

/** What was said before, as an engine reads it: no turn that has not ended, and every answer behind its question. */
export function pastOf(messages: readonly StoredMessage[], open: ReadonlySet<string>): StoredMessage[] {
  const asked = new Map<string | undefined, number>();
  for (const [index, { runId }] of messages.entries()) if (!asked.has(runId)) asked.set(runId, index);
  return messages
    .map((message, index) => ({ message, at: message.runId === undefined ? index : asked.get(message.runId)! }))
    .filter(({ message: { runId } }) => runId === undefined || !open.has(runId))
    .toSorted((left, right) => left.at - right.at)
    .map(({ message }) => message);
}

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
