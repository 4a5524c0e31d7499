import { isAbsolute } from "node:path";

/**
 * The whole path of a program: from the folders of PATH that are whole paths themselves, so that the folder that one
 * stands in never decides, then from places where it is known to be. Undefined when it is nowhere.
 */
export function findProgram(
  name: string,
  path: string | undefined,
  elsewhere: readonly string[] = [],
): string | undefined {
  const separator = process.platform === "win32" ? ";" : ":";
  const folders = (path ?? "").split(separator).filter((folder) => isAbsolute(folder));
  const found = Bun.which(name, { PATH: folders.join(separator) });
  return found ?? elsewhere.find((place) => Bun.which(place) !== null);
}
