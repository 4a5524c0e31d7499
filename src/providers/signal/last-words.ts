import type { LinkState } from "../provider.ts";
import { DaemonEnded } from "./daemon.ts";
import { CallError, isAccountGone } from "./failures.ts";
import { TransportError } from "../transport.ts";

/** What a link tells when it ends, and the command that mends what only a person can. */

const addSignal = "clawdia providers add signal";

export const noNumber: LinkState = { kind: "logged-out", reason: "no account is linked", cure: addSignal };

export const unlinked: LinkState = {
  kind: "logged-out",
  reason: "Signal does not know this device any more: it was unlinked on the phone, or never linked",
  cure: addSignal,
};

/** Undefined for what is a fault of our own. */
export function lastWords(error: unknown): LinkState | undefined {
  if (error instanceof DaemonEnded) {
    return error.end.isUnlinked ? unlinked : { kind: "lost", reason: error.end.reason };
  }
  if (error instanceof CallError) {
    const { failure } = error;
    return failure.kind === "refused" && isAccountGone(failure) ? unlinked : { kind: "lost", reason: error.message };
  }
  if (error instanceof TransportError) return { kind: "lost", reason: `signal-cli: ${error.message}` };
  return error instanceof Error && error.name === "StartError" ? { kind: "lost", reason: error.message } : undefined;
}
