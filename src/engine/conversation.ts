import type { EngineTurn } from "./engine.ts";
import type { ModelStep, ModelTool, ShownResult, StepMessage } from "./models/model.ts";
import { messagesTokens, textTokens, toolsTokens } from "./models/tokens.ts";
import type { StepAnswer } from "./step-runner.ts";
import type { ToolCall } from "./tool.ts";
import { unknownText } from "./tool-runner.ts";
import type { PastMessage, TurnUsage } from "./turn-words.ts";

/** What is said in one turn: the past, the prompt, and what the run did so far. It grows step by step. */
export class Conversation {
  readonly #turn: EngineTurn;
  readonly #system: string;
  readonly #tools: readonly ModelTool[];
  #summary: string | undefined;
  /** Newest messages of the past that are still told word for word. */
  #kept: number;
  /** The prompt, steps, results, and what steered. */
  #own: StepMessage[];
  /** What the vendor counted last, and how much was there then. */
  #counted: { readonly tokens: number; readonly ownLength: number } | undefined;

  constructor(turn: EngineTurn, system: string, tools: readonly ModelTool[]) {
    this.#turn = turn;
    this.#system = system;
    this.#tools = tools;
    this.#kept = turn.history.length;
    const prompt: StepMessage = { role: "user", text: turn.prompt, ...(turn.images && { images: turn.images }) };
    this.#own = [prompt, ...(turn.done ?? [])];
  }

  /** Steps that are on disk, of this and of earlier attempts of the run. */
  get stepsDone(): number {
    return this.#own.filter(({ role }) => role === "assistant").length;
  }

  /** What people have seen of this run. */
  get hasText(): boolean {
    return this.#own.some((message) => message.role === "assistant" && message.text !== "");
  }

  /** Calls of the last step that have no result yet, and whether nothing is left to be answered. */
  get open(): { readonly calls: readonly ToolCall[]; readonly isAnswered: boolean } {
    const lastStep = this.#own.findLastIndex(({ role }) => role === "assistant");
    const step = this.#own[lastStep];
    if (step?.role !== "assistant") return { calls: [], isAnswered: false };
    const behind = this.#own.slice(lastStep + 1);
    const answered = new Set(
      behind.flatMap((message) => (message.role === "tool" ? message.results : [])).map(callIdOf),
    );
    const calls = (step.toolCalls ?? []).filter(({ callId }) => !answered.has(callId));
    return { calls, isAnswered: behind.length === 0 && calls.length === 0 };
  }

  /** The history that a summary may stand for, oldest first. */
  get past(): readonly PastMessage[] {
    return this.#turn.history.slice(this.#turn.history.length - this.#kept);
  }

  get summary(): string | undefined {
    return this.#summary;
  }

  /** Tokens that the next step takes in: as counted by the vendor where it did, estimated beyond that. */
  get tokens(): number {
    if (this.#counted) return this.#counted.tokens + messagesTokens(this.#own.slice(this.#counted.ownLength));
    return textTokens(this.#system) + toolsTokens(this.#tools) + messagesTokens(this.#messages);
  }

  step(thinking: ModelStep["thinking"]): Omit<ModelStep, "hear"> {
    const messages = repaired(this.#messages);
    const calls = messages.flatMap((message) => (message.role === "assistant" ? (message.toolCalls ?? []) : []));
    return {
      system: this.#system,
      messages,
      tools: this.#tools,
      thinking,
      cacheKey: this.#turn.sessionKey,
      usedCallIds: new Set(calls.map(callIdOf)),
    };
  }

  addAnswer({ text, calls, finish }: StepAnswer): void {
    this.#own.push({
      role: "assistant",
      text,
      ...(calls.length > 0 && { toolCalls: calls }),
      ...(finish.replay && { replay: finish.replay }),
    });
    const tokens = totalOf(finish.usage);
    this.#counted = tokens === 0 ? undefined : { tokens, ownLength: this.#own.length };
  }

  addResults(results: readonly ShownResult[]): void {
    if (results.length > 0) this.#own.push({ role: "tool", results });
  }

  addSteering(texts: readonly string[]): void {
    for (const text of texts) this.#own.push({ role: "user", text });
  }

  /** From now on the summary stands for all of the past but its newest messages. */
  compact(summary: string, kept: number): void {
    this.#summary = summary;
    this.#kept = kept;
    this.#counted = undefined;
  }

  /** Cuts long results of this run, those of the last step only where told; true when there was something to cut. */
  shortenResults(cutsLast = false): boolean {
    const lastTool = cutsLast ? -1 : this.#own.findLastIndex(({ role }) => role === "tool");
    let hasChanged = false;
    this.#own = this.#own.map((message, index) => {
      if (message.role !== "tool" || index === lastTool) return message;
      const results = message.results.map((result) => {
        if (result.text.length <= resultCharsKept * 2 && !result.images) return result;
        hasChanged = true;
        const { images: _shown, ...rest } = result;
        return { ...rest, text: middleCut(result.text) };
      });
      return { ...message, results };
    });
    if (hasChanged) this.#counted = undefined;
    return hasChanged;
  }

  get #messages(): StepMessage[] {
    const summary = this.#summary === undefined ? [] : [summaryMessage(this.#summary)];
    return [...summary, ...this.past, ...this.#own];
  }
}

/** Characters of each end of a long result that stay. */
const resultCharsKept = 1_500;

function middleCut(text: string): string {
  if (text.length <= resultCharsKept * 2) return text;
  const left = `[… ${text.length - resultCharsKept * 2} characters left out …]`;
  return `${text.slice(0, resultCharsKept)}\n${left}\n${text.slice(-resultCharsKept)}`;
}

/** How a summary stands in a conversation, here and in later turns. */
export function summaryMessage(summary: string): PastMessage {
  return { role: "user", text: `[Summary of what was said before]\n${summary}` };
}

function totalOf({ input, output, cacheRead, cacheWrite }: TurnUsage): number {
  return input + output + cacheRead + cacheWrite;
}

function callIdOf({ callId }: { readonly callId: string }): string {
  return callId;
}

/** Every call is followed by its result, and no result stands alone: vendors refuse anything else. Pure. */
export function repaired(messages: readonly StepMessage[]): StepMessage[] {
  return messages.flatMap((message, index): StepMessage[] => {
    if (message.role === "tool") return [];
    if (message.role !== "assistant" || !message.toolCalls?.length) return [message];
    const end = messages.findIndex((later, at) => at > index && later.role === "assistant");
    const behind = messages.slice(index + 1, end === -1 ? undefined : end);
    const given = behind.flatMap((later) => (later.role === "tool" ? later.results : []));
    return [message, { role: "tool", results: message.toolCalls.map((call) => resultFor(call, given)) }];
  });
}

function resultFor({ callId, name }: ToolCall, given: readonly ShownResult[]): ShownResult {
  const found = given.findLast((result) => result.callId === callId);
  if (!found) return { callId, name, text: "No result is known.", state: "unknown" };
  return found.state === "unknown" && found.text === "" ? { ...found, text: unknownText } : found;
}
