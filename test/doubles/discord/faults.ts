import { type CallFault, type CallRule, type ScriptedFault, ScriptedFaults } from "../faults.ts";
import type { Watch } from "../watch.ts";

/** What goes wrong with a call. */
export type FaultAction =
  /** Answered with an error, nothing is done. `body` replaces Discord's JSON, as a proxy's page would. */
  | {
      readonly kind: "refuse";
      readonly status: number;
      readonly code?: number | undefined;
      readonly words?: string | undefined;
      readonly retryAfterMs?: number | undefined;
      readonly isGlobal?: boolean | undefined;
      readonly body?: string | undefined;
    }
  | CallFault;

export interface FaultRule extends CallRule<FaultAction> {
  readonly channel?: string | undefined;
}

export type Fault = ScriptedFault<FaultRule>;
export type Faults = ScriptedFaults<FaultRule, string | undefined>;

export const newFaults = (watch: Watch): Faults =>
  new ScriptedFaults(watch, (rule, channel) => rule.channel === undefined || rule.channel === channel);
