import { type Config, thinkingLevels } from "../config/index.ts";
import { errorFields, type Log, unlessAborted } from "../lib/index.ts";
import { compactionsMax, keptMessages, summaryPrompt, toSumUp, windowOf } from "./compaction.ts";
import { Conversation } from "./conversation.ts";
import { EngineError, type EngineEvent, type EngineTurn } from "./engine.ts";
import { LineUp } from "./line-up.ts";
import type { ModelHealth } from "./model-health.ts";
import type { Models } from "./models.ts";
import { costOf } from "./models/cost.ts";
import { ModelError, type ModelStep } from "./models/model.ts";
import { runStep, type StepAnswer, type StepRunnerParts } from "./step-runner.ts";
import type { Toolbox, ToolCall } from "./tool.ts";
import { skippedText, TurnTools } from "./tool-runner.ts";
import { addUsage, type TurnUsage, zeroTurnUsage } from "./turn-words.ts";

/** Where the text comes from that tells the model who it is; lent by those who know the agent. */
export interface SystemPrompts {
  promptFor(turn: EngineTurn): Promise<string> | string;
}

export interface ModelEngineParts extends Omit<StepRunnerParts, "health"> {
  readonly models: Models;
  readonly health: Pick<ModelHealth, "failed" | "succeeded" | "isCooling">;
  readonly toolbox: Toolbox;
  readonly systemPrompts: SystemPrompts;
  readonly log: Log;
}

/** Steps of one run, over restarts. A model that needs more is going in circles. */
export const stepsMax = 50;

/**
 * A turn with a language model: a step, the tools that it calls for, the next step, until the model calls for none.
 * Every event is on disk before the next thing is done, and what is on disk is not done again.
 */
export class ModelEngine {
  readonly #parts: ModelEngineParts;

  constructor(parts: ModelEngineParts) {
    this.#parts = parts;
  }

  /** `reference` is the model that the turn should use. */
  async *run(reference: string, turn: EngineTurn, signal: AbortSignal): AsyncIterable<EngineEvent> {
    const usage = new UsageSum();
    const lineUp = LineUp.of(reference, this.#parts.models, this.#parts.health);
    let stopReason: "stop" | "length" | "aborted";
    try {
      signal.throwIfAborted();
      const run = await this.#begin(turn, lineUp, usage, signal);
      stopReason = yield* this.#steps(run);
    } catch (error) {
      if (!signal.aborted) throw error;
      stopReason = "aborted";
    }
    const { provider, model } = lineUp.current.choice;
    yield { kind: "end", stopReason, usage: usage.total, model: { provider, model } };
  }

  async #begin(turn: EngineTurn, lineUp: LineUp, usage: UsageSum, signal: AbortSignal): Promise<Run> {
    const { agentId, sessionKey, isOwner = true } = turn;
    const asked = Promise.all([
      this.#parts.systemPrompts.promptFor(turn),
      this.#parts.toolbox.toolsFor({ agentId, sessionKey, isOwner }),
    ]);
    const [system, tools] = await unlessAborted(asked, signal);
    const turnTools = new TurnTools(tools, turn, this.#parts.log);
    const told = [system, turn.extraSystemPrompt ?? ""].filter((text) => text.trim() !== "").join("\n\n");
    return {
      turn,
      signal,
      lineUp,
      usage,
      tools: turnTools,
      conversation: new Conversation(turn, told, turnTools.told),
      thinking: thinkingOf(turn.thinkingLevel) ?? this.#parts.models.ofAgent(agentId)?.thinking,
      compactions: 0,
    };
  }

  async *#steps(run: Run): AsyncGenerator<EngineEvent, "stop" | "length"> {
    const { conversation, signal } = run;
    let lastStop: StepAnswer["finish"]["stopReason"] = "stop";
    for (;;) {
      const { calls, isAnswered } = conversation.open;
      if (calls.length > 0) yield* this.#runCalls(run, calls);
      else if (isAnswered) {
        if (!(await steered(run))) return lastStop === "length" ? "length" : "stop";
      } else {
        if (conversation.stepsDone >= stepsMax) throw goesInCircles();
        const answer = yield* this.#answer(run);
        conversation.addAnswer(answer);
        run.usage.add(answer.finish.usage);
        lastStop = answer.finish.stopReason;
        yield stepEvent(conversation.stepsDone, answer);
      }
      signal.throwIfAborted();
    }
  }

  async *#answer(run: Run): AsyncGenerator<EngineEvent, StepAnswer> {
    const { conversation, lineUp, signal, thinking } = run;
    const { limitTokens } = windowOf(lineUp.current);
    if (conversation.tokens > limitTokens) yield* this.#makeRoom(run, limitTokens);
    for (;;) {
      const separator = conversation.hasText ? "\n\n" : "";
      try {
        return yield* runStep(this.#parts, { step: conversation.step(thinking), lineUp, signal, separator });
      } catch (error) {
        if (!(error instanceof ModelError) || error.failure !== "context_overflow") throw error;
        // Whatever was believed of its window: what it had was too much.
        if (!(yield* this.#makeRoom(run, Math.min(limitTokens, conversation.tokens)))) throw error;
      }
    }
  }

  /** Sums up the past, or cuts what tools brought; false when there is nothing left to give. */
  async *#makeRoom(run: Run, limitTokens: number): AsyncGenerator<EngineEvent, boolean> {
    const { conversation } = run;
    if (run.compactions >= compactionsMax) return false;
    run.compactions++;
    const { past } = conversation;
    const { keepTokens } = windowOf(run.lineUp.current);
    // The second time less stays than the first.
    const kept = keptMessages(past, Math.min(keepTokens, limitTokens / 2) / run.compactions ** 2);
    if (kept >= past.length) return conversation.shortenResults() || conversation.shortenResults(true);
    const answer = await this.#sumUp(run, past.slice(0, past.length - kept), limitTokens);
    const hasShortened = conversation.shortenResults();
    if (answer === undefined) return hasShortened;
    conversation.compact(answer.text, kept);
    run.usage.add(answer.finish.usage);
    yield { kind: "compaction", summary: answer.text, keep: kept, usage: answer.finish.usage };
    return true;
  }

  /** Undefined when no summary could be had: then the step is tried as it is. */
  async #sumUp(run: Run, older: Conversation["past"], limitTokens: number): Promise<StepAnswer | undefined> {
    const { conversation, lineUp, signal, turn } = run;
    const text = toSumUp(older, conversation.summary, limitTokens * sumUpShare);
    const step: Omit<ModelStep, "hear"> = {
      system: summaryPrompt,
      messages: [{ role: "user", text }],
      tools: [],
      thinking: undefined,
      cacheKey: `${turn.sessionKey}#summary`,
      usedCallIds: new Set(),
    };
    try {
      const answer = await whole(runStep(this.#parts, { step, lineUp, signal, separator: "" }));
      return answer.text.trim() === "" ? undefined : answer;
    } catch (error) {
      signal.throwIfAborted();
      this.#parts.log.warn("compaction.failed", { runId: turn.runId, ...errorFields(error) });
      return undefined;
    }
  }

  async *#runCalls(run: Run, calls: readonly ToolCall[]): AsyncGenerator<EngineEvent> {
    const { conversation, tools, signal } = run;
    const step = conversation.stepsDone;
    for (const [index, call] of calls.entries()) {
      yield { kind: "tool-start", step, call, effect: tools.effectOf(call) };
      signal.throwIfAborted();
      const shown = await tools.run(call, signal);
      conversation.addResults([shown]);
      const { images: _images, ...result } = shown;
      yield { kind: "tool-end", step, result };
      signal.throwIfAborted();
      if (!(await steered(run))) continue;
      for (const { callId, name } of calls.slice(index + 1)) {
        const skipped = { callId, name, text: skippedText, state: "skipped" as const };
        conversation.addResults([skipped]);
        yield { kind: "tool-end", step, result: skipped };
      }
      return;
    }
  }
}

/** Part of the window that the text to be summed up may fill. */
const sumUpShare = 0.8;

interface Run {
  readonly turn: EngineTurn;
  readonly signal: AbortSignal;
  readonly lineUp: LineUp;
  readonly usage: UsageSum;
  readonly tools: TurnTools;
  readonly conversation: Conversation;
  readonly thinking: ModelStep["thinking"];
  compactions: number;
}

class UsageSum {
  total: TurnUsage = zeroTurnUsage;

  add(usage: TurnUsage): void {
    this.total = addUsage(this.total, usage);
  }
}

/** Takes in messages that came meanwhile; true when there were any. */
async function steered({ turn, conversation }: Run): Promise<boolean> {
  const texts = (await turn.steering?.()) ?? [];
  conversation.addSteering(texts);
  return texts.length > 0;
}

function stepEvent(step: number, { text, reasoning, calls, finish, target }: StepAnswer): EngineEvent {
  const { provider, model, cost } = target.choice;
  return {
    kind: "step",
    step: {
      step,
      text,
      reasoning,
      toolCalls: calls,
      usage: finish.usage,
      costUsd: finish.costUsd ?? costOf(finish.usage, cost),
      model: { provider, model },
      ...(finish.replay && { replay: finish.replay }),
    },
  };
}

type Thinking = Config["agents"]["list"][number]["thinking"];

/** Clients write more words for it than there are levels. */
export function thinkingOf(written: string | undefined): Thinking {
  const level = written?.trim().toLowerCase();
  if (level === "max" || level === "highest" || level === "ultra") return "xhigh";
  if (level === "on" || level === "adaptive") return "medium";
  if (level === "none") return "off";
  return thinkingLevels.find((known) => known === level);
}

function goesInCircles(): EngineError {
  return new EngineError(
    `the model called for tools in ${stepsMax} steps and came to no end; ask again, for less at a time`,
    "tool_loop",
  );
}

/** The result of a generator whose events nobody needs. */
async function whole<T>(steps: AsyncGenerator<unknown, T>): Promise<T> {
  for (;;) {
    const next = await steps.next();
    if (next.done) return next.value;
  }
}
