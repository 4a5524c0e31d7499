import { defineCommand } from "citty";
import { processEnvironment } from "../config/index.ts";
import { readTextIfPresent } from "../lib/index.ts";
import { fixedEnvironment, parseEnvironmentFile, type ServiceState, type Step } from "../service/index.ts";
import { exitCodes } from "./exit-codes.ts";
import { refused, wholeNumber } from "./failure.ts";
import { printJson, printLine } from "./print.ts";
import { type Done, perform } from "./service/perform.ts";
import { type Placed, placeService, type PlaceFlags } from "./service/placing.ts";
import { paint } from "./style.ts";
import { printFacts } from "./table.ts";
import { shown } from "./words.ts";

/** `clawdia service`: systemd or launchd keeps the gateway running. */

const flags = {
  system: { type: "boolean", description: "The machine's service, started at boot (needs root)" },
  "run-as": { type: "string", description: "Whose gateway it is, with --system", valueHint: "NAME" },
  profile: { type: "string", description: "Use ~/.clawdia-NAME", valueHint: "NAME" },
  json: { type: "boolean", description: "Print JSON for programs; errors too" },
} as const;
const dryRun = { type: "boolean", description: "Only show what would be done" } as const;

interface ServiceFlags extends PlaceFlags {
  readonly json?: boolean | undefined;
  readonly "dry-run"?: boolean | undefined;
}

type Action = "start" | "stop" | "restart" | "uninstall";

export const serviceCommand = defineCommand({
  meta: { name: "service", description: "Have systemd or launchd keep the gateway running" },
  default: "status",
  subCommands: {
    install: defineCommand({
      meta: { name: "install", description: "Install the service, enable and start it; again: bring it up to date" },
      args: { ...flags, "dry-run": dryRun },
      run: ({ args }) => installService(args),
    }),
    uninstall: acting("uninstall", "Stop the service and remove it; the state stays"),
    start: acting("start", "Start the service"),
    stop: acting("stop", "Stop the service; work in flight is finished"),
    restart: acting("restart", "Stop it, work in flight finished, and start it"),
    status: defineCommand({
      meta: { name: "status", description: "Show the service, and where its settings come from" },
      args: flags,
      run: ({ args }) => showStatus(args),
    }),
    logs: defineCommand({
      meta: { name: "logs", description: "Show what the service manager kept of the gateway's output" },
      args: {
        ...flags,
        follow: { type: "boolean", alias: "f", description: "Go on with what is written from now on" },
        limit: { type: "string", description: "How many lines (default 200)", valueHint: "N" },
      },
      run: ({ args }) => showLogs(args, args.follow === true, wholeNumber("limit", args.limit) ?? 200),
    }),
  },
});

function acting(action: Action, description: string) {
  return defineCommand({
    meta: { name: action, description },
    args: { ...flags, "dry-run": dryRun },
    run: async ({ args }) => {
      const placed = await placeService(args);
      await act(placed.manager[action](), placed, args);
    },
  });
}

export async function installService(args: ServiceFlags): Promise<void> {
  const placed = await placeService(args);
  const { file } = placed.manager;
  const isChanged = readTextIfPresent(file.path) !== file.text;
  await act(placed.manager.install(isChanged), placed, args);
  if (args.json) return;
  if (args["dry-run"]) return printLine(`\n${paint("dim", file.path)}\n${file.text.trimEnd()}`);
  const names = leftInShell(placed);
  if (names.length > 0) {
    const where = `they are set in this shell, and the service does not see them: write them into`;
    printLine(`${paint("yellow", "→")} ${names.join(", ")}: ${where} ${placed.plan.environmentFile}`);
  }
  printLine(`${paint("green", "running")} as ${placed.manager.name}. See it: clawdia service status`);
}

/** What only this shell has is not there at the next boot. */
function leftInShell({ plan }: Placed): string[] {
  const environment = processEnvironment();
  const inFile = parseEnvironmentFile(readTextIfPresent(plan.environmentFile) ?? "");
  const kept = { ...fixedEnvironment(plan), ...inFile, CLAWDIA_PROFILE: "" };
  return Object.keys(environment).filter(
    (name) => (name.startsWith("CLAWDIA_") || /^[A-Z_]+_API_KEY$/.test(name)) && !(name in kept),
  );
}

async function act(steps: readonly Step[], placed: Placed, args: ServiceFlags): Promise<void> {
  const isDry = args["dry-run"] === true;
  const done = await perform(steps, placed, isDry);
  const { manager } = placed;
  if (args.json)
    return printJson({
      service: manager.name,
      manager: manager.kind,
      file: manager.file.path,
      dryRun: isDry,
      steps: done,
    });
  for (const one of done) printDone(one, isDry);
}

function printDone({ did, isOld, advice }: Done, isDry: boolean): void {
  if (isOld) return printLine(paint("dim", `as it was: ${did}`));
  if (advice !== undefined) return printLine(`${paint("yellow", "→")} ${advice}`);
  printLine(isDry ? `would ${did}` : `${paint("green", "did")} ${did}`);
}

async function showStatus(args: ServiceFlags): Promise<void> {
  const placed = await placeService(args);
  const { manager, plan, run } = placed;
  const state = await manager.state(run);
  const written = readTextIfPresent(manager.file.path);
  const isStale = written !== undefined && written !== manager.file.text;
  const settings = settingsOf(placed);
  if (!state.isRunning) process.exitCode = exitCodes.refused;
  if (args.json) {
    const { path: file } = manager.file;
    return printJson({ service: manager.name, manager: manager.kind, file, isStale, ...state, settings });
  }
  printFacts([
    ["service", `${manager.name} (${manager.kind}, ${plan.scope})`],
    ["state", state.isRunning ? paint("green", shown(state.word)) : paint("red", shown(state.word))],
    ["says", shown(state.told)],
    ["process", state.pid === undefined ? undefined : String(state.pid)],
    ["started again", state.restarts === undefined ? undefined : `${state.restarts} times by itself`],
    ["last exit", state.isRunning || state.lastExitCode === undefined ? undefined : String(state.lastExitCode)],
    ["at boot", state.isEnabled ? "yes" : "no"],
    [
      "file",
      written === undefined ? undefined : `${manager.file.path}${isStale ? " (not what this version writes)" : ""}`,
    ],
    ...settings.map(({ name, from }): [string, string] => [name, `from ${from}`]),
  ]);
  const next = nextOf(state, written !== undefined, isStale);
  if (next !== undefined) printLine(`${paint("yellow", "→")} ${next}`);
}

/** Where each value comes from, never the value. The later one beats the earlier. */
function settingsOf({ plan, manager }: Placed): { readonly name: string; readonly from: string }[] {
  const inFile = Object.keys(parseEnvironmentFile(readTextIfPresent(plan.environmentFile) ?? ""));
  const inUnit = Object.keys(fixedEnvironment(plan)).filter((name) => !inFile.includes(name));
  return [
    ...inUnit.map((name) => ({ name, from: manager.file.path })),
    ...inFile.map((name) => ({ name, from: plan.environmentFile })),
  ];
}

function nextOf(state: ServiceState, isWritten: boolean, isStale: boolean): string | undefined {
  if (!state.isInstalled && !isWritten) return "not installed: clawdia service install";
  if (isStale) return "bring it up to date: clawdia service install";
  if (!state.isRunning) return "clawdia service start; why it stopped: clawdia service logs, clawdia doctor";
  return state.isEnabled ? undefined : "it does not start with the machine: clawdia service install";
}

async function showLogs(args: ServiceFlags, follow: boolean, lines: number): Promise<void> {
  const { manager } = await placeService(args);
  const command = manager.logs({ lines, follow, json: args.json === true });
  if (!command) throw refused(`${manager.kind} keeps no output: the gateway writes a log of its own`, "clawdia logs");
  if (Bun.which(command[0]!) === null) throw refused(`${command[0]} is not installed`, "clawdia logs");
  const child = Bun.spawn(command, { stdin: "inherit", stdout: "inherit", stderr: "inherit" });
  process.exitCode = await child.exited;
}
