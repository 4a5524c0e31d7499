import {
  addUsage,
  type PastMessage,
  type StepEnd,
  type ToolCall,
  type ToolEffect,
  type ToolResult,
  type TurnUsage,
  zeroTurnUsage,
} from "../engine/index.ts";
import type { Clock } from "../lib/index.ts";
import type { Sessions, StoredMessage } from "../sessions/index.ts";
import type { Database } from "../storage/index.ts";
import { asPast } from "./past.ts";
import type { Run } from "./run.ts";

/**
 * What a run did so far, on disk before it goes on: model steps, tool calls, tokens. Everything here happens inside the
 * caller's transaction.
 */
export interface RunJournalParts {
  readonly database: Database;
  readonly sessions: Sessions;
  readonly clock: Pick<Clock, "nowMs">;
  readonly bootId: string;
}

/** What the model is told of a call that a crash cut. */
export const unknownOutcome =
  "The gateway was restarted while this call ran. Its outcome is unknown: it may or may not have taken effect. " +
  "Check before you do it again.";

interface OpenCall {
  run_id: string;
  call_id: string;
  name: string;
  effect: string;
}

export class RunJournal {
  readonly #parts: RunJournalParts;

  constructor(parts: RunJournalParts) {
    this.#parts = parts;
  }

  /** T3: a step on the way; its tools run only afterwards. */
  addStep(run: Run, step: StepEnd): void {
    const { sessions, clock } = this.#parts;
    this.addUsage(run, step);
    if (!sessions.find(run.sessionKey)) return;
    const thinking = step.reasoning === "" ? [] : [{ type: "thinking" as const, thinking: step.reasoning }];
    sessions.transcript.append(sessionOf(run), {
      role: "assistant",
      content: [...thinking, { type: "text", text: step.text }],
      timestamp: clock.nowMs(),
      runId: run.id,
      ...step.model,
      inner: { kind: "step", step: step.step, toolCalls: step.toolCalls, replay: step.replay },
    });
  }

  addUsage(run: Run, { step, usage, costUsd, model }: StepEnd): void {
    this.#parts.database
      .query(
        `INSERT OR REPLACE INTO usage (run_id, step, at, agent_id, session_key, provider, model, input, output,
           cache_read, cache_write, cost_usd) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        run.id,
        step,
        this.#parts.clock.nowMs(),
        run.agentId,
        run.sessionKey,
        model.provider,
        model.model,
        usage.input,
        usage.output,
        usage.cacheRead,
        usage.cacheWrite,
        costUsd,
      );
    this.#parts.sessions.noteContext(run.sessionKey, usage.input + usage.cacheRead + usage.cacheWrite + usage.output);
  }

  /** T4, first half: the call is on disk before it runs. */
  startCall(run: Run, step: number, call: ToolCall, effect: ToolEffect): void {
    this.#parts.database
      .query(
        `INSERT OR REPLACE INTO tool_calls (run_id, call_id, step, name, input, effect, state, boot_id, started_at)
         VALUES (?, ?, ?, ?, ?, ?, 'started', ?, ?)`,
      )
      .run(run.id, call.callId, step, call.name, call.input, effect, this.#parts.bootId, this.#parts.clock.nowMs());
  }

  /** T4, second half: its outcome, before anything else happens. */
  endCall(run: Run, result: ToolResult): void {
    const { database, sessions, clock } = this.#parts;
    const nowMs = clock.nowMs();
    const { changes } = database
      .query("UPDATE tool_calls SET state = ?, ended_at = ?, result = ? WHERE run_id = ? AND call_id = ?")
      .run(result.state, nowMs, result.text, run.id, result.callId);
    // A call that was skipped was never started.
    if (changes === 0) this.#addEnded(run, result, nowMs);
    if (!sessions.find(run.sessionKey)) return;
    sessions.transcript.append(sessionOf(run), {
      role: "assistant",
      content: [{ type: "text", text: result.text }],
      timestamp: nowMs,
      runId: run.id,
      inner: { kind: "tool", callId: result.callId, name: result.name, state: result.state },
    });
  }

  #addEnded(run: Run, result: ToolResult, nowMs: number): void {
    this.#parts.database
      .query(
        `INSERT INTO tool_calls (run_id, call_id, step, name, input, effect, state, boot_id, started_at, ended_at,
           result) VALUES (?, ?, 0, ?, '', 'read', ?, ?, ?, ?, ?)`,
      )
      .run(run.id, result.callId, result.name, result.state, this.#parts.bootId, nowMs, nowMs, result.text);
  }

  /** A message that came while the run ran and goes into it. */
  addSteering(run: Run, text: string): void {
    const { sessions, clock } = this.#parts;
    sessions.transcript.append(sessionOf(run), {
      role: "user",
      content: [{ type: "text", text }],
      timestamp: clock.nowMs(),
      runId: run.id,
    });
  }

  /**
   * Settles calls that a crash or a stop cut. Those that may be repeated are forgotten, so that the run makes them
   * again; the others get an unknown outcome, which the model reads. Returns how many are unknown.
   */
  settleOpenCalls(run: Run): number {
    const open = this.#parts.database
      .query<OpenCall>("SELECT run_id, call_id, name, effect FROM tool_calls WHERE run_id = ? AND state = 'started'")
      .all(run.id);
    for (const call of open) {
      if (call.effect === "unsafe") {
        this.endCall(run, { callId: call.call_id, name: call.name, text: unknownOutcome, state: "unknown" });
      } else {
        this.#parts.database
          .query("DELETE FROM tool_calls WHERE run_id = ? AND call_id = ?")
          .run(call.run_id, call.call_id);
      }
    }
    return open.filter(({ effect }) => effect === "unsafe").length;
  }

  /** What started a run, its committed steps and outcomes, and the text that was said in them. */
  doneBy(run: Run): {
    readonly own: StoredMessage | undefined;
    readonly done: readonly PastMessage[];
    readonly text: string;
  } {
    const { sessions } = this.#parts;
    const entries = sessions.transcript.ofRun(run.sessionId, run.id).map(({ message }) => message);
    // The first message of a person is the run's prompt; later ones steered it.
    const [own, ...steering] = entries.filter(({ role }) => role === "user");
    const done = entries.filter((message) => message.inner !== undefined || steering.includes(message));
    const said = done.flatMap(({ inner, content }) =>
      inner?.kind === "step"
        ? content.flatMap((block) => (block.type === "text" && block.text ? [block.text] : []))
        : [],
    );
    return { own, done: done.map((message) => asPast(message, sessions.media)), text: said.join("\n\n") };
  }

  usageOf(run: Run): { readonly usage: TurnUsage; readonly costUsd: number } | undefined {
    const rows = this.#parts.database
      .query<{ input: number; output: number; cache_read: number; cache_write: number; cost_usd: number | null }>(
        "SELECT input, output, cache_read, cache_write, cost_usd FROM usage WHERE run_id = ?",
      )
      .all(run.id);
    if (rows.length === 0) return undefined;
    const usages = rows.map((row) => ({
      input: row.input,
      output: row.output,
      cacheRead: row.cache_read,
      cacheWrite: row.cache_write,
    }));
    return {
      usage: usages.reduce(addUsage, zeroTurnUsage),
      costUsd: rows.reduce((sum, row) => sum + (row.cost_usd ?? 0), 0),
    };
  }
}

function sessionOf(run: Run) {
  return { key: run.sessionKey, sessionId: run.sessionId };
}
