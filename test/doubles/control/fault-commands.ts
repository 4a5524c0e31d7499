import type { CallRule, ScriptedFault } from "../faults.ts";
import { known } from "./serve.ts";

interface Faulty<Rule extends CallRule<unknown>> {
  fault(rule: Rule): ScriptedFault<Rule>;
  liftFaults(): void;
}

interface Numbered {
  readonly fault: number;
}

/** Faults of a double in another process, by the number that `fault` gives. */
export function faultCommands<Rule extends CallRule<unknown>>(double: Faulty<Rule>) {
  const faults: ScriptedFault<Rule>[] = [];
  const the = ({ fault }: Numbered) => known(faults[fault], `fault ${fault}`);
  return {
    fault: async (rule: Rule): Promise<number> => faults.push(double.fault(rule)) - 1,
    struck: (asked: Numbered & { readonly times?: number }): Promise<void> => the(asked).struck(asked.times),
    release: async (asked: Numbered): Promise<void> => the(asked).release(),
    lift: async (asked: Numbered): Promise<void> => the(asked).lift(),
    hits: async (asked: Numbered): Promise<number> => the(asked).hits,
    liftFaults: async (): Promise<void> => double.liftFaults(),
  };
}
