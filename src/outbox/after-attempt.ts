import type { BackoffLimits } from "../lib/index.ts";
import { backoffMs, type Random } from "../lib/index.ts";
import { type Capabilities, DeliveryError } from "../providers/index.ts";
import type { OutboxRow } from "./outbox.store.ts";

/** What follows from an attempt to send, or from a crash in one. Pure. */

/** Attempts of one message, whatever its life. */
export const sendAttemptsMax = 12;
export const sendBackoff: BackoffLimits = { firstMs: 1_000, maxMs: 300_000, factor: 2 };

export type AfterFailure =
  | { readonly kind: "retry"; readonly delayMs: number; readonly error: string; readonly mayBeDouble: boolean }
  /** Look first whether it arrived. */
  | { readonly kind: "reconcile"; readonly delayMs: number; readonly error: string }
  /** It may have arrived: a person decides. */
  | { readonly kind: "hold"; readonly error: string }
  | { readonly kind: "fail"; readonly error: string };

/** How a send is treated whose outcome nobody knows. */
export type AmbiguousPolicy = "hold" | "resend" | "resend-dm";

export interface Rules {
  readonly identity: Capabilities["identity"];
  readonly ambiguous: AmbiguousPolicy;
}

export function afterFailure(
  row: Pick<OutboxRow, "attempts" | "kind" | "peer">,
  error: unknown,
  rules: Rules,
  random: Pick<Random, "unit">,
): AfterFailure {
  const text = error instanceof Error ? error.message : String(error);
  const isCertain = error instanceof DeliveryError && error.isCertain;
  if (error instanceof DeliveryError && error.isPermanent) return { kind: "fail", error: text };
  const retryAfterMs = error instanceof DeliveryError ? (error.retryAfterMs ?? 0) : 0;
  const delayMs = Math.max(retryAfterMs, backoffMs(row.attempts, sendBackoff, random));
  if (row.attempts + 1 >= sendAttemptsMax) {
    return isCertain || row.kind === "edit" ? { kind: "fail", error: text } : { kind: "hold", error: text };
  }
  if (isCertain || row.kind === "edit") return { kind: "retry", delayMs, error: text, mayBeDouble: false };
  return afterUnknown(row, text, delayMs, rules);
}

/** A send that a crash cut, or one that failed after something may have left. */
export function afterUnknown(
  row: Pick<OutboxRow, "kind" | "peer">,
  error: string,
  delayMs: number,
  { identity, ambiguous }: Rules,
): AfterFailure {
  if (row.kind === "edit" || identity === "idempotent") return { kind: "retry", delayMs, error, mayBeDouble: false };
  if (identity === "reconcilable") return { kind: "reconcile", delayMs, error };
  const resends = ambiguous === "resend" || (ambiguous === "resend-dm" && row.peer.kind === "direct");
  return resends ? { kind: "retry", delayMs, error, mayBeDouble: true } : { kind: "hold", error };
}

/** Whether the next attempt is due. A row of a later time than now: the wall clock went back, and its word is void. */
export function isTime(
  { nextAttemptAtMs, attemptAtMs, createdAtMs }: Pick<OutboxRow, "nextAttemptAtMs" | "attemptAtMs" | "createdAtMs">,
  nowMs: number,
): boolean {
  return nextAttemptAtMs <= nowMs || (attemptAtMs ?? createdAtMs) > nowMs;
}
