import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Makes a folder that only its owner may enter, whatever the umask, and tightens one that is there already. A folder
 * that it made survives a power cut: what is synced into a folder is lost when the folder's own name is.
 */
export function makePrivateFolder(path: string): void {
  const first = mkdirSync(path, { recursive: true, mode: 0o700 });
  if (first !== undefined) syncNames(resolve(first), resolve(path));
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o700);
}

/** Makes a private folder that holds nothing, whatever was in it. */
export function emptyFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
  makePrivateFolder(path);
}

/** Replaces a file as a whole: a reader, or the machine after a power cut, sees the old content or the new one. */
export function writePrivateFile(path: string, content: string | Uint8Array): void {
  makePrivateFolder(dirname(path));
  replacePrivateFile(path, content);
}

/** The same in a folder that may be somebody else's, and stays as it is. One that is not there is made, and private. */
export function replacePrivateFile(path: string, content: string | Uint8Array): void {
  if (!existsSync(dirname(path))) makePrivateFolder(dirname(path));
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeDurably(temporary, content);
    renameSync(temporary, path);
  } catch (error) {
    removeIfPresent(temporary);
    throw error;
  }
  syncFolder(dirname(path));
}

/** Replaces a file as a whole, for what the next start writes anew: a power cut may lose it. */
export function writePassingFile(path: string, content: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content, { mode: 0o600 });
  renameSync(temporary, path);
}

function writeDurably(path: string, content: string | Uint8Array): void {
  const descriptor = openSync(path, "w", 0o600);
  try {
    fchmodSync(descriptor, 0o600);
    // Unlike a single write it goes on until all is written, or throws.
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The file's text, or undefined when there is none. Other failures throw. */
export function readTextIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The file's bytes, or undefined when there is none. Other failures throw. */
export function readBytesIfPresent(path: string): Uint8Array | undefined {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The names in a folder, or none when it is not there. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Differs after every change of the file, and when it comes or goes. It says nothing of what is in it. */
export function fileStamp(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.ino}:${stat.size}:${stat.mtimeMs}` : "";
}

export function removeIfPresent(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** Syncs the names of the folders from `first` down to `last`, each in the folder that it lies in. */
function syncNames(first: string, last: string): void {
  try {
    for (let folder = last; folder.startsWith(first); folder = dirname(folder)) syncFolder(dirname(folder));
  } catch (error) {
    // A folder that is there is taken for safe the next time.
    for (let folder = last; folder.startsWith(first); folder = dirname(folder)) rmdirSync(folder);
    throw error;
  }
}

/** Names in a folder are durable only after this. */
export function syncFolder(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
