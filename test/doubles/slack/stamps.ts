import type { Clock } from "../../../src/lib/index.ts";

/**
 * Slack names messages by the time of their posting. The emulator takes the machine's; what is shown is the double's
 * own clock, which a test moves, so both names of a message are known here.
 */
export class Stamps {
  readonly #clock: Clock;
  readonly #shown = new Map<string, string>();
  readonly #real = new Map<string, string>();
  #last = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A moment that no other one has. */
  next(): string {
    this.#last = Math.max(this.#last + 1, Math.floor(this.#clock.nowMs()) * 1000);
    return `${Math.floor(this.#last / 1_000_000)}.${String(this.#last % 1_000_000).padStart(6, "0")}`;
  }

  /** As people see it, for an emulator's answer. New names come into being here, in the order of the answers. */
  shown<T>(value: T): T {
    return mapped(value, (real) => {
      const known = this.#shown.get(real);
      if (known !== undefined) return known;
      // What was shown once is not shown as something else.
      if (this.#real.has(real)) return real;
      const stamp = this.next();
      this.#shown.set(real, stamp);
      this.#real.set(stamp, real);
      return stamp;
    });
  }

  /** As the emulator knows it, for what it is asked. */
  real<T>(value: T): T {
    return mapped(value, (shown) => this.#real.get(shown) ?? shown);
  }
}

function mapped<T>(value: T, change: (ts: string) => string): T {
  return JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
    typeof part === "string" && /^[1-9]\d{9}\.\d{6}$/.test(part) ? change(part) : part,
  ) as T;
}
