import type { Clock } from "../lib/index.ts";
import type { Publish } from "../protocol/index.ts";
import type { Choices } from "../storage/index.ts";
import type { nodeEvents } from "./nodes.events.ts";

/** The words that wake the agent, the same on every device. */

export const triggersMax = 32;
export const triggerCharsMax = 64;
export const defaultTriggers: readonly string[] = ["clawd", "claude", "computer"];
const choiceName = "voice.triggers";

export interface VoiceParts {
  readonly choices: Choices;
  readonly clock: Pick<Clock, "nowMs">;
  readonly publish: Publish<typeof nodeEvents>;
}

export class Voice {
  readonly #parts: VoiceParts;

  constructor(parts: VoiceParts) {
    this.#parts = parts;
  }

  get triggers(): readonly string[] {
    const kept = this.#parts.choices.get(choiceName);
    return kept === undefined ? defaultTriggers : kept.split("\n");
  }

  async setTriggers(given: readonly string[]): Promise<readonly string[]> {
    const triggers = tidyTriggers(given);
    await this.#parts.choices.set(choiceName, triggers.join("\n"));
    this.#parts.publish("voicewake.changed", { triggers: [...triggers] });
    return triggers;
  }

  talk(enabled: boolean, phase: string | undefined) {
    const mode = { enabled, phase: phase ?? null, ts: this.#parts.clock.nowMs() };
    this.#parts.publish("talk.mode", mode);
    return mode;
  }
}

/** Pure: blanks are dropped, what is too long is cut; nothing left means the words that we come with. */
export function tidyTriggers(given: readonly string[]): readonly string[] {
  const kept = given
    .map((word) => word.replaceAll(/\s+/g, " ").trim().slice(0, triggerCharsMax).trim())
    .filter((word) => word !== "");
  return kept.length === 0 ? defaultTriggers : [...new Set(kept)].slice(0, triggersMax);
}
