import type { Lists } from "../desk-readings.ts";

/** The rules for commands in sentences, and changes of them. Pure. */

export type PolicyFile = Lists["rules"]["file"];
export type AllowedEntry = NonNullable<NonNullable<PolicyFile["agents"]>[string]["allowlist"]>[number];
type Rules = NonNullable<PolicyFile["defaults"]>;

/** What holds where the file says nothing, as the gateway has it. */
const cautious: Rules = { security: "allowlist", ask: "on-miss", askFallback: "deny" };

const securities = {
  deny: "Nothing runs.",
  allowlist: "What you allowed for good runs.",
  full: "Everything runs, anywhere.",
};
const asks = {
  off: "Nobody is asked.",
  "on-miss": "You are asked about everything else.",
  always: "You are asked each time.",
};
const fallbacks = {
  deny: "Without an answer a command does not run.",
  allowlist: "Without an answer a command runs when it is allowed for good.",
  full: "Without an answer a command runs.",
};

export function ruleLines(rules: Rules | undefined, base: Rules = cautious): string[] {
  const { security, ask, askFallback } = { ...base, ...rules };
  return [
    ...(security === undefined ? [] : [securities[security]]),
    ...(ask === undefined ? [] : [asks[ask]]),
    ...(askFallback === undefined ? [] : [fallbacks[askFallback]]),
  ];
}

/** One and the same for one program with the same arguments. */
export function entryKey({ pattern, argPattern = "" }: AllowedEntry): string {
  return `${pattern} ${argPattern}`;
}

/** The file without the command of this key that was allowed for good. */
export function withoutEntry(file: PolicyFile, agent: string, key: string): PolicyFile {
  const rules = file.agents?.[agent];
  if (!rules) return file;
  const allowlist = (rules.allowlist ?? []).filter((entry) => entryKey(entry) !== key);
  return { ...file, agents: { ...file.agents, [agent]: { ...rules, allowlist } } };
}
