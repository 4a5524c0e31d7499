import { defineCommand } from "citty";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { findPaths, processEnvironment } from "../config/index.ts";
import {
  isInside,
  makeIds,
  makeLog,
  makePrivateFolder,
  type Paths,
  realClock,
  realRandom,
  resolvePath,
  writePrivateFile,
} from "../lib/index.ts";
import { type Report, Source, takeOver, type Target } from "../openclaw/index.ts";
import { Database, SecretFiles, StateLock } from "../storage/index.ts";
import { refused } from "./failure.ts";
import { printJson, printLine } from "./print.ts";
import { paint } from "./style.ts";
import { shown } from "./words.ts";

/** `clawdia import`: what another gateway kept, in our state. */
export const importCommand = defineCommand({
  meta: { name: "import", description: "Take over what another gateway kept; its own files stay as they are" },
  subCommands: {
    openclaw: defineCommand({
      meta: { name: "openclaw", description: "From OpenClaw, Clawdbot or Moltbot: config, chats, people, devices" },
      args: {
        from: { type: "string", description: "Its state folder (default ~/.openclaw, ~/.clawdbot)", valueHint: "DIR" },
        "dry-run": { type: "boolean", description: "Only show what would be taken over" },
        json: { type: "boolean", description: "Print JSON for programs; errors too" },
        profile: { type: "string", description: "Use ~/.clawdia-NAME", valueHint: "NAME" },
      },
      run: ({ args }) => importOpenClaw(args),
    }),
  },
});

interface ImportFlags {
  readonly from?: string | undefined;
  readonly "dry-run"?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly profile?: string | undefined;
}

async function importOpenClaw(flags: ImportFlags): Promise<void> {
  const environment = processEnvironment();
  const paths = findPaths(environment, flags.profile ?? (environment["CLAWDIA_PROFILE"] || undefined));
  const source = sourceOf(flags.from, environment["HOME"] || homedir(), paths);
  const isDry = flags["dry-run"] === true;
  const { report, config } = isDry ? await onTrial(source) : await forGood(source, paths);
  if (flags.json) return printJson({ from: source.folder, dryRun: isDry, config: config ?? null, ...report });
  for (const { what, detail } of report.taken) {
    printLine(`${paint("green", isDry ? "would take" : "took")} ${shown(what)}: ${shown(detail)}`);
  }
  for (const { what, why } of report.left) printLine(`${paint("yellow", "left")} ${shown(what)}: ${shown(why)}`);
  if (config !== undefined) printLine(`The config: ${config}`);
  if (isDry) return printLine("Nothing was written. Do it: the same command without --dry-run");
  printLine("Stop the other gateway for good, then: clawdia gateway, or clawdia service install");
}

function sourceOf(from: string | undefined, home: string, { stateDir }: Paths): Source {
  const folder = from === undefined ? Source.usual(home) : resolvePath(from);
  if (folder === undefined || !existsSync(folder)) {
    const where = folder ?? `${home}/.openclaw or ${home}/.clawdbot`;
    throw refused(`there is no state folder at ${where}`, "clawdia import openclaw --from DIR");
  }
  if (isInside(folder, stateDir) || isInside(stateDir, folder))
    throw refused(`${folder} and the state folder ${stateDir} lie in each other: both would change`);
  return new Source(folder);
}

interface Outcome {
  readonly report: Report;
  readonly config: string | undefined;
}

/** On a state in memory, which is forgotten. */
async function onTrial(source: Source): Promise<Outcome> {
  using database = new Database(":memory:", realClock);
  const { report } = await takeOver(source, targetOf(database, new SecretFiles(undefined), undefined));
  return { report, config: undefined };
}

async function forGood(source: Source, paths: Paths): Promise<Outcome> {
  makePrivateFolder(paths.stateDir);
  const lock = StateLock.take(paths.lockFile, paths.holderFile);
  if (!(lock instanceof StateLock))
    throw refused(`a gateway runs on ${paths.stateDir}`, "clawdia service stop, then the same command again");
  using held = lock;
  void held;
  using database = new Database(paths.database, realClock);
  const target = targetOf(database, new SecretFiles(paths.secretsDir), paths);
  const { report, configText } = await takeOver(source, target);
  const isNew = !existsSync(paths.configFile);
  const config = isNew ? paths.configFile : `${paths.configFile}.imported`;
  writePrivateFile(config, configText);
  if (!isNew) {
    const why = `there is a config already: compare it with ${config}`;
    report.left.push({ what: "the config in use", why });
  }
  return { report, config };
}

function targetOf(database: Database, secrets: SecretFiles, paths: Paths | undefined): Target {
  return {
    database,
    secrets,
    mediaDir: paths?.mediaDir,
    stateDir: paths?.stateDir,
    environment: processEnvironment(),
    clock: realClock,
    ids: makeIds(realClock, realRandom),
    random: realRandom,
    log: makeLog({ clock: realClock, level: "error", sinks: [] }),
  };
}
