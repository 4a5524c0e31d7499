import { isPlainObject } from "../../lib/index.ts";

/**
 * What this imsg can do now. Newer versions tell it; of older ones a method counts as there until it turns out not to
 * be. What needs the bridge into Messages comes and goes with it.
 */
export class Abilities {
  readonly #told: ReadonlySet<string> | undefined;
  readonly #missing = new Set<string>();
  readonly hasBridge: boolean;
  /** Any emoji as a reaction, not only the six of old. */
  readonly hasEmojiReactions: boolean;
  /** Knows `status`, and refuses parameters that it does not know instead of passing them over. */
  readonly isStrict: boolean;

  /** `status` is the answer to the method of that name; undefined when there is no such method. */
  constructor(status: unknown) {
    const { methods, bridge, capabilities } = isPlainObject(status) ? status : {};
    this.isStrict = isPlainObject(status);
    this.#told = Array.isArray(methods) ? new Set(methods.filter((one) => typeof one === "string")) : undefined;
    this.hasBridge = isPlainObject(bridge) && bridge["ready"] === true;
    const features = isPlainObject(capabilities) ? capabilities["features"] : undefined;
    const version = isPlainObject(features) ? features["tapback.emoji"] : undefined;
    this.hasEmojiReactions = typeof version === "number" && version >= 2;
  }

  has(method: string): boolean {
    return !this.#missing.has(method) && this.#told?.has(method) !== false;
  }

  /** It was tried, and is not there. */
  lacks(method: string): void {
    this.#missing.add(method);
  }
}
