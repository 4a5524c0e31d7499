import type { PendingExecApproval } from "../../exec/index.ts";
import { askControl, type NodeStatus } from "../../headless/index.ts";
import { realClock, unreachable, spanWords } from "../../lib/index.ts";
import { type Failure, refused } from "../failure.ts";
import { printJson, printLine } from "../print.ts";
import { paint } from "../style.ts";
import { printFacts } from "../table.ts";
import { agoWords, countWords, shortId, shown } from "../words.ts";
import { controlFile, nodePaths } from "./place.ts";

/** What the node of this machine says about itself, and the commands that wait for the person here. */

interface Flags {
  readonly json?: boolean | undefined;
  readonly profile?: string | undefined;
}

/** Long enough for the longest command that can be asked for. */
const commandCharsMax = 16_384;

export async function nodeStatus({ json, profile }: Flags): Promise<void> {
  const status = (await ask(profile, "/status")) as NodeStatus;
  if (json) return printJson(status);
  const { url, displayName, nodeId, pid, commands, absences, pending, isCanvasRunning } = status;
  printFacts([
    ["gateway", `${shown(url)}: ${linkWords(status)}`],
    ["node", `${shown(displayName)} (${shortId(nodeId)})`],
    ["process", String(pid)],
    ["offers", commands.length === 0 ? "nothing" : commands.join("\n")],
    ["browser", isCanvasRunning ? "runs" : undefined],
    ["waits for you", pending === 0 ? undefined : `${countWords(pending, "command")}: clawdia node pending`],
  ]);
  if (absences.length === 0) return;
  printLine(`\n${paint("bold", "Not offered")}`);
  printFacts(absences.map((one) => [one.commands, shown(one.why)]));
}

export async function nodePending({ json, profile }: Flags): Promise<void> {
  const waiting = (await ask(profile, "/pending")) as readonly PendingExecApproval[];
  if (json) return printJson(waiting);
  if (waiting.length === 0) return printLine("No command waits for you.");
  for (const [index, one] of waiting.entries()) {
    if (index > 0) printLine();
    printOne(one);
  }
}

export async function decideOnNode(
  written: string | undefined,
  decision: "allow-once" | "allow-always" | "deny",
  { json, profile }: Flags,
): Promise<void> {
  const waiting = (await ask(profile, "/pending")) as readonly PendingExecApproval[];
  const one = chosen(waiting, written);
  const post = { id: one.id, decision };
  await askControl(controlFile(nodePaths(profile)), "/resolve", post).catch((error: unknown) => {
    throw refused(
      `the node does not take that: ${error instanceof Error ? error.message : ""}`,
      "clawdia node pending",
    );
  });
  if (json) return printJson({ ok: true, ...post });
  const words = { "allow-once": "may run", "allow-always": "may run, now and always", deny: "is denied" }[decision];
  printLine(`${shown(one.request.command, commandCharsMax)}\n${words}.`);
}

async function ask(profile: string | undefined, path: "/status" | "/pending"): Promise<unknown> {
  const answer = await askControl(controlFile(nodePaths(profile)), path);
  if (answer === undefined) throw notRunning();
  return answer;
}

function notRunning(): Failure {
  return refused("no node runs on this machine", "clawdia node run --host HOST, or clawdia node install --host HOST");
}

function linkWords({ link }: NodeStatus): string {
  switch (link.kind) {
    case "open":
      return `connected ${agoWords(link.sinceMs, realClock.nowMs())}`;
    case "approval":
      return `waits for its approval; on the gateway's machine: clawdia devices approve ${shown(link.requestId)}`;
    case "waiting":
      return `no connection (${shown(link.reason)}); it is tried again`;
    case "refused":
      return `refused: ${shown(link.reason)}`;
    case "connecting":
      return "connecting";
    default:
      return unreachable(link);
  }
}

/** The command itself is never shortened: what is not read is not allowed. */
function printOne({ id, request, expiresAtMs }: PendingExecApproval): void {
  printLine(paint("yellow", shown(request.command, commandCharsMax)));
  printFacts([
    ["id", shortId(id)],
    ["program", shown(request.resolvedPath ?? "", commandCharsMax)],
    ["folder", shown(request.cwd ?? "", commandCharsMax)],
    ["waits for", `${spanWords(expiresAtMs - realClock.nowMs())} more`],
    ["allow", `clawdia node allow ${shortId(id)}`],
    ["deny", `clawdia node deny ${shortId(id)}`],
  ]);
}

function chosen(waiting: readonly PendingExecApproval[], written: string | undefined): PendingExecApproval {
  if (waiting.length === 0) throw refused("no command waits for you; they wait 2 minutes", "clawdia node pending");
  const fitting = written === undefined ? waiting : waiting.filter(({ id }) => id.startsWith(written));
  if (fitting.length === 1) return fitting[0]!;
  const problem =
    fitting.length === 0 ? `no command's id starts with ${shown(written)}` : "several wait: say which one";
  throw refused(problem, "clawdia node pending");
}
