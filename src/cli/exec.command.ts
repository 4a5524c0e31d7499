import { defineCommand } from "citty";
import { cautiousRules, isArgumentPattern } from "../exec/index.ts";
import type { Methods } from "../gateway/index.ts";
import { realClock, spanWords } from "../lib/index.ts";
import type { ResultOf } from "../protocol/index.ts";
import { withGateway } from "./connected.ts";
import { refused } from "./failure.ts";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";
import { printJson, printLine } from "./print.ts";
import { paint } from "./style.ts";
import { printFacts, printTable } from "./table.ts";
import { countWords, shortId, shown } from "./words.ts";

/** `clawdia exec`: commands that wait for a decision, and the rules for them. The start of an id names a command. */

const id = { type: "positional", required: false, description: "Id of the command or its start" } as const;

export const execCommand = defineCommand({
  meta: { name: "exec", description: "Allow or deny commands of your agents" },
  default: "pending",
  subCommands: {
    pending: defineCommand({
      meta: { name: "pending", description: "List commands that wait for a decision" },
      args: gatewayFlags,
      run: ({ args }) => pending(args),
    }),
    allow: defineCommand({
      meta: { name: "allow", description: "Let a command run" },
      args: {
        id,
        always: { type: "boolean", description: "The same program with the same arguments needs not ask again" },
        ...gatewayFlags,
      },
      run: ({ args }) => decide(args.id, args.always ? "allow-always" : "allow-once", args),
    }),
    deny: defineCommand({
      meta: { name: "deny", description: "Do not let a command run" },
      args: { id, ...gatewayFlags },
      run: ({ args }) => decide(args.id, "deny", args),
    }),
    policy: defineCommand({
      meta: { name: "policy", description: "Show the rules: what runs, what is asked for, what is refused" },
      args: gatewayFlags,
      run: ({ args }) => policy(args),
    }),
  },
});

type Waiting = ResultOf<Methods["exec.approval.list"]>[number];
type Decision = NonNullable<ResultOf<Methods["exec.approval.request"]>["decision"]>;
type PolicyFile = ResultOf<Methods["exec.approvals.get"]>["file"];
type Rules = NonNullable<PolicyFile["defaults"]>;
type Entry = NonNullable<NonNullable<PolicyFile["agents"]>[string]["allowlist"]>[number];

/** Long enough for the longest command that can be asked for. */
const commandCharsMax = 16_384;

async function pending(flags: GatewayFlags): Promise<void> {
  const waiting = await withGateway(flags, ({ call }) => call("exec.approval.list", {}));
  if (flags.json) return printJson(waiting);
  if (waiting.length === 0) return printLine("No command waits for a decision.");
  for (const [index, one] of waiting.entries()) {
    if (index > 0) printLine();
    printOne(one);
  }
}

async function decide(written: string | undefined, decision: Decision, flags: GatewayFlags): Promise<void> {
  const done = await withGateway(flags, async ({ call }) => {
    const one = chosen(await call("exec.approval.list", {}), written, decision === "deny" ? "deny" : "allow");
    await call("exec.approval.resolve", { id: one.id, decision });
    return one;
  });
  if (flags.json) return printJson({ ok: true, id: done.id, decision });
  const words = { "allow-once": "may run", "allow-always": "may run, now and always", deny: "is denied" }[decision];
  printLine(`${shown(done.request.command, commandCharsMax)}\n${words}.`);
}

async function policy(flags: GatewayFlags): Promise<void> {
  const snapshot = await withGateway(flags, ({ call }) => call("exec.approvals.get", {}));
  if (flags.json) return printJson(snapshot);
  const { path, exists, file } = snapshot;
  printFacts([
    ["file", exists ? path : `${path} (not there: the defaults hold)`],
    ...ruleFacts({ ...cautiousRules, ...file.defaults }),
  ]);
  for (const [agent, { allowlist = [], ...rules }] of Object.entries(file.agents ?? {})) {
    printLine();
    printLine(paint("bold", agent === "*" ? "every agent" : `agent ${shown(agent)}`));
    printFacts(ruleFacts(rules));
    if (allowlist.length === 0) continue;
    printTable(["PROGRAM", "ARGUMENTS", "LAST USED"], allowlist.map(entryRow));
  }
}

/** The command that is meant; undefined `written` means the only one. */
function chosen(waiting: readonly Waiting[], written: string | undefined, verb: "allow" | "deny"): Waiting {
  if (waiting.length === 0)
    throw refused("no command waits for a decision; they wait 2 minutes", "clawdia exec pending");
  const fitting = written === undefined ? waiting : waiting.filter((one) => one.id.startsWith(written));
  if (fitting.length === 1) return fitting[0]!;
  for (const one of fitting.length === 0 ? waiting : fitting) printOne(one);
  const problem =
    fitting.length === 0
      ? `no command's id starts with ${shown(written)}`
      : `${countWords(fitting.length, "command")} wait: say which one`;
  throw refused(problem, `clawdia exec ${verb} ID, with an id of this list`);
}

/** The command itself is never shortened: what is not read is not allowed. */
function printOne({ id: whole, request, expiresAtMs }: Waiting): void {
  const { command, agentId, cwd, resolvedPath, host } = request;
  printLine(paint("yellow", shown(command, commandCharsMax)));
  printFacts([
    ["id", shortId(whole)],
    ["agent", shown(agentId ?? "")],
    ["program", shown(resolvedPath ?? "", commandCharsMax)],
    ["folder", shown(cwd ?? "", commandCharsMax)],
    ["runs on", shown(host ?? "")],
    ["waits for", `${spanWords(expiresAtMs - realClock.nowMs())} more`],
    ["allow", `clawdia exec allow ${shortId(whole)}`],
    ["deny", `clawdia exec deny ${shortId(whole)}`],
  ]);
}

function ruleFacts({ security, ask, askFallback }: Rules): [name: string, value: string | undefined][] {
  const securities = {
    deny: "nothing runs",
    allowlist: "what is on the list runs",
    full: "everything runs, anywhere",
  };
  const asks = { off: "nobody is asked", "on-miss": "you are asked for the rest", always: "you are asked each time" };
  const fallbacks = { deny: "it does not run", allowlist: "it runs when it is on the list", full: "it runs" };
  return [
    ["security", security && `${security}: ${securities[security]}`],
    ["ask", ask && `${ask}: ${asks[ask]}`],
    ["askFallback", askFallback && `${askFallback}: without an answer ${fallbacks[askFallback]}`],
  ];
}

/** What is written in another way than ours fits nothing, and says so. */
function entryRow({ pattern, argPattern = "[]", lastUsedAt }: Entry): string[] {
  const isPath = pattern.startsWith("/") && !pattern.includes("*");
  return [
    isPath ? pattern : `${pattern} (fits nothing: no full path)`,
    isArgumentPattern(argPattern) ? argPattern : `${argPattern} (fits nothing: no list of arguments)`,
    lastUsedAt === undefined ? "never" : `${spanWords(realClock.nowMs() - lastUsedAt)} ago`,
  ];
}
