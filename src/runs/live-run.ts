import type { ToolCall, ToolResult } from "../engine/index.ts";
import { type Clock, shorten, Throttle } from "../lib/index.ts";
import type { Publish } from "../protocol/index.ts";
import type { EndState, Run } from "./run.ts";
import type { runEvents } from "./runs.events.ts";

/** Assistant text is told at most this often for one run; between two tellings it gathers. */
export const agentTextIntervalMs = 40;
/** Characters of a tool's outcome that are told. */
const toolCharsMax = 8_000;

/** What happens to a run, for those who tell it on in another form. `seq` is the agent event's number. */
export type RunSignal =
  | { readonly kind: "started"; readonly run: Run; readonly seq: number }
  | { readonly kind: "text"; readonly run: Run; readonly seq: number; readonly text: string }
  | { readonly kind: "tool"; readonly run: Run; readonly seq: number }
  | { readonly kind: "ended"; readonly run: Run; readonly seq: number; readonly text: string };

/** What a session wants to hear of its runs. */
export interface Telling {
  readonly tools: boolean;
  readonly reasoning: boolean;
}

export interface LiveRunParts {
  readonly clock: Clock;
  readonly publish: Publish<typeof runEvents>;
  readonly signal: (signal: RunSignal) => void;
  readonly tellingOf: (run: Run) => Telling;
}

/** A run while it runs: its visible text so far, its event numbers, and the ways to end it early. */
export class LiveRun {
  readonly run: Run;
  readonly abort = new AbortController();
  readonly #parts: LiveRunParts;
  readonly #telling: Throttle;
  #text = "";
  #toldLength = 0;
  #reasoning = "";
  #seq = 0;

  constructor(run: Run, parts: LiveRunParts) {
    this.run = run;
    this.#parts = parts;
    this.#telling = new Throttle(parts.clock, agentTextIntervalMs, () => this.#tellText());
  }

  get text(): string {
    return this.#text;
  }

  /** Takes up what the run had said before a restart cut it. */
  resume(text: string): void {
    if (text === "") return;
    this.#text = text;
    this.#telling.request();
  }

  started(): void {
    this.#tell("lifecycle", { phase: "start", startedAt: this.run.startedAtMs });
    this.#parts.signal({ kind: "started", run: this.run, seq: this.#seq });
  }

  addText(delta: string): void {
    this.#text += delta;
    this.#telling.request();
  }

  addReasoning(delta: string): void {
    this.#reasoning += delta;
    if (this.#parts.tellingOf(this.run).reasoning) this.#tell("thinking", { text: this.#reasoning, delta });
  }

  toolStarted({ name, callId, input }: ToolCall): void {
    this.#telling.flush();
    this.#tellTool({ phase: "start", name, toolCallId: callId, args: inputOf(input) });
  }

  toolEnded({ name, callId, state, text }: ToolResult): void {
    const result = { content: [{ type: "text", text: shorten(text, toolCharsMax) }] };
    this.#tellTool({ phase: "result", name, toolCallId: callId, isError: state !== "ok", result });
    this.#reasoning = "";
  }

  compacted(): void {
    this.#tell("compaction", { phase: "start" });
    this.#tell("compaction", { phase: "end", willRetry: true });
  }

  /** Call it once what it tells is on disk. */
  ended(run: Run): void {
    this.#telling.flush();
    this.#telling.drop();
    const { startedAtMs: startedAt, endedAtMs: endedAt, error } = run;
    if (run.state === "error" || run.state === "timeout" || run.state === "interrupted") {
      this.#tell("lifecycle", { phase: "error", startedAt, endedAt, error: error ?? endTexts[run.state] });
    } else {
      this.#tell("lifecycle", { phase: "end", startedAt, endedAt, ...(run.state === "aborted" && { aborted: true }) });
    }
    this.#parts.signal({ kind: "ended", run, seq: this.#seq, text: this.#text });
  }

  /** Tells nothing more: the process stops and the run will start anew. */
  silence(): void {
    this.#telling.drop();
  }

  #tellText(): void {
    const delta = this.#text.slice(this.#toldLength);
    this.#toldLength = this.#text.length;
    this.#tell("assistant", { text: this.#text, delta });
    this.#parts.signal({ kind: "text", run: this.run, seq: this.#seq, text: this.#text });
  }

  /** Tool events are told where the session asked for them; their numbers have no holes otherwise. */
  #tellTool(data: Readonly<Record<string, unknown>>): void {
    if (this.#parts.tellingOf(this.run).tools) this.#tell("tool", data);
    this.#parts.signal({ kind: "tool", run: this.run, seq: this.#seq });
  }

  #tell(stream: string, data: Readonly<Record<string, unknown>>): void {
    const present = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
    this.#parts.publish("agent", {
      runId: this.run.id,
      seq: ++this.#seq,
      stream,
      ts: this.#parts.clock.nowMs(),
      data: present,
      sessionKey: this.run.sessionKey,
    });
  }
}

/** The input as an object where it is one; a model may write anything. */
function inputOf(input: string): unknown {
  try {
    return JSON.parse(input) as unknown;
  } catch {
    return input;
  }
}

export const endTexts: Readonly<Record<EndState, string>> = {
  ok: "completed",
  error: "the run failed",
  aborted: "aborted",
  timeout: "the run took longer than allowed",
  interrupted: "the run was cut by restarts of the gateway too often",
};
