import type { Refusal } from "../protocol/index.ts";
import { endTexts, type Run } from "../runs/index.ts";

/** How a run ended, as OpenAI's clients are told. */

/** Why there is no whole answer; undefined when there is one. */
export function failureOf({ state, error }: Run): Refusal | undefined {
  switch (state) {
    case "ok":
      return undefined;
    case "timeout":
      return { status: 504, code: "timeout", message: error ?? endTexts.timeout };
    case "aborted":
      return { status: 500, code: "aborted", message: "the run was aborted" };
    case "interrupted":
      return { status: 500, code: "interrupted", message: error ?? endTexts.interrupted };
    default:
      return { status: 500, code: "run_failed", message: error ?? endTexts.error };
  }
}

export function tokensOf({ usage }: Run) {
  const input = usage ? usage.input + usage.cacheRead + usage.cacheWrite : 0;
  const output = usage?.output ?? 0;
  return { input, output, cached: usage?.cacheRead ?? 0, total: input + output };
}

/** How much a client wants thought, in our words. */
export function effortOf(effort: unknown): string | undefined {
  if (typeof effort !== "string") return undefined;
  return effort === "none" ? "off" : effort;
}
