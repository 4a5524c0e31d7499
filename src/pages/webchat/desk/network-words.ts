import { capitalised } from "../moments.ts";
import { spanWords } from "../../../lib/index.ts";

/** How an account of a network is, in words. What the gateway says of one is open, so it is read with care. Pure. */

export interface AccountShown {
  readonly accountId: string;
  readonly who: string | undefined;
  readonly state: string;
  readonly reason: string | undefined;
  /** The next command to type, where only a person can mend it. */
  readonly cure: string | undefined;
  readonly retryAtMs: number | undefined;
  readonly lastInAtMs: number | undefined;
  readonly lastOutAtMs: number | undefined;
  readonly isConfigured: boolean;
  readonly canLogin: boolean;
  readonly probe: Probe | undefined;
}

export interface Probe {
  readonly isOk: boolean;
  readonly error: string | undefined;
  readonly elapsedMs: number | undefined;
}

type Open = Readonly<Record<string, unknown>>;

export function accountOf(open: Open): AccountShown {
  const probe = open["probe"];
  return {
    accountId: text(open["accountId"]) ?? "main",
    who: text(open["handle"]) ?? text(open["name"]),
    state: text(open["state"]) ?? "unknown",
    reason: text(open["lastError"]),
    cure: text(open["cure"]),
    retryAtMs: number(open["retryAt"]),
    lastInAtMs: number(open["lastInboundAt"]),
    lastOutAtMs: number(open["lastOutboundAt"]),
    isConfigured: open["configured"] === true,
    canLogin: open["canLogin"] === true,
    probe: typeof probe === "object" && probe !== null ? probeOf(probe as Open) : undefined,
  };
}

function probeOf(open: Open): Probe {
  return { isOk: open["ok"] === true, error: text(open["error"]), elapsedMs: number(open["elapsedMs"]) };
}

export interface AccountWords {
  readonly name: string;
  readonly tone: "good" | "busy" | "bad" | "calm";
  readonly text: string;
}

/** `nowMs` is the time at the gateway. */
export function accountWords({ state, reason, retryAtMs, isConfigured }: AccountShown, nowMs: number): AccountWords {
  // A login that was not finished leaves an account that was never opened.
  switch (state === "stopped" && !isConfigured ? "unconfigured" : state) {
    case "connected":
      return { name: "Connected", tone: "good", text: "" };
    case "connecting":
      return { name: "Connecting", tone: "busy", text: "" };
    case "waiting": {
      const next = retryAtMs === undefined ? "soon" : `in ${spanWords(retryAtMs - nowMs)}`;
      return { name: "Connection lost", tone: "busy", text: because(reason, `It is tried again ${next}, by itself.`) };
    }
    case "logged-out":
      return { name: "Logged out", tone: "bad", text: because(reason, "Link it again to go on.") };
    case "unconfigured":
      return { name: "Not linked", tone: "calm", text: "It has no credentials yet." };
    case "stopped":
      return { name: "Switched off", tone: "calm", text: because(reason, "Nothing comes in and nothing goes out.") };
    default:
      return { name: state, tone: "calm", text: reason ?? "" };
  }
}

/** In English sentences, whatever case and end the network's reason has. */
function because(reason: string | undefined, next: string): string {
  if (reason === undefined || reason === "") return next;
  const sentence = capitalised(reason);
  return `${/[.!?]$/.test(sentence) ? sentence : `${sentence}.`} ${next}`;
}

export function probeWords({ isOk, error, elapsedMs }: Probe): string {
  if (isOk) return elapsedMs === undefined ? "It answered." : `It answered within ${elapsedMs} ms.`;
  return `It did not answer: ${error ?? "no reason given"}.`;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
