import { ConfigError } from "../config/index.ts";
import { identityOf, isInside, joinPath, makePrivateFolder } from "../lib/index.ts";
import { unavailable } from "../protocol/index.ts";

export interface WorkspacesParts {
  /** Undefined when the state is kept in memory: then there are no workspaces. */
  readonly stateDir: string | undefined;
  /** The default agent first. */
  readonly agents: readonly { readonly id: string; readonly workspace?: string | undefined }[];
  readonly homeDir: string | undefined;
}

/** Where each agent keeps its files: a folder of its own in the state folder, or one that the config names. */
export class Workspaces {
  readonly #parts: WorkspacesParts;

  /** Throws a ConfigError for a workspace from which an agent could reach the gateway's own files. */
  constructor(parts: WorkspacesParts) {
    this.#parts = parts;
    for (const { id, workspace } of parts.agents) if (workspace !== undefined) this.#refuseOverState(id, workspace);
  }

  /** The agent's folder, absolute; it is made, and empty, when it was not there. */
  folderOf(agentId: string): string {
    const folder = this.pathOf(agentId);
    if (folder === undefined) throw unavailable("this gateway keeps no state on disk, so its agents have no workspace");
    if (identityOf(folder) === undefined) makePrivateFolder(folder);
    return folder;
  }

  /** The same without making it; undefined when there is no workspace. */
  pathOf(agentId: string): string | undefined {
    const { stateDir, agents } = this.#parts;
    const agent = agents.find(({ id }) => id === agentId);
    if (agent?.workspace !== undefined) return this.#absolute(agent.workspace);
    if (stateDir === undefined) return undefined;
    const isDefault = agent === undefined ? agentId === "main" : agent === agents[0];
    return joinPath(stateDir, isDefault ? "workspace" : `workspace-${safeName(agentId)}`);
  }

  /** All folders that some agent's tools may write to, this one's first. */
  writableFor(agentId: string): readonly string[] {
    const ids = new Set([agentId, ...this.#parts.agents.map(({ id }) => id)]);
    return [...ids].map((id) => this.pathOf(id)).filter((path) => path !== undefined);
  }

  #absolute(written: string): string {
    const { homeDir } = this.#parts;
    if (!written.startsWith("~/")) return plain(written);
    if (homeDir === undefined)
      throw new ConfigError(`workspace ${written}: there is no home folder; write a full path`);
    return plain(joinPath(homeDir, written.slice(2)));
  }

  #refuseOverState(id: string, written: string): void {
    const { stateDir } = this.#parts;
    if (stateDir === undefined) return;
    const path = this.#absolute(written);
    const folder = identityOf(path)?.realPath ?? path;
    const state = identityOf(stateDir)?.realPath ?? stateDir;
    const isOwnPart = isInside(folder, state) && /^workspace(-[a-z0-9_-]+)?(\/|$)/.test(folder.slice(state.length + 1));
    if (isOwnPart || (!isInside(state, folder) && !isInside(folder, state))) return;
    throw new ConfigError(
      `agents.list "${id}": the workspace ${path} holds the gateway's own files; choose a folder beside ${stateDir}`,
    );
  }
}

/** An id that came from a session key may name no agent, and must not name a path. */
function safeName(agentId: string): string {
  return (
    agentId
      .toLowerCase()
      .replaceAll(/[^a-z0-9_-]/g, "_")
      .slice(0, 64) || "_"
  );
}

/** Normalised, without a slash at its end. */
function plain(path: string): string {
  return joinPath(path).replace(/(?<=.)[\\/]+$/, "");
}
