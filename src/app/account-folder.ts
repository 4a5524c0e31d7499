import { rmSync } from "node:fs";
import { joinPath, makePrivateFolder } from "../lib/index.ts";
import type { AccountFolder } from "../providers/index.ts";

/** The folder of one account's programs in the state folder. It is not there before somebody asks for it. */
export function accountFolder(stateDir: string, name: string): AccountFolder {
  const path = joinPath(stateDir, "accounts", name);
  return {
    path: () => {
      makePrivateFolder(path);
      return path;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
