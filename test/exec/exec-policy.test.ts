import { expect, test } from "bun:test";
import { effectivePolicy, judgeCommand, judgeUnanswered, type PolicyRequest } from "../../src/exec/exec-policy.ts";
import type { ExecPolicyFile } from "../../src/exec/policy-file.ts";

/** The owner's rules × a command. */

const git: PolicyRequest = {
  agentId: "main",
  program: "/usr/bin/git",
  resolvedPath: "/usr/bin/git",
  args: ["status"],
  isChangeable: false,
};
const entry = { pattern: "/usr/bin/git", argPattern: '["status"]' };
const listed = (more: object = {}): ExecPolicyFile => ({
  version: 1,
  agents: { main: { allowlist: [{ ...entry, ...more }] } },
});

type Outcome = "allow" | "ask" | "deny";
const rows: readonly (readonly [
  name: string,
  file: ExecPolicyFile,
  request: Partial<PolicyRequest>,
  outcome: Outcome,
  unanswered: Outcome,
])[] = [
  ["a fresh machine asks for everything", { version: 1 }, {}, "ask", "deny"],
  ["what is listed runs", listed(), {}, "allow", "deny"],
  ["other arguments are asked for", listed(), { args: ["status", "-s"] }, "ask", "deny"],
  ["another program is asked for", listed(), { program: "/tmp/git", resolvedPath: "/tmp/git" }, "ask", "deny"],
  ["a list of another agent is not this one's", listed(), { agentId: "work" }, "ask", "deny"],
  ["a list for all is everybody's", { version: 1, agents: { "*": { allowlist: [entry] } } }, {}, "allow", "deny"],
  [
    "a listed program that leads elsewhere now is asked for",
    listed({ lastResolvedPath: "/usr/bin/git" }),
    { resolvedPath: "/tmp/evil" },
    "ask",
    "deny",
  ],
  ["a listed program that the agent may change is asked for", listed(), { isChangeable: true }, "ask", "deny"],
  [
    "a name is no path",
    { version: 1, agents: { main: { allowlist: [{ ...entry, pattern: "git" }] } } },
    {},
    "ask",
    "deny",
  ],
  [
    "a star is no path",
    { version: 1, agents: { main: { allowlist: [{ ...entry, pattern: "/usr/bin/*" }] } } },
    {},
    "ask",
    "deny",
  ],
  ["an entry without arguments admits none", listed({ argPattern: undefined }), {}, "ask", "deny"],
  ["deny is deny", { ...listed(), defaults: { security: "deny" } }, {}, "deny", "deny"],
  ["full runs everything", { version: 1, defaults: { security: "full" } }, {}, "allow", "deny"],
  ["full with always asks", { version: 1, defaults: { security: "full", ask: "always" } }, {}, "ask", "deny"],
  ["always asks for what is listed too", { ...listed(), defaults: { ask: "always" } }, {}, "ask", "deny"],
  ["off denies what is not listed", { version: 1, defaults: { ask: "off" } }, {}, "deny", "deny"],
  ["off runs what is listed", { ...listed(), defaults: { ask: "off" } }, {}, "allow", "deny"],
  [
    "the fallback may be the list",
    { ...listed(), defaults: { ask: "always", askFallback: "allowlist" } },
    {},
    "ask",
    "allow",
  ],
  ["the list as fallback needs an entry", { version: 1, defaults: { askFallback: "allowlist" } }, {}, "ask", "deny"],
  ["a fallback is never laxer than the rules", { version: 1, defaults: { askFallback: "full" } }, {}, "ask", "deny"],
  [
    "the fallback may be everything where everything may run",
    { version: 1, defaults: { security: "full", ask: "always", askFallback: "full" } },
    {},
    "ask",
    "allow",
  ],
  [
    "an agent's own rules come first",
    { version: 1, defaults: { security: "full" }, agents: { main: { security: "deny" } } },
    {},
    "deny",
    "deny",
  ],
  [
    "a session may be stricter",
    { version: 1, defaults: { security: "full" } },
    { session: { security: "deny" } },
    "deny",
    "deny",
  ],
  ["a session may not be laxer", { version: 1 }, { session: { security: "full", ask: "off" } }, "ask", "deny"],
  ["a session may ask always", listed(), { session: { ask: "always" } }, "ask", "deny"],
  ["an unknown word of a session changes nothing", listed(), { session: { security: "x", ask: "y" } }, "allow", "deny"],
];

for (const [name, file, request, outcome, unanswered] of rows) {
  test(name, () => {
    const asked = { ...git, ...request };
    expect([judgeCommand(file, asked).kind, judgeUnanswered(file, asked).kind]).toEqual([outcome, unanswered]);
  });
}

test("an agent called like a property of every object has no rules by that", () => {
  expect(effectivePolicy({ version: 1, agents: {} }, "constructor").security).toBe("allowlist");
});
