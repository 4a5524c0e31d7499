import type { Clock } from "../../../src/lib/index.ts";
import type { Watch } from "./watch.ts";
import type { Answer, RefusalParameters } from "./wire.ts";

/** What goes wrong. */
export type FaultAction =
  /** Answered with an error, nothing is done. `body` replaces Telegram's JSON, as a proxy's page would. */
  | {
      readonly kind: "refuse";
      readonly code: number;
      readonly description?: string | undefined;
      readonly retryAfter?: number | undefined;
      readonly migrateTo?: number | undefined;
      readonly body?: string | undefined;
    }
  /** Nothing is done and nothing is answered until the fault is released; then all goes its way. */
  | { readonly kind: "hang" }
  /** The connection is cut before anything is done. */
  | { readonly kind: "drop" }
  /** It is done, and the connection is cut instead of the answer: the ambiguous one. */
  | { readonly kind: "drop-answer" }
  /** It is done; the answer comes when the fault is released, or after `ms` of the double's clock. */
  | { readonly kind: "hold-answer"; readonly ms?: number | undefined };

export interface FaultRule {
  readonly does: FaultAction;
  /** Which method, by its name in any case; every method when left out, `getUpdates` too. */
  readonly method?: string | undefined;
  /** Only calls for this chat. */
  readonly chat?: number | undefined;
  /** How many calls it meets; once when left out. */
  readonly times?: number | undefined;
}

/** A fault that was scripted, and how often it struck. */
export class Fault {
  readonly rule: FaultRule;
  readonly #watch: Watch;
  readonly #clock: Clock;
  #hits = 0;
  #isLifted = false;
  #isReleased = false;

  constructor(rule: FaultRule, watch: Watch, clock: Clock) {
    this.rule = rule;
    this.#watch = watch;
    this.#clock = clock;
  }

  get hits(): number {
    return this.#hits;
  }

  /** Resolves once it struck that often. */
  async struck(times = 1): Promise<void> {
    await this.#watch.until(() => this.#hits >= times || undefined);
  }

  /** Lets every call go on that it holds, now and later. */
  release(): void {
    this.#isReleased = true;
    this.#watch.changed();
  }

  /** Strikes no more, and lets go what it holds. */
  lift(): void {
    this.#isLifted = true;
    this.release();
  }

  takes(method: string, chat: number | undefined): boolean {
    const { rule } = this;
    if (this.#isLifted || this.#hits >= (rule.times ?? 1)) return false;
    if (rule.method !== undefined && rule.method.toLowerCase() !== method.toLowerCase()) return false;
    return rule.chat === undefined || rule.chat === chat;
  }

  strike(): void {
    this.#hits++;
    this.#watch.changed();
  }

  /** Waits until it is released, its time is over, or the client is gone. */
  async held(signal: AbortSignal): Promise<void> {
    const { does } = this.rule;
    const gone = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    const over = does.kind === "hold-answer" && does.ms !== undefined ? [this.#clock.sleep(does.ms)] : [];
    await Promise.race([this.#watch.until(() => this.#isReleased || undefined), gone, ...over]);
  }
}

/** The script of faults: the first that fits a call strikes it. */
export class Faults {
  readonly #faults: Fault[] = [];

  add(fault: Fault): Fault {
    this.#faults.push(fault);
    return fault;
  }

  take(method: string, chat: number | undefined): Fault | undefined {
    const fault = this.#faults.find((one) => one.takes(method, chat));
    fault?.strike();
    return fault;
  }

  liftAll(): void {
    for (const fault of this.#faults) fault.lift();
  }
}

const usualWords: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden: bot was blocked by the user",
  404: "Not Found",
  409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

export function refusalOf(does: FaultAction & { readonly kind: "refuse" }): Answer {
  const usual = does.code === 429 ? `Too Many Requests: retry after ${does.retryAfter ?? 1}` : usualWords[does.code];
  const parameters: RefusalParameters = {
    ...(does.code === 429 && { retry_after: does.retryAfter ?? 1 }),
    ...(does.migrateTo !== undefined && { migrate_to_chat_id: does.migrateTo }),
  };
  return {
    ok: false,
    error_code: does.code,
    description: does.description ?? usual ?? "Error",
    ...(Object.keys(parameters).length > 0 && { parameters }),
  };
}
