import { homedir } from "node:os";
import type { Environment } from "../../config/index.ts";
import { findPaths, processEnvironment } from "../../config/index.ts";
import { joinPath, readTextIfPresent, resolvePath } from "../../lib/index.ts";
import { type RunOutcome, runProgram } from "../../programs/index.ts";
import {
  launchdService,
  type ServiceManager,
  type ServicePlan,
  standardPath,
  systemdService,
} from "../../service/index.ts";
import { refused, UsageError } from "../failure.ts";

/** Which service is meant: of whom, under which manager, on which state. */

export interface PlaceFlags {
  readonly system?: boolean | undefined;
  readonly profile?: string | undefined;
  readonly "run-as"?: string | undefined;
}

export interface Placed {
  readonly plan: ServicePlan;
  readonly manager: ServiceManager;
  readonly run: (command: readonly string[]) => Promise<RunOutcome>;
}

/** A stop may take as long as runs in flight do. */
const programDeadlineMs = 180_000;

export async function placeService(flags: PlaceFlags): Promise<Placed> {
  const environment = withRuntimeFolder(processEnvironment());
  const run = (command: readonly string[]) => runProgram(command, { environment, deadlineMs: programDeadlineMs });
  const person = await personOf(flags, environment, run);
  const profile = flags.profile ?? (environment["CLAWDIA_PROFILE"] || undefined);
  // What a person set for a shell of theirs says nothing of somebody else's service.
  const given = person.isSelf ? environment : {};
  const paths = findPaths({ ...given, HOME: person.home }, profile);
  const configFile = given["CLAWDIA_CONFIG_PATH"] ? paths.configFile : undefined;
  const plan: ServicePlan = {
    program: ownProgram(),
    scope: flags.system ? "system" : "user",
    userName: person.name,
    home: person.home,
    profile,
    stateDir: paths.stateDir,
    configFile,
    environmentFile: joinPath(paths.stateDir, "service.env"),
    path: standardPath(person.home, process.platform),
  };
  return { plan, manager: managerFor(plan, environment), run };
}

function managerFor(plan: ServicePlan, environment: Environment): ServiceManager {
  switch (process.platform) {
    case "linux":
      return systemdService(plan, environment["XDG_CONFIG_HOME"] || joinPath(plan.home, ".config"));
    case "darwin":
      return launchdService(plan, process.getuid?.() ?? 0);
    default:
      throw refused("services are for systemd (Linux) and launchd (macOS)", "clawdia gateway");
  }
}

/** The file that runs now. From source, the runtime and its entry. */
export function ownProgram(): string[] {
  if (Bun.isStandaloneExecutable) return [process.execPath];
  return [process.execPath, resolvePath(import.meta.dir, "../../main.ts")];
}

interface Person {
  readonly name: string;
  readonly home: string;
  readonly isSelf: boolean;
}

async function personOf(flags: PlaceFlags, environment: Environment, run: Placed["run"]): Promise<Person> {
  // The runtime's own words for it come from the environment, which a service or `su` may lack.
  const selfName = (await run(["id", "-un"])).stdout.trim();
  const wanted = flags["run-as"];
  if (wanted !== undefined && !flags.system) throw new UsageError("--run-as NAME goes with --system");
  const name = wanted ?? (flags.system ? (installedFor(flags) ?? environment["SUDO_USER"]) : undefined) ?? selfName;
  if (name === selfName) return { name, home: environment["HOME"] || homedir(), isSelf: true };
  const { code, stdout } = await run(process.platform === "darwin" ? homeOnMac(name) : ["getent", "passwd", name]);
  const home = process.platform === "darwin" ? stdout.split(": ")[1]?.trim() : stdout.trim().split(":")[5];
  if (code !== 0 || !home?.startsWith("/")) throw refused(`there is no user ${name} here`, `sudo useradd -m ${name}`);
  return { name, home, isSelf: false };
}

/**
 * A service of the machine stays whose it is; a new one is for the one who typed sudo. Read from the file, because
 * everybody may.
 */
function installedFor({ profile }: PlaceFlags): string | undefined {
  const suffix = profile === undefined ? "" : `-${profile}`;
  const unit = readTextIfPresent(`/etc/systemd/system/clawdia${suffix}.service`);
  const daemon = readTextIfPresent(`/Library/LaunchDaemons/ai.clawdia.clawdia${suffix}.plist`);
  return /^User=(\S+)$/m.exec(unit ?? "")?.[1] ?? /<key>UserName<.key>\s*<string>([^<]+)</.exec(daemon ?? "")?.[1];
}

function homeOnMac(name: string): string[] {
  return ["dscl", ".", "-read", `/Users/${name}`, "NFSHomeDirectory"];
}

/** After `su` or over ssh the way to a person's own manager may not be in the environment. */
function withRuntimeFolder(environment: Environment): Environment {
  if (process.platform !== "linux" || environment["XDG_RUNTIME_DIR"]) return environment;
  return { ...environment, XDG_RUNTIME_DIR: `/run/user/${process.getuid?.() ?? 0}` };
}
