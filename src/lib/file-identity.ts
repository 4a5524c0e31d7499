import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { sep } from "node:path";

/** What a path leads to now, told apart from whatever it may lead to later. */
export interface FileIdentity {
  /** Without symbolic links. */
  readonly realPath: string;
  /** Device and inode, as text: the numbers may be larger than a double holds. */
  readonly device: string;
  readonly inode: string;
  readonly bytes: string;
  readonly modifiedNs: string;
  readonly kind: "file" | "folder" | "other";
  /** True when this process may execute (or enter) it. */
  readonly isExecutable: boolean;
}

/** Undefined when the path leads nowhere that this process may look. */
export function identityOf(path: string): FileIdentity | undefined {
  try {
    const realPath = realpathSync.native(path);
    const found = statSync(realPath, { bigint: true });
    return {
      realPath,
      device: String(found.dev),
      inode: String(found.ino),
      bytes: String(found.size),
      modifiedNs: String(found.mtimeNs),
      kind: found.isFile() ? "file" : found.isDirectory() ? "folder" : "other",
      isExecutable: mayExecute(realPath),
    };
  } catch (error) {
    // Anything else (a loop of links, a name too long, a folder that is closed to us) leads nowhere as well.
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

/** True when `path` is the folder or lies in it. Both must be real paths. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

function mayExecute(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
