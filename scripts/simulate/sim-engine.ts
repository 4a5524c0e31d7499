import {
  type AgentEngine,
  EngineError,
  type EngineEvent,
  type EngineTurn,
  zeroTurnUsage,
} from "../../src/engine/index.ts";
import type { Chance } from "../fuzz/chance.ts";
import type { ProcessClock, SimTime } from "./sim-time.ts";
import type { Trace } from "./trace.ts";

/**
 * A model that thinks for a while and answers every message that it reads by its word. At times it fails, hangs, breaks
 * or talks at length. It remembers what it was asked, for the judge.
 */

/** What the model knows of one run. */
export interface Thought {
  readonly runId: string;
  readonly words: readonly string[];
  attempts: number;
  end: "thinking" | "answered" | "failed" | "aborted";
}

export interface SimEngineParts {
  readonly time: SimTime;
  readonly chance: Chance;
  readonly trace: Trace;
  readonly process: () => ProcessClock;
}

const longLines = 160;

export class SimEngine implements AgentEngine {
  readonly id = "simulated";
  readonly model = { provider: "simulated", model: "person" };
  readonly thoughts = new Map<string, Thought>();
  /** Runs by the word that they answer. More than one is a duplicate turn. */
  readonly runsOf = new Map<string, Set<string>>();
  /** Notices of the system that were read. */
  notices = 0;
  /** While true, every turn fails or hangs. */
  isIll = false;
  readonly #parts: SimEngineParts;

  constructor(parts: SimEngineParts) {
    this.#parts = parts;
  }

  async *run(turn: EngineTurn, signal: AbortSignal): AsyncIterable<EngineEvent> {
    const { chance, process } = this.#parts;
    const clock = process();
    const thought = this.#read(turn);
    const answer = thought.words.map((word) => `re:${word}.`).join(" ");
    const luck = this.isIll ? chance.unit() * 0.06 : chance.unit();
    signal.addEventListener("abort", () => this.#end(thought, "aborted"), { once: true });
    await clock.sleep(200 + chance.below(chance.is(0.1) ? 60_000 : 8_000), signal);
    if (luck < 0.03) {
      this.#end(thought, "failed");
      throw new EngineError(`overloaded ${answer}`, "overloaded");
    }
    yield { kind: "text", delta: `${answer} said in full` };
    // It hangs until the run's time is over.
    if (luck < 0.04) await clock.sleep(86_400_000, signal);
    if (luck < 0.05) {
      this.#end(thought, "failed");
      throw new Error("a fault of the engine");
    }
    const [first] = thought.words;
    const lines = luck > 0.97 && first !== undefined ? longLines : chance.below(3);
    for (let line = 1; line <= lines; line++) {
      if (line % 8 === 1) await clock.sleep(100 + chance.below(1_500), signal);
      yield { kind: "text", delta: `\n${first ?? "nothing"}#${line}# words of no weight` };
    }
    this.#end(thought, "answered");
    yield { kind: "end", stopReason: "stop", usage: { ...zeroTurnUsage, input: 10, output: 20 } };
  }

  #read({ runId, prompt }: EngineTurn): Thought {
    const marker = prompt.lastIndexOf("[Current message - respond to this]");
    const current = marker === -1 ? prompt : prompt.slice(marker);
    this.notices += prompt.split("\n").filter((line) => line.startsWith("System: Your message")).length;
    const words = wordsIn(current);
    const thought = this.thoughts.get(runId) ?? { runId, words, attempts: 0, end: "thinking" };
    thought.attempts++;
    thought.end = "thinking";
    this.thoughts.set(runId, thought);
    for (const word of words) this.runsOf.set(word, (this.runsOf.get(word) ?? new Set<string>()).add(runId));
    this.#parts.trace.add(this.#parts.time.nowMs, `engine ${runId} ${thought.attempts} ${words.join(" ")}`);
    return thought;
  }

  #end(thought: Thought, end: Thought["end"]): void {
    if (thought.end !== "thinking") return;
    thought.end = end;
    this.#parts.trace.add(this.#parts.time.nowMs, `engine ${thought.runId} ${end}`);
  }
}

/** `w17`, as people write it; not where an answer repeats it. */
export function wordsIn(text: string): string[] {
  return [...new Set([...text.matchAll(/(?<![:\w])(w\d+)\./g)].map((match) => match[1]!))];
}

/** The words that a text answers. */
export function answeredIn(text: string): string[] {
  return [...text.matchAll(/re:(w\d+)\./g)].map((match) => match[1]!);
}
