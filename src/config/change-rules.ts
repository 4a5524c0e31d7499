import { type Clock, oneLine } from "../lib/index.ts";
import { GatewayError, invalidRequest } from "../protocol/index.ts";
import { atPath, ConfigError, type ConfigFile } from "./load.ts";
import type { ParsedConfig } from "./parse.ts";

/** What refuses a change of the config before anything is tried out. The texts are those that clients look for. */

export const staleHash = "config changed since last load; re-run config.get and retry";
/** A smaller file may well be a tenth of what it was. */
const shrinkBytesMin = 512;
export const changesMax = 30;
const changesWindowMs = 60_000;

/** How many changes a minute there may be. */
export class ChangeAllowance {
  readonly #clock: Pick<Clock, "elapsedMs">;
  #takenAtMs: number[] = [];

  constructor(clock: Pick<Clock, "elapsedMs">) {
    this.#clock = clock;
  }

  /** Throws RATE_LIMITED, with the time to wait, when there are no more. */
  take(): void {
    const nowMs = this.#clock.elapsedMs();
    this.#takenAtMs = this.#takenAtMs.filter((atMs) => nowMs - atMs < changesWindowMs);
    const [first] = this.#takenAtMs;
    if (first !== undefined && this.#takenAtMs.length >= changesMax) {
      throw new GatewayError("RATE_LIMITED", `the config changes at most ${changesMax} times a minute`, {
        retryAfterMs: first + changesWindowMs - nowMs,
      });
    }
    this.#takenAtMs.push(nowMs);
  }
}

/** A config that cannot be used, with all that is wrong with it. */
export class ConfigRefused extends ConfigError {
  readonly issues: ParsedConfig["issues"];

  constructor(issues: ParsedConfig["issues"]) {
    super(`invalid config${issues[0] ? atPath(issues[0]) : ""}`);
    this.issues = issues;
  }
}

export function asRefusal(error: unknown): never {
  if (!(error instanceof ConfigRefused)) throw error;
  throw invalidRequest(oneLine(error.message, messageCharsMax), { details: { issues: error.issues } });
}

const messageCharsMax = 1_500;

export function refuseStale(file: ConfigFile, baseHash: string | undefined): void {
  if (file.source === undefined && baseHash === undefined) return;
  if (baseHash === undefined) throw invalidRequest("config base hash required; re-run config.get and retry");
  if (baseHash !== file.hash) throw invalidRequest(staleHash);
}

/** What a crash, or a slip, leaves of a text is not taken for a wish. */
export function refuseBlank(text: string): void {
  if (text.trim() === "") throw invalidRequest("invalid config: it is empty; write {} if the defaults are meant");
}

/** A text that lost most of itself on its way is not taken for one that is meant. */
export function refuseShrinking(before: string, text: string): void {
  const [from, to] = [Buffer.byteLength(before), Buffer.byteLength(text)];
  if (from < shrinkBytesMin || to * 2 >= from) return;
  throw invalidRequest(`the config would shrink from ${from} to ${to} bytes: add mayShrink: true if that is meant`);
}
