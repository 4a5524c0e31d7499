import { findPaths, processEnvironment } from "../../config/index.ts";
import { joinPath, makePaths, type Paths } from "../../lib/index.ts";

/** Where a node keeps its own key, log and rules: beside the gateway's of the same person, and apart from them. */
export function nodePaths(profile: string | undefined): Paths {
  const environment = processEnvironment();
  return nodePathsIn(findPaths(environment, profile ?? environment["CLAWDIA_PROFILE"]));
}

export function nodePathsIn({ stateDir }: Paths): Paths {
  return makePaths(joinPath(stateDir, "node"));
}

export function controlFile({ stateDir }: Paths): string {
  return joinPath(stateDir, "control.sock");
}
