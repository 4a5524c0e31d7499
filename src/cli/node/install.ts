import { processEnvironment } from "../../config/index.ts";
import { launchAgent, type NodeUnit, systemdUnit, unfitForUnit } from "../../headless/index.ts";
import { joinPath, makePrivateFolder, type Paths, removeIfPresent, writePrivateFile } from "../../lib/index.ts";
import { refused, UsageError } from "../failure.ts";
import { printLine, printText } from "../print.ts";
import { keepAccess } from "./access.ts";
import { nodePaths, nodePathsIn } from "./place.ts";
import { type NodeFlags, nodeTarget } from "./run-node.ts";

/** `clawdia node install`: hands the node to the service manager of the person who types it. */

interface Place {
  readonly file: string;
  readonly name: string;
  readonly isMac: boolean;
}

/** Variables that lead a service to the same state and the same programs as this command. */
const passedNames = ["PATH", "CLAWDIA_STATE_DIR", "CLAWDIA_CONFIG_PATH"];

export async function installNode(flags: NodeFlags, isPrintOnly: boolean): Promise<void> {
  const target = await nodeTarget(flags);
  const paths = nodePathsIn(target.paths);
  const place = placeOf(flags.profile);
  const text = unitText(unitOf(flags, paths, place), place, paths);
  if (isPrintOnly) return printText(text);
  makePrivateFolder(paths.stateDir);
  const { token, password } = target.credentials;
  if (!target.isLocal) {
    if (password) throw new UsageError("--password is not kept: install with the token, or approve the node first");
    if (token) keepAccess(paths, new URL(target.url).origin, token);
  }
  writePrivateFile(place.file, text);
  printLine(`Written: ${place.file}`);
  for (const step of startSteps(place)) runStep(step, place);
  printLine(`The node runs, and starts with your session. See how it is: clawdia node status`);
  if (!place.isMac) printLine("To have it run while you are logged out: loginctl enable-linger");
}

export async function removeNode(profile: string | undefined): Promise<void> {
  const place = placeOf(profile);
  const stop = place.isMac
    ? ["launchctl", "bootout", `gui/${process.getuid?.() ?? 0}/ai.clawdia.${place.name}`]
    : ["systemctl", "--user", "disable", "--now", `${place.name}.service`];
  const { success } = attempt(stop);
  removeIfPresent(place.file);
  if (!place.isMac) attempt(["systemctl", "--user", "daemon-reload"]);
  printLine(success ? "The node is stopped, and does not start any more." : "It was not installed; nothing starts it.");
  printLine(`Its key and its rules stay in ${nodePaths(profile).stateDir}.`);
}

function placeOf(profile: string | undefined): Place {
  const environment = processEnvironment();
  const home = environment["HOME"];
  if (home === undefined || home === "") throw refused("HOME is not set, so there is nobody to install it for");
  const name = profile === undefined ? "clawdia-node" : `clawdia-node-${profile}`;
  if (process.platform === "darwin") {
    return { file: joinPath(home, "Library/LaunchAgents", `ai.clawdia.${name}.plist`), name, isMac: true };
  }
  if (process.platform !== "linux") throw refused("a node is installed on Linux and macOS only", "clawdia node run");
  const folder = environment["XDG_CONFIG_HOME"] || joinPath(home, ".config");
  return { file: joinPath(folder, "systemd/user", `${name}.service`), name, isMac: false };
}

function unitOf(flags: NodeFlags, paths: Paths, { name }: Place): NodeUnit {
  const environment = processEnvironment();
  const given = passedNames.flatMap((key) => (environment[key] ? [[key, environment[key]] as const] : []));
  const unit = {
    command: [...ownProgram(), "node", "run", ...wordsOf(flags)],
    environment: Object.fromEntries(given),
    folder: paths.stateDir,
    name,
  };
  const problem = unfitForUnit(unit);
  if (problem !== undefined) throw new UsageError(`it cannot be installed: ${problem}`);
  return unit;
}

function unitText(unit: NodeUnit, { isMac }: Place, paths: Paths): string {
  return isMac ? launchAgent(unit, joinPath(paths.stateDir, "logs", "service.err")) : systemdUnit(unit);
}

/** Credentials never stand in a unit, which every user of the machine can read. */
function wordsOf(flags: NodeFlags): string[] {
  const names = ["host", "port", "tls-fingerprint", "display-name", "profile"] as const;
  const values = names.flatMap((name) => (flags[name] === undefined ? [] : [`--${name}=${flags[name]}`]));
  return flags.tls ? [...values, "--tls"] : values;
}

/** The binary; the runtime and the entry where it runs from the sources. */
function ownProgram(): string[] {
  return Bun.main.startsWith("/$bunfs/") ? [process.execPath] : [process.execPath, Bun.main];
}

function startSteps({ file, name, isMac }: Place): readonly (readonly string[])[] {
  const user = `gui/${process.getuid?.() ?? 0}`;
  if (isMac) {
    attempt(["launchctl", "bootout", `${user}/ai.clawdia.${name}`]);
    return [["launchctl", "bootstrap", user, file]];
  }
  const systemctl = ["systemctl", "--user"];
  const unit = `${name}.service`;
  return [
    [...systemctl, "daemon-reload"],
    [...systemctl, "enable", unit],
    [...systemctl, "restart", unit],
  ];
}

function runStep(step: readonly string[], { file }: Place): void {
  const { success, words } = attempt(step);
  if (!success) throw refused(`${step.join(" ")} failed: ${words}; the unit is at ${file}`, "clawdia node run");
}

function attempt(command: readonly string[]): { readonly success: boolean; readonly words: string } {
  if (Bun.which(command[0]!) === null) return { success: false, words: `there is no ${command[0]} on this machine` };
  const { success, stderr } = Bun.spawnSync([...command], { stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  return { success, words: stderr.toString().trim().slice(0, 400) };
}
