import type { Clock } from "../../../src/lib/index.ts";
import type { CallFault, CallRule, ScriptedFault, ScriptedFaults } from "../faults.ts";

/** What goes wrong with a call. */
export type FaultAction =
  /** Answered with an error of the daemon's, nothing is done. */
  | { readonly kind: "refuse"; readonly code: number; readonly message?: string | undefined }
  /** Signal does not take it for anybody: `NETWORK_FAILURE`, `RATE_LIMIT_FAILURE`, … */
  | {
      readonly kind: "fail";
      readonly type: string;
      readonly retryAfterSeconds?: number | undefined;
      /** Of a challenge. */
      readonly token?: string | undefined;
    }
  /** Answered by something in between, without the daemon. */
  | { readonly kind: "status"; readonly status: number; readonly body?: string | undefined }
  | CallFault;

export type FaultRule = CallRule<FaultAction>;
export type Fault = ScriptedFault<FaultRule>;
export type Faults = ScriptedFaults<FaultRule>;

/** Time that only goes on, one step a happening at least: messages are told apart by it. */
export class Moments {
  readonly #clock: Pick<Clock, "nowMs">;
  #last = 0;

  constructor(clock: Pick<Clock, "nowMs">) {
    this.#clock = clock;
  }

  next(): number {
    this.#last = Math.max(this.#clock.nowMs(), this.#last + 1);
    return this.#last;
  }
}
