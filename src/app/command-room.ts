import {
  Approvals,
  type ApprovalsParts,
  Commands,
  ExecPolicyStore,
  Processes,
  RemoteCommands,
  Workspaces,
} from "../exec/index.ts";
import type { Gateway } from "../gateway/index.ts";
import { joinPath } from "../lib/index.ts";
import type { Sessions } from "../sessions/index.ts";
import type { HouseOptions } from "./house-options.ts";

/** Everything that commands of agents need, built from the ground up. */
export interface CommandRoom {
  readonly execApprovals: Approvals;
  readonly execPolicy: ExecPolicyStore;
  readonly processes: Processes;
  readonly workspaces: Workspaces;
  readonly commands: Commands;
  readonly remoteCommands: RemoteCommands;
}

interface CommandRoomGround {
  readonly options: HouseOptions;
  readonly gateway: Gateway;
  readonly workspaces: Workspaces;
}

export function buildCommandRoom(
  { options, gateway, workspaces }: CommandRoomGround,
  sessions: Sessions,
  askInChat: ApprovalsParts["askInChat"],
): CommandRoom {
  const { clock, ids, log: logs } = options.world;
  const log = logs.for("exec");
  const environment = options.environment ?? {};
  const stateDir = stateFolder(options);
  const inState = (name: string) => (stateDir === undefined ? undefined : joinPath(stateDir, name));
  const execApprovals = new Approvals({
    clock,
    ids,
    log,
    publish: gateway.publish,
    askInChat,
    hasApprover: (except) => gateway.hasListener("exec.approval.requested", except),
  });
  const execPolicy = new ExecPolicyStore({ path: inState("exec-approvals.json"), clock, ids, log });
  const processes = new Processes({ recordFile: inState("exec-processes.json"), clock, ids, log });
  const sessionRules = (sessionKey: string) => {
    const { execHost: host, execSecurity: security, execAsk: ask } = sessions.find(sessionKey)?.settings ?? {};
    return { host, security, ask };
  };
  const commands = new Commands({
    approvals: execApprovals,
    policy: execPolicy,
    processes,
    workspaces,
    sessionRules,
    environment,
    get passedNames() {
      return options.config.tools.exec.environment;
    },
    log,
  });
  const remoteCommands = new RemoteCommands({ approvals: execApprovals, policy: execPolicy, sessionRules });
  return { execApprovals, execPolicy, processes, workspaces, commands, remoteCommands };
}

/** The agents' folders. Throws a ConfigError for one that would let an agent reach the gateway's own files. */
export function workspacesFor(
  options: Pick<HouseOptions, "databasePath" | "stateDir" | "environment"> & {
    readonly config: Pick<HouseOptions["config"], "agents">;
  },
): Workspaces {
  return new Workspaces({
    stateDir: stateFolder(options),
    get agents() {
      return options.config.agents.list;
    },
    homeDir: options.environment?.["HOME"] || undefined,
  });
}

/** State in memory has no folder beside it. */
export function stateFolder(options: Pick<HouseOptions, "databasePath" | "stateDir">): string | undefined {
  return options.databasePath === ":memory:" ? undefined : options.stateDir;
}
