import { errorFields, type Log, shorten, unlessAborted } from "../lib/index.ts";
import type { EngineTurn } from "./engine.ts";
import type { ModelTool, ShownResult } from "./models/model.ts";
import type { Tool, ToolCall, ToolEffect, ToolOutput } from "./tool.ts";
import { judgeInput } from "./tool-input.ts";

/** The tools of one turn: what the model is told of them, and how a call becomes a result. */

/** Characters of one result that a model gets. */
export const resultCharsMax = 100_000;

export const skippedText = "Skipped: a new message came in.";
export const unknownText =
  "It is not known whether this call took effect: the gateway was interrupted while it ran. Check before repeating it.";

export class TurnTools {
  readonly #tools: ReadonlyMap<string, Tool>;
  readonly #turn: EngineTurn;
  readonly #log: Log;
  readonly told: readonly ModelTool[];

  constructor(tools: readonly Tool[], turn: EngineTurn, log: Log) {
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    this.#turn = turn;
    this.#log = log;
    this.told = tools.map(({ name, description, params }) => ({ name, description, params: plainSchema(params) }));
  }

  /** A call that cannot run has no effect, so it may be repeated. */
  effectOf(call: ToolCall): ToolEffect {
    const tool = this.#tools.get(call.name);
    return tool && judgeInput(tool.params, call.input).kind === "good" ? tool.effect : "read";
  }

  /** Never throws: what goes wrong is a result. An abort ends it at once, and its outcome is unknown. */
  async run(call: ToolCall, signal: AbortSignal): Promise<ShownResult> {
    const tool = this.#tools.get(call.name);
    if (!tool) return this.#failed(call, `There is no tool "${call.name}".${this.#names}`);
    const judged = judgeInput(tool.params, call.input);
    if (judged.kind === "bad") {
      return this.#failed(
        call,
        `The input of ${call.name} does not fit: ${judged.problem}. Call it again with a right one.`,
      );
    }
    try {
      return resultOf(call, await unlessAborted(tool.run(judged.value, this.#contextOf(call, signal)), signal));
    } catch (error) {
      if (signal.aborted) return { callId: call.callId, name: call.name, text: unknownText, state: "unknown" };
      this.#log.error("tool.failed", { runId: this.#turn.runId, tool: call.name, ...errorFields(error) });
      return this.#failed(call, `The tool ${call.name} failed; the gateway's log says why.`);
    }
  }

  #contextOf({ callId }: ToolCall, signal: AbortSignal) {
    const { runId, agentId, sessionKey, origin, isOwner = true } = this.#turn;
    return { runId, callId, agentId, sessionKey, signal, origin, isOwner };
  }

  get #names(): string {
    const names = [...this.#tools.keys()];
    return names.length === 0 ? " There are no tools." : ` There are: ${names.join(", ")}.`;
  }

  #failed({ callId, name }: ToolCall, text: string): ShownResult {
    return { callId, name, text, state: "error" };
  }
}

function resultOf({ callId, name }: ToolCall, output: ToolOutput): ShownResult {
  const images = (output.images ?? []).map(({ mimeType, bytes }) => ({ mimeType, bytes: () => bytes }));
  return {
    callId,
    name,
    text: shorten(output.text, resultCharsMax),
    state: output.isError ? "error" : "ok",
    ...(images.length > 0 && { images }),
  };
}

/** Schemas as data. Names that only our own artefacts need are left out. */
function plainSchema(params: object): Readonly<Record<string, unknown>> {
  const plain: unknown = JSON.parse(
    JSON.stringify(params, (name, value: unknown) => (name === "$id" ? undefined : value)),
  );
  return plain as Readonly<Record<string, unknown>>;
}
