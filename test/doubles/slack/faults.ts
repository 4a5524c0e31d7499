import type { CallFault, CallRule, ScriptedFault, ScriptedFaults } from "../faults.ts";

/** What goes wrong. */
export type FaultAction =
  /** Answered with Slack's word for why; nothing is done. */
  | { readonly kind: "refuse"; readonly error: string; readonly needed?: string | undefined }
  /** 429. Without a time, the header is left out. */
  | { readonly kind: "limit"; readonly retryAfterSeconds?: number | undefined }
  /** Answered by something in front of Slack: a status and a page. */
  | { readonly kind: "page"; readonly status: number; readonly body: string }
  | CallFault;

export type FaultRule = CallRule<FaultAction>;
export type Fault = ScriptedFault<FaultRule>;
export type Faults = ScriptedFaults<FaultRule>;
