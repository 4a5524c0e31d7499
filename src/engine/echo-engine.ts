import type { Clock } from "../lib/index.ts";
import type { Choices } from "../storage/index.ts";
import type { AgentEngine, EngineEvent, EngineTurn } from "./engine.ts";
import type { ToolOrigin } from "./tool.ts";
import { zeroTurnUsage } from "./turn-words.ts";

export interface EchoParts {
  readonly clock: Pick<Clock, "nowMs" | "sleep">;
  readonly choices: Pick<Choices, "get" | "set">;
  /** Between two words, so that people see that answers stream. */
  readonly pauseMs: number;
  /** Whether every message of a network is answered, and not only once a day with what is missing. */
  readonly answersNetworks: boolean;
}

/** People in a network are told no more often than this that no model is connected. */
export const echoNoticeIntervalMs = 24 * 3_600_000;
const model = { provider: "builtin", model: "echo" };

/**
 * The built-in engine: it says what it is and how to connect a real model. It goes through the whole path of a run,
 * which makes it the self-test and the demonstration. On networks it is quiet, since nobody there asked for an echo.
 */
export class EchoEngine implements AgentEngine {
  readonly id = "echo";
  readonly model = model;
  readonly #parts: EchoParts;

  constructor(parts: EchoParts) {
    this.#parts = parts;
  }

  async *run(turn: EngineTurn, signal: AbortSignal): AsyncIterable<EngineEvent> {
    const { clock, pauseMs } = this.#parts;
    for (const delta of words(await this.#answerTo(turn))) {
      if (signal.aborted) break;
      yield { kind: "text", delta };
      if (pauseMs > 0) await clock.sleep(pauseMs, signal).catch(() => undefined);
    }
    yield { kind: "end", stopReason: signal.aborted ? "aborted" : "stop", usage: zeroTurnUsage, model };
  }

  async #answerTo(turn: EngineTurn): Promise<string> {
    if (turn.origin === undefined) return `${echoOf(turn)}\n\n${echoNotice}`;
    if (turn.origin.peer.kind !== "direct") return this.#parts.answersNetworks ? echoOf(turn) : "";
    const isDue = await this.#isNoticeDue(turn.origin);
    if (this.#parts.answersNetworks) return isDue ? `${echoOf(turn)}\n\n${echoNotice}` : echoOf(turn);
    return isDue ? echoNotice : "";
  }

  /** True once in the interval for each person; remembered over restarts. */
  async #isNoticeDue({ provider, accountId, senderId }: ToolOrigin): Promise<boolean> {
    const { choices, clock } = this.#parts;
    const name = `echo.told.${provider}.${accountId}.${senderId}`;
    const nowMs = clock.nowMs();
    const toldAtMs = Number(choices.get(name) ?? Number.NEGATIVE_INFINITY);
    if (nowMs - toldAtMs < echoNoticeIntervalMs) return false;
    await choices.set(name, String(nowMs));
    return true;
  }
}

export const echoNotice =
  "No language model is connected. Run `clawdia models choose` on the gateway's machine to choose one.";

function echoOf({ prompt, said, imageCount }: EngineTurn): string {
  const images = imageCount === 0 ? "" : ` (${imageCount === 1 ? "1 image" : `${imageCount} images`})`;
  return `echo: ${said ?? prompt}${images}`;
}

/** The text in pieces of one word with the space behind it; they add up to the text. */
function words(text: string): string[] {
  return text.match(/\s*\S+\s*?(?=\s|$)|\s+$/g) ?? [];
}
