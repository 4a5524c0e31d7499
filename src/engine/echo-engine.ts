import type { Clock } from "../lib/index.ts";
import type { AgentEngine, EngineEvent, EngineTurn } from "./engine.ts";
import { zeroTurnUsage } from "./turn-words.ts";

/**
 * The built-in engine: it says what it is and how to connect a real model. It goes through the whole path of a run,
 * which makes it the self-test and the demonstration.
 */
export class EchoEngine implements AgentEngine {
  readonly id = "echo";
  readonly model = { provider: "builtin", model: "echo" };
  readonly #clock: Pick<Clock, "sleep">;
  readonly #pauseMs: number;

  /** `pauseMs` between two words lets people see that answers stream. */
  constructor(clock: Pick<Clock, "sleep">, pauseMs: number) {
    this.#clock = clock;
    this.#pauseMs = pauseMs;
  }

  async *run(turn: EngineTurn, signal: AbortSignal): AsyncIterable<EngineEvent> {
    for (const delta of words(answer(turn))) {
      if (signal.aborted) break;
      yield { kind: "text", delta };
      if (this.#pauseMs > 0) await this.#clock.sleep(this.#pauseMs, signal).catch(() => undefined);
    }
    yield { kind: "end", stopReason: signal.aborted ? "aborted" : "stop", usage: zeroTurnUsage };
  }
}

export const echoNotice =
  "No language model is connected. Run `clawdia models choose` on the gateway's machine to choose one.";

function answer({ prompt, imageCount }: EngineTurn): string {
  const images = imageCount === 0 ? "" : ` (${imageCount === 1 ? "1 image" : `${imageCount} images`})`;
  return `echo: ${prompt}${images}\n\n${echoNotice}`;
}

/** The text in pieces of one word with the space behind it; they add up to the text. */
function words(text: string): string[] {
  return text.match(/\s*\S+\s*?(?=\s|$)|\s+$/g) ?? [text];
}
