import type { Brand } from "../lib/index.ts";
import type { SessionDelivery, SessionKey, Usage } from "../sessions/index.ts";

/** One piece of agent work in a session, from accepted to its end. */

/** The client's idempotency key where a client started the run; unique over the store. */
export type RunId = Brand<string, "RunId">;

export type RunState = "queued" | "running" | "ok" | "error" | "aborted" | "timeout" | "interrupted";
export type EndState = Exclude<RunState, "queued" | "running">;

/** The legal moves. A run that a crash cut goes back to `queued` until it has been tried too often. */
export const runMoves: Readonly<Record<RunState, readonly RunState[]>> = {
  queued: ["running", "aborted", "interrupted"],
  running: ["ok", "error", "aborted", "timeout", "queued", "interrupted"],
  ok: [],
  error: [],
  aborted: [],
  timeout: [],
  interrupted: [],
};

/** How often a run is started, the first time included, before it counts as interrupted for good. */
export const attemptsMax = 3;

export interface RunInput {
  /** What the engine gets. */
  readonly text: string;
  readonly imageCount: number;
  readonly thinkingLevel: string | undefined;
  readonly extraSystemPrompt: string | undefined;
  /** Thinks for this run alone, `provider/model`. */
  readonly model?: string | undefined;
  /** False for work on behalf of somebody who is not the owner, wherever its answer goes. */
  readonly isOwner?: boolean | undefined;
  /** Notices of the system that this run took, so that it still has them after a restart. */
  readonly notices?: readonly string[];
}

/**
 * Where the replies of a run go and on whose behalf it runs. Frozen when the run is accepted: nothing that happens
 * later sends a reply elsewhere.
 */
export interface RunDelivery extends SessionDelivery {
  readonly senderId: string;
  readonly isOwner: boolean;
  /** The message that is answered. */
  readonly replyToId?: string | undefined;
}

/** What a run may be started by. */
export type RunSource = "agent" | "chat.send" | "inbox" | "spawn" | "cron" | "heartbeat" | "hook";

export interface Run {
  readonly id: RunId;
  readonly sessionKey: SessionKey;
  readonly sessionId: string;
  readonly agentId: string;
  readonly source: RunSource;
  readonly principal: string;
  readonly state: RunState;
  readonly attempt: number;
  readonly input: RunInput;
  /** Absent for clients of the gateway, who read the answer where they asked. */
  readonly delivery: RunDelivery | undefined;
  readonly timeoutMs: number;
  readonly acceptedAtMs: number;
  readonly startedAtMs: number | undefined;
  readonly endedAtMs: number | undefined;
  readonly stopReason: string | undefined;
  readonly error: string | undefined;
  readonly usage: Usage | undefined;
  /** `provider/model` that answered. */
  readonly model: string | undefined;
  /** All visible text. */
  readonly resultText: string | undefined;
}

export function hasEnded(run: Pick<Run, "state">): run is Run & { readonly state: EndState } {
  return runMoves[run.state].length === 0;
}

/** The two halves of `provider/model`; undefined where it names none. */
export function modelRefOf(
  model: string | undefined,
): { readonly provider: string; readonly model: string } | undefined {
  const slash = model?.indexOf("/") ?? -1;
  if (model === undefined || slash === -1) return undefined;
  return { provider: model.slice(0, slash), model: model.slice(slash + 1) };
}
