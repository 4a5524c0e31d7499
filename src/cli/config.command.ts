import { defineCommand } from "citty";
import {
  changedPaths,
  Config,
  defaultConfig,
  isSecretSetting,
  namesBelow,
  readPath,
  setSetting,
  settingAt,
  wordAsValue,
} from "../config/index.ts";
import { isoTime, parseJson5, unsetJson5 } from "../lib/index.ts";
import { type ConfigDesk, type Outcome, pathsFor, withDesk } from "./config/desk.ts";
import { editConfig } from "./config/edit.ts";
import { exitCodes } from "./exit-codes.ts";
import { Failure, refused, UsageError } from "./failure.ts";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";
import { complain, printJson, printLine, printText } from "./print.ts";
import { hasPerson, hidden } from "./prompt.ts";
import { paint } from "./style.ts";
import { printTable } from "./table.ts";
import { shown as inTerminal } from "./words.ts";

/** `clawdia config`: reads and changes the one config file, with its comments, whether or not a gateway runs. */

const path = {
  type: "positional",
  required: true,
  description: "The setting, for instance gateway.port or agents.list.0.name",
} as const;
const trial = { trial: { type: "boolean", description: "Say what would come of it, and do nothing" } } as const;

export const configCommand = defineCommand({
  meta: { name: "config", description: "Read and change the config; what can change does at once" },
  subCommands: {
    get: defineCommand({
      meta: { name: "get", description: "Print the config, or one setting as it holds" },
      args: { path: { ...path, required: false }, ...gatewayFlags },
      run: ({ args }) => withDesk(args, (desk) => get(desk, args.path, args)),
    }),
    set: defineCommand({
      meta: { name: "set", description: "Set a setting; secrets are asked for, or piped in" },
      args: {
        path,
        value: { type: "positional", required: false, description: "JSON5 or a text; - reads it from standard input" },
        ...trial,
        ...gatewayFlags,
      },
      run: ({ args }) => set(args.path, args.value, args),
    }),
    unset: defineCommand({
      meta: { name: "unset", description: "Take a setting away, so that its default holds" },
      args: { path, ...trial, ...gatewayFlags },
      run: ({ args }) => change(args, (text) => unsetJson5(text, pathOf(args.path))),
    }),
    edit: defineCommand({
      meta: { name: "edit", description: "Open the config in $VISUAL or $EDITOR; it is checked before it is used" },
      args: gatewayFlags,
      run: ({ args }) =>
        withDesk(args, async (desk) => {
          const outcome = await editConfig(desk, pathsFor(args).stateDir);
          if (outcome) return report(outcome, desk, args);
          printLine("nothing changed");
        }),
    }),
    validate: defineCommand({
      meta: { name: "validate", description: "Check the config, or a file that is to become it, as a start would" },
      args: {
        file: { type: "positional", required: false, description: "A file; absent: the config" },
        ...gatewayFlags,
      },
      run: ({ args }) => withDesk(args, (desk) => validate(desk, args.file, args)),
    }),
    diff: defineCommand({
      meta: { name: "diff", description: "Show what differs from the defaults, or from a copy of the history" },
      args: { id: { type: "positional", required: false, description: "Id of a copy" }, ...gatewayFlags },
      run: ({ args }) => withDesk(args, (desk) => diff(desk, args.id, args)),
    }),
    schema: defineCommand({
      meta: { name: "schema", description: "Print what the config, or one setting, may be" },
      args: { path: { ...path, required: false } },
      run: ({ args }) => printJson(args.path === undefined ? Config : knownSetting(pathOf(args.path))),
    }),
    path: defineCommand({
      meta: { name: "path", description: "Print where the config is" },
      args: { json: gatewayFlags.json, profile: gatewayFlags.profile },
      run: ({ args }) => {
        const { configFile } = pathsFor(args);
        return args.json ? printJson({ path: configFile }) : printLine(configFile);
      },
    }),
    history: defineCommand({
      meta: { name: "history", description: "List the dated copies of the config" },
      args: gatewayFlags,
      run: ({ args }) => withDesk(args, (desk) => history(desk, args)),
    }),
    rollback: defineCommand({
      meta: { name: "rollback", description: "Go back to a copy; without an id to the one before the one in use" },
      args: { id: { type: "positional", required: false, description: "Id of a copy" }, ...trial, ...gatewayFlags },
      run: ({ args }) =>
        withDesk(args, async (desk) => report(await desk.rollback(args.id, args.trial ?? false), desk, args)),
    }),
  },
});

type ChangeFlags = GatewayFlags & { readonly trial?: boolean | undefined };

async function get(desk: ConfigDesk, written: string | undefined, flags: GatewayFlags): Promise<void> {
  const shown = await desk.read();
  if (written === undefined) {
    if (flags.json) return printJson(shown);
    return printText(shown.raw ?? "{}\n");
  }
  if (!shown.valid) throw broken(shown.issues, shown.path);
  const names = pathOf(written);
  const value = valueAt(shown.config, names);
  if (value === undefined) {
    knownSetting(names);
    throw refused(`${written} is not set`, `clawdia config schema ${written}`);
  }
  if (flags.json || typeof value === "object") return printJson(value);
  printLine(typeof value === "string" ? value : JSON.stringify(value));
}

async function set(written: string, word: string | undefined, flags: ChangeFlags): Promise<void> {
  const names = pathOf(written);
  knownSetting(names);
  const given = word === undefined || word === "-" ? await asked(names) : word;
  if (given === word && isSecretSetting(names)) {
    complain(
      `warning: ${written} stood in the list of processes; pipe it in next time: clawdia config set ${written} -`,
    );
  }
  const value = wordAsValue(given, parsedOrNot(given), names);
  return change(flags, (text) => setSetting(text, names, value));
}

async function change(flags: ChangeFlags, edit: (text: string) => string): Promise<void> {
  await withDesk(flags, async (desk) => {
    const { raw, hash, valid, issues, path: file } = await desk.read();
    if (!valid) throw broken(issues, file);
    const outcome = await desk.replace(edited(raw ?? "", edit), {
      baseHash: hash,
      mayShrink: true,
      isTrial: flags.trial ?? false,
    });
    report(outcome, desk, flags);
  });
}

function edited(text: string, edit: (text: string) => string): string {
  try {
    return edit(text) || "{}\n";
  } catch (error) {
    if (error instanceof SyntaxError) throw refused(error.message, "clawdia config edit");
    throw error;
  }
}

async function validate(desk: ConfigDesk, file: string | undefined, flags: GatewayFlags): Promise<void> {
  const shown = await desk.read();
  if (file === undefined && !shown.valid) throw broken(shown.issues, shown.path);
  const text = file === undefined ? (shown.raw ?? "{}") : await fileText(file);
  const outcome = await desk
    .replace(text, { baseHash: shown.hash, mayShrink: true, isTrial: true })
    .catch((error: unknown) => {
      if (!(error instanceof Failure) || error.exitCode !== exitCodes.refused) throw error;
      const { code, next, shape } = error;
      throw new Failure(`${file ?? shown.path}: ${error.message}`, {
        exitCode: exitCodes.badConfig,
        code,
        next,
        shape,
      });
    });
  if (flags.json) return printJson({ valid: true, path: file ?? shown.path, changed: outcome.changed });
  printLine(`${file ?? shown.path} can be used`);
}

async function diff(desk: ConfigDesk, id: string | undefined, flags: GatewayFlags): Promise<void> {
  if (id !== undefined) {
    const { changed } = await desk.rollback(id, true);
    if (flags.json) return printJson({ changed });
    for (const one of changed) printLine(one);
    return;
  }
  const { config } = await desk.read();
  const defaults = defaultConfig();
  const rows = changedPaths(defaults, config).map((one) => ({
    path: one,
    default: valueAt(defaults, pathOf(one)),
    value: valueAt(config, pathOf(one)),
  }));
  if (flags.json) return printJson(rows);
  if (rows.length === 0) return printLine("nothing differs from the defaults");
  printTable(
    ["SETTING", "DEFAULT", "NOW"],
    rows.map((row) => [row.path, JSON.stringify(row.default) ?? "", JSON.stringify(row.value) ?? ""]),
  );
}

async function history(desk: ConfigDesk, flags: GatewayFlags): Promise<void> {
  const copies = await desk.history();
  if (flags.json) return printJson({ copies });
  if (copies.length === 0) return printLine("there is no copy yet: the first one is made when a config is in use");
  printTable(
    ["ID", "SINCE", ""],
    copies.map(({ id, atMs, kind, isUsable }) => [
      id,
      isoTime(atMs),
      isUsable ? (kind === "set-aside" ? "could not be used; was overwritten" : "") : "spoiled",
    ]),
  );
  printLine(`${paint("yellow", "→")} clawdia config rollback ID`);
}

function report({ path: file, changed, needsRestart, felt = [] }: Outcome, desk: ConfigDesk, flags: ChangeFlags): void {
  if (flags.json) return printJson({ path: file, changed, needsRestart, isTrial: flags.trial ?? false });
  if (changed.length === 0) return printLine("nothing changes: it is so already");
  for (const one of changed) printLine(`${flags.trial ? "would change" : "changed"}: ${one}`);
  if (!desk.isRunning) printLine("it holds when the gateway starts: clawdia gateway");
  for (const one of felt) printLine(`${paint("yellow", "→")} ${inTerminal(one)}`);
  if (needsRestart.length > 0) {
    printLine(`${paint("yellow", "→")} needs a restart of the gateway: ${needsRestart.join(", ")}`);
  }
}

function broken(issues: readonly { readonly path: string; readonly message: string }[], file: string): Failure {
  const all = issues.map((issue) => (issue.path === "" ? issue.message : `at ${issue.path}: ${issue.message}`));
  return new Failure(`${file} cannot be used: ${all.join("; ")}`, {
    exitCode: exitCodes.badConfig,
    code: "BAD_CONFIG",
    next: "clawdia config edit, or clawdia config rollback",
  });
}

function pathOf(written: string): readonly string[] {
  const names = readPath(written);
  if (!names) throw new UsageError(`"${written}" is no path: write gateway.port, or models.aliases["gpt-4.1"]`);
  return names;
}

function knownSetting(names: readonly string[]) {
  const setting = settingAt(names);
  if (setting) return setting;
  const known = names.findIndex((_, index) => settingAt(names.slice(0, index + 1)) === undefined);
  const there = namesBelow(names.slice(0, known));
  const where = known === 0 ? "the config" : names.slice(0, known).join(".");
  const list = there.length > 0 ? `; ${where} has ${there.join(", ")}` : "";
  throw refused(`there is no setting ${names.join(".")}${list}`, "clawdia config schema");
}

function valueAt(value: unknown, names: readonly string[]): unknown {
  return names.reduce<unknown>(
    (inner, name) =>
      typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[name] : undefined,
    value,
  );
}

function parsedOrNot(word: string): unknown {
  try {
    return parseJson5(word);
  } catch {
    return undefined;
  }
}

/** A secret is typed unseen; everything else, and what is piped, comes from standard input. */
async function asked(names: readonly string[]): Promise<string> {
  const answer = hasPerson() ? await hidden(`${names.join(".")}: `) : (await Bun.stdin.text()).replace(/\r?\n$/, "");
  if (answer === undefined || answer === "") throw new UsageError("VALUE is missing");
  return answer;
}

async function fileText(file: string): Promise<string> {
  try {
    return await Bun.file(file).text();
  } catch (error) {
    throw refused(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
