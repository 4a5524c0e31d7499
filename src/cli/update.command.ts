import { defineCommand } from "citty";
import { version } from "../app/version.ts";
import { type Config, loadConfig, processEnvironment } from "../config/index.ts";
import { resolvePath } from "../lib/index.ts";
import { runProgram } from "../programs/index.ts";
import {
  dropNew,
  fileFor,
  keepReplaced,
  newFile,
  replaceProgram,
  rollBack,
  undoReplaced,
  UpdateRefused,
} from "../update/index.ts";
import { Failure, refused, UsageError } from "./failure.ts";
import { exitCodes } from "./exit-codes.ts";
import { printJson, printLine } from "./print.ts";
import { paint } from "./style.ts";
import { findOffer, type Offer, ownTarget } from "./update/offer.ts";
import { type Restart, restarted, runningService } from "./update/restart.ts";
import { shown } from "./words.ts";

/** `clawdia update`: a signed newer version in place of this one, or everything as it was. */
export const updateCommand = defineCommand({
  meta: { name: "update", description: "Replace this program by a newer, signed version, and restart the service" },
  args: {
    check: { type: "boolean", description: "Only say whether there is a newer version" },
    from: {
      type: "string",
      description: "The list of a release on this machine, its files beside it",
      valueHint: "FILE",
    },
    url: { type: "string", description: "Address of the list of a release", valueHint: "ADDRESS" },
    "allow-older": { type: "boolean", description: "Also take a version that is not newer" },
    rollback: { type: "boolean", description: "Go back to the version before the last update" },
    json: { type: "boolean", description: "Print JSON for programs; errors too" },
    profile: { type: "string", description: "Whose service is restarted: ~/.clawdia-NAME", valueHint: "NAME" },
  },
  run: ({ args }) => guarded(() => update(args)),
});

interface UpdateFlags {
  readonly check?: boolean | undefined;
  readonly from?: string | undefined;
  readonly url?: string | undefined;
  readonly "allow-older"?: boolean | undefined;
  readonly rollback?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly profile?: string | undefined;
}

interface Outcome {
  readonly from: string;
  readonly to: string;
  readonly state: "current" | "available" | "updated" | "rolled-back";
  readonly restarted: boolean;
}

const trialMs = 30_000;

async function guarded(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (error instanceof UpdateRefused) throw refused(error.message);
    throw error;
  }
}

async function update(flags: UpdateFlags): Promise<void> {
  if (flags.from !== undefined && flags.url !== undefined) throw new UsageError("give --from or --url, not both");
  if (flags.rollback) return goBack(flags);
  const service = await runningService(flags.profile);
  const where = flags.url ?? (flags.from === undefined ? undefined : resolvePath(flags.from));
  const offer = await findOffer(where, settingsOf(service, flags.profile));
  const { release } = offer;
  if (!offer.isNewer && !flags["allow-older"]) return tell({ ...between(release.version), state: "current" }, flags);
  if (flags.check) return tell({ ...between(release.version), state: "available" }, flags);
  const program = ownFile();
  await fetchAndTry(offer, program);
  replaceProgram(program);
  await restartOrGoBack(release.version, { program, service }, flags);
}

/** With sudo it is the config of the one whose service it is. */
function settingsOf(service: Restart | undefined, profile: string | undefined): Config["update"] {
  const { home, stateDir } = service?.placed.plan ?? {};
  const environment = processEnvironment();
  const theirs = home === undefined ? environment : { ...environment, HOME: home, CLAWDIA_STATE_DIR: stateDir };
  return loadConfig(theirs, { profile }).config.update;
}

const between = (to: string) => ({ from: version, to, restarted: false });

/** The file that runs now. */
function ownFile(): string {
  if (Bun.isStandaloneExecutable) return process.execPath;
  throw refused("this runs from source, which is no file to replace", "git pull && bun run build");
}

/** The new program is on disk, is what was signed, starts on this machine, and says the right version. */
async function fetchAndTry({ release, source }: Offer, program: string): Promise<void> {
  dropNew(program);
  try {
    await source.fetch(fileFor(release, ownTarget()), newFile(program));
    const trial = await runProgram([newFile(program), "--version"], { environment: {}, deadlineMs: trialMs });
    const said = trial.stdout.trim();
    if (trial.code !== 0 || said !== release.version)
      throw new UpdateRefused(`the new program does not start here: ${shown(trial.stderr || said, 200)}`);
  } catch (error) {
    dropNew(program);
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EACCES" || code === "EROFS" || code === "EPERM")
      throw refused(`${program} may not be replaced by this user`, "sudo clawdia update, with the same flags");
    throw error;
  }
}

interface Replaced {
  readonly program: string;
  readonly service: Restart | undefined;
}

async function restartOrGoBack(to: string, { program, service }: Replaced, flags: UpdateFlags): Promise<void> {
  const why = service && (await restarted(service, to));
  if (why === undefined) {
    keepReplaced(program);
    return tell({ ...between(to), state: "updated", restarted: service !== undefined }, flags);
  }
  undoReplaced(program);
  const old = service && (await restarted(service, undefined));
  const then = old === undefined ? `version ${version} runs again` : `version ${version} does not run either: ${old}`;
  throw new Failure(`version ${to} did not get ready: ${why}; ${then}`, {
    exitCode: exitCodes.refused,
    code: "ROLLED_BACK",
    next: `clawdia service logs${service?.flag ?? ""}`,
  });
}

async function goBack(flags: UpdateFlags): Promise<void> {
  const program = ownFile();
  rollBack(program);
  const { stdout } = await runProgram([program, "--version"], { environment: {}, deadlineMs: trialMs });
  const service = await runningService(flags.profile);
  const why = service && (await restarted(service, stdout.trim()));
  if (service && why !== undefined) {
    rollBack(program);
    await restarted(service, undefined);
    throw refused(`version ${stdout.trim()} did not get ready: ${why}; version ${version} stays`, "clawdia doctor");
  }
  tell({ from: version, to: stdout.trim(), state: "rolled-back", restarted: service !== undefined }, flags);
}

function tell(outcome: Outcome, flags: UpdateFlags): void {
  if (flags.json) return printJson(outcome);
  const { from, to, state } = outcome;
  switch (state) {
    case "current":
      return printLine(`${from} is not older than ${to}: nothing to do.`);
    case "available":
      return printLine(`${paint("yellow", "→")} ${to} is there, and this is ${from}: clawdia update`);
    default:
      printLine(`${paint("green", state)} from ${from} to ${to}.`);
      printLine(
        outcome.restarted
          ? "The service runs it."
          : "A gateway that runs goes on with the old one until its next start.",
      );
  }
}
