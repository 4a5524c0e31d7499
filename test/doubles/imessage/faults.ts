import type { Json } from "./rows.ts";

/** What can go wrong with a call. */
export type Does =
  /** An error instead of the work. */
  | { readonly kind: "refuse"; readonly code: number; readonly message: string; readonly data?: Json | string }
  /** Nothing is done, and nothing answered. */
  | { readonly kind: "hang" }
  /** It is done, and the answer waits for `release`, or for ever. */
  | { readonly kind: "hold-answer" }
  /** The program ends before it does anything, after it did it, or in the middle of the answer's line. */
  | { readonly kind: "crash"; readonly when: "before" | "after" | "mid-line" }
  /** Lines that are no JSON, before the answer. */
  | { readonly kind: "garbage"; readonly lines: readonly string[] };

export interface FaultRule {
  readonly method: string;
  readonly does: Does;
  /** How many calls; one unless said. */
  readonly times?: number | undefined;
}

/** Lifts itself after its last call. */
export class Fault {
  readonly rule: FaultRule;
  readonly #held: (() => void)[] = [];
  readonly #struck = Promise.withResolvers<void>();
  #left: number;

  constructor(rule: FaultRule) {
    this.rule = rule;
    this.#left = rule.times ?? 1;
  }

  strikes(method: string): boolean {
    if (method !== this.rule.method || this.#left === 0) return false;
    this.#left--;
    this.#struck.resolve();
    return true;
  }

  /** Resolves once it happened to a call. */
  struck(): Promise<void> {
    return this.#struck.promise;
  }

  hold(answer: () => void): void {
    this.#held.push(answer);
  }

  /** Gives the answers that it held back. */
  release(): void {
    for (const answer of this.#held.splice(0)) answer();
  }

  lift(): void {
    this.#left = 0;
  }
}

export const rpcError = (code: number, message: string, data?: Json | string) => ({ code, message, data });

export const fullDiskAccess = rpcError(
  -32_603,
  "Internal error",
  "unable to open database file: authorization denied (code: 23). Grant Full Disk Access to your terminal.",
);
export const noAutomation = rpcError(
  -32_603,
  "Internal error",
  "AppleScript failed: Not authorized to send Apple events to Messages. (-1743)",
);
