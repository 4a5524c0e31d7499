import type { ModelCost } from "../../config/index.ts";
import type { TurnUsage } from "../turn-words.ts";

const million = 1_000_000;

/** US dollars; null when the price is not known. */
export function costOf(usage: TurnUsage, cost: ModelCost | undefined): number | null {
  if (!cost) return null;
  const { input, output, cacheRead = input, cacheWrite = input } = cost;
  return (
    (usage.input * input + usage.output * output + usage.cacheRead * cacheRead + usage.cacheWrite * cacheWrite) /
    million
  );
}
