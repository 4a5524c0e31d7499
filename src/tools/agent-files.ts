import type { Workspaces } from "../exec/index.ts";
import { joinPath } from "../lib/index.ts";
import { WorkspaceFiles } from "./workspace-files.ts";

/** The files that an agent's tools reach: its workspace, and the skills of all agents for reading. */
export type FilesOf = (agentId: string) => WorkspaceFiles;

export interface AgentFilesParts {
  readonly workspaces: Workspaces;
  /** Undefined when the state is kept in memory. */
  readonly stateDir: string | undefined;
}

export function makeFilesOf({ workspaces, stateDir }: AgentFilesParts): FilesOf {
  const shared = stateDir === undefined ? [] : [{ path: sharedSkillsDir(stateDir), isWritable: false }];
  return (agentId) => new WorkspaceFiles([{ path: workspaces.folderOf(agentId), isWritable: true }, ...shared]);
}

export function sharedSkillsDir(stateDir: string): string {
  return joinPath(stateDir, "skills");
}
