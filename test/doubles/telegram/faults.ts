import { type CallFault, type CallRule, type ScriptedFault, ScriptedFaults } from "../faults.ts";
import type { Watch } from "../watch.ts";
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
  | CallFault
  /** The same, for `ms` of the double's clock at most. */
  | { readonly kind: "hold-answer"; readonly ms: number };

export interface FaultRule extends CallRule<FaultAction> {
  /** Only calls for this chat. */
  readonly chat?: number | undefined;
}

export type Fault = ScriptedFault<FaultRule>;
export type Faults = ScriptedFaults<FaultRule, number | undefined>;

export const newFaults = (watch: Watch): Faults =>
  new ScriptedFaults(watch, (rule, chat) => rule.chat === undefined || rule.chat === chat);

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
