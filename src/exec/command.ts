import { type FileIdentity, identityOf, isInside, joinPath, sha256Text } from "../lib/index.ts";
import { showArguments } from "./command-text.ts";
import { type CommandEnvironment, environmentFor } from "./environment.ts";

/** A command as an agent asks for it becomes exact: which file runs, where, with what around it. */

export interface CommandOrder {
  readonly agentId: string;
  readonly sessionKey: string;
  /** The program and its arguments. No shell reads them. */
  readonly argv: readonly string[];
  /** Relative to the workspace; undefined for the workspace itself. */
  readonly cwd: string | undefined;
}

export interface CommandGround {
  readonly workspace: string;
  /** Folders, the workspace among them, whose files agents may change without asking. */
  readonly changeable: readonly string[];
  /** The gateway's own environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Names of it that the owner passes on, beside the harmless ones. */
  readonly passedNames: readonly string[];
  /** True when the owner lets this agent run anything anywhere. */
  readonly mayLeaveWorkspace: boolean;
}

/** Everything that an approval holds for. */
export interface ExactCommand {
  readonly order: CommandOrder;
  /** Where the program was found, before symbolic links. */
  readonly program: string;
  readonly file: FileIdentity;
  readonly folder: FileIdentity;
  readonly environment: CommandEnvironment;
  /** What a person reads. */
  readonly text: string;
  /** True when the program lies where an agent may write. */
  readonly isChangeable: boolean;
}

/** Why a command cannot be asked for or run, for the agent to read. */
export class CommandRefused extends Error {
  override readonly name = "CommandRefused";
}

export function makeExact(order: CommandOrder, ground: CommandGround): ExactCommand {
  const [name] = order.argv;
  if (name === undefined || name === "") throw new CommandRefused("the command is empty: give a program");
  const shown = showArguments(order.argv);
  if (shown.kind === "unshowable") {
    throw new CommandRefused(`the command cannot be approved: ${shown.reason}; put the long part into a file`);
  }
  const workspace = identityOf(ground.workspace);
  if (workspace?.kind !== "folder") throw new CommandRefused("the workspace is not there");
  const folder = folderOf(order.cwd, workspace, ground);
  const changeable = ground.changeable.map((path) => identityOf(path)?.realPath ?? path);
  const isAgents = (path: string) => changeable.some((place) => isInside(path, place));
  const environment = environmentFor(ground.environment, ground.passedNames, (path) =>
    isAgents(identityOf(path)?.realPath ?? path),
  );
  const program = findProgram(name, folder.realPath, environment["PATH"] ?? "");
  const file = program === undefined ? undefined : identityOf(program);
  if (program === undefined || file === undefined) {
    throw new CommandRefused(`there is no program ${JSON.stringify(name.slice(0, 256))} that could be run`);
  }
  const isChangeable = isAgents(file.realPath) || isAgents(program);
  return { order, program, file, folder, environment, text: shown.text, isChangeable };
}

/** One number for all that was approved. Its first word changes when what is bound changes. */
export function bindingOf({ order, program, file, folder, environment }: ExactCommand): string {
  const bound = [
    order.agentId,
    order.sessionKey,
    order.argv,
    program,
    [file.realPath, file.device, file.inode, file.bytes, file.modifiedNs],
    [folder.realPath, folder.device, folder.inode],
    Object.entries(environment).toSorted(([left], [right]) => (left < right ? -1 : 1)),
  ];
  return `exec-1 ${sha256Text(JSON.stringify(bound))}`;
}

function folderOf(cwd: string | undefined, workspace: FileIdentity, ground: CommandGround): FileIdentity {
  const folder = cwd === undefined ? workspace : identityOf(absolute(cwd, workspace.realPath));
  if (folder?.kind !== "folder") throw new CommandRefused("cwd: there is no such folder");
  if (ground.mayLeaveWorkspace || isInside(folder.realPath, workspace.realPath)) return folder;
  throw new CommandRefused("cwd: the folder is outside of the workspace; only an owner's policy of full allows that");
}

/** As `execvp` finds it, but an empty or relative part of the path means nothing. */
function findProgram(name: string, folder: string, path: string): string | undefined {
  const places = name.includes("/") ? [absolute(name, folder)] : path.split(":").map((place) => absolute(name, place));
  return places.find((place) => {
    const found = identityOf(place);
    return found?.kind === "file" && found.isExecutable;
  });
}

/** Normalised, but links are left as they are. */
function absolute(path: string, folder: string): string {
  return path.startsWith("/") ? joinPath(path) : joinPath(folder, path);
}
