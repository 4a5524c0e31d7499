/** Pure: a path as a model writes it becomes a root and names inside of it, or a refusal. Nothing is looked up. */

export interface WorkspaceRoot {
  /** Absolute, without a slash at its end. */
  readonly path: string;
  readonly isWritable: boolean;
}

export interface InnerPath {
  readonly root: WorkspaceRoot;
  /** None means the root itself. */
  readonly names: readonly string[];
}

/** What is wrong with a path or a file, for the model to read. */
export class FileRefused extends Error {
  override readonly name = "FileRefused";
}

const pathCharsMax = 4096;
const nameBytesMax = 255;

/** Relative paths belong to the first root. */
export function innerPath(written: string, roots: readonly WorkspaceRoot[]): InnerPath {
  if (written.length > pathCharsMax || written.includes("\0") || !written.isWellFormed()) {
    throw new FileRefused("this is no path");
  }
  const root = isAbsolute(written) ? roots.find(({ path }) => isBelow(written, path)) : roots[0];
  if (!root) throw new FileRefused(`${quoted(written)} is outside of the workspace`);
  const rest = isAbsolute(written) ? written.slice(root.path.length) : written;
  const names = rest.split("/").filter((name) => name !== "" && name !== ".");
  if (names.includes("..")) throw new FileRefused(`${quoted(written)}: write the path without ..`);
  if (names.some((name) => Buffer.byteLength(name) > nameBytesMax)) throw new FileRefused("a name in it is too long");
  return { root, names };
}

/** As it stands in messages. */
export function quoted(path: string): string {
  return JSON.stringify(path.length > 300 ? `${path.slice(0, 300)}…` : path);
}

function isAbsolute(path: string): boolean {
  return path.startsWith("/") || path.startsWith("~") || /^[A-Za-z]:[\\/]/.test(path);
}

function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}
