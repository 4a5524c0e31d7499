import { defineCommand } from "citty";
import { refused, UsageError, wholeNumber } from "../failure.ts";
import { exitCodes } from "../exit-codes.ts";
import { printJson, printLine, printText } from "../print.ts";
import { shownText } from "../words.ts";
import { Failure } from "../failure.ts";
import { askNode, nodeFlags, nodeName, type NodeFlags, parsedObject } from "./ask-node.ts";

/** Asking a node for anything, for a program, for a notification. */

export const invokeCommand = defineCommand({
  meta: { name: "invoke", description: "Ask a node for any command and print its answer" },
  args: {
    command: { type: "positional", required: true, description: "For instance canvas.eval" },
    params: { type: "string", description: "The command's parameters", valueHint: "JSON" },
    ...nodeFlags,
  },
  run: async ({ args }) => {
    const { payload } = await askNode(args, args.command, parsedObject("params", args.params));
    printJson(payload);
  },
});

export const runCommand = defineCommand({
  meta: { name: "run", description: "Run a program on a node: clawdia nodes run --node attic -- ls -l" },
  args: {
    argv: { type: "positional", required: true, description: "Program and arguments", valueHint: "…" },
    cwd: { type: "string", description: "Folder on the node", valueHint: "DIR" },
    seconds: { type: "string", description: "How long it may take (default 30)", valueHint: "S" },
    ...nodeFlags,
  },
  run: ({ args }) => run(args._, args),
});

export const notifyCommand = defineCommand({
  meta: { name: "notify", description: "Show a notification on a node" },
  args: {
    title: { type: "string", description: "Its title", valueHint: "TEXT" },
    body: { type: "string", description: "Its text", valueHint: "TEXT" },
    priority: { type: "enum", options: ["passive", "active", "timeSensitive"], description: "How much it disturbs" },
    sound: { type: "string", description: "Name of a sound", valueHint: "NAME" },
    ...nodeFlags,
  },
  run: async ({ args }) => {
    const { title = "", body = "", priority, sound } = args;
    if (`${title}${body}`.trim() === "") throw new UsageError("give --title or --body");
    const params = { title, body, ...(priority && { priority }), ...(sound && { sound }) };
    const { node } = await askNode(args, "system.notify", params);
    if (args.json) return printJson({ ok: true, nodeId: node.nodeId });
    printLine(`Shown on ${nodeName(node)}.`);
  },
});

interface RunFlags extends NodeFlags {
  readonly cwd?: string | undefined;
  readonly seconds?: string | undefined;
}

const secondsMax = 3_000;

/** What the program said goes where it belongs; its exit code decides over ours. */
async function run(argv: readonly string[], flags: RunFlags): Promise<void> {
  const seconds = wholeNumber("seconds", flags.seconds, { max: secondsMax }) ?? 30;
  const params = { command: [...argv], timeoutMs: seconds * 1000, ...(flags.cwd !== undefined && { cwd: flags.cwd }) };
  const { payload } = await askNode(flags, "system.run", params);
  if (flags.json) return printJson(payload);
  const end = (typeof payload === "object" && payload !== null ? payload : {}) as Readonly<Record<string, unknown>>;
  if (typeof end["stdout"] === "string") printText(shownText(end["stdout"]));
  if (typeof end["stderr"] === "string") process.stderr.write(shownText(end["stderr"]));
  if (end["timedOut"] === true) throw refused(`it was stopped after ${seconds} s`, "the same with --seconds");
  const { exitCode } = end;
  if (typeof exitCode !== "number" || exitCode === 0) return;
  throw new Failure(`the program ended with ${exitCode}`, { exitCode: exitCodes.refused, code: "PROGRAM_FAILED" });
}
