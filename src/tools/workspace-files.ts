import { constants, type BigIntStats } from "node:fs";
import { type FileHandle, lstat, mkdir, open, readdir, realpath, rename, unlink } from "node:fs/promises";
import { FileRefused, type InnerPath, innerPath, quoted, type WorkspaceRoot } from "./workspace-path.ts";

/**
 * Files of an agent, and no others. A path is walked name by name, each folder opened without following a link and the
 * next name looked up inside of what was opened, so that nothing that changes meanwhile leads elsewhere. A file with
 * several names (a hard link) may be somebody else's and is refused. Every refusal is a `FileRefused`.
 */

export interface ReadOptions {
  /** No more than this is read, from the beginning. */
  readonly bytesMax: number;
  /** What is known already is not read again. */
  readonly knownStamp?: string | undefined;
}

export interface ReadFile {
  /** Undefined when the stamp is the known one. */
  readonly bytes: Uint8Array | undefined;
  /** Of the whole file. */
  readonly size: number;
  /** Another one when the file is another one. */
  readonly stamp: string;
}

export interface ListedFile {
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "other";
  readonly bytes: number;
}

/** A folder that is open: names are looked up inside of it. */
interface OpenFolder {
  readonly handle: FileHandle;
  /** A path that leads into exactly this folder. */
  readonly path: string;
}

const noFollow = constants.O_NOFOLLOW ?? 0;
const folderFlags = constants.O_RDONLY | noFollow | (constants.O_DIRECTORY ?? 0);
/** A pipe or a device must not block whoever opens it. */
const readFlags = constants.O_RDONLY | noFollow | (constants.O_NONBLOCK ?? 0);
const createFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noFollow;
const newFileMode = 0o600;
const temporaryTries = 8;
const listedMax = 5_000;
/** Files of a write that is under way. */
const temporaryPattern = /^\.clawdia-\d+-\d+\.tmp$/;

let temporaryCount = 0;

export class WorkspaceFiles {
  readonly #roots: readonly WorkspaceRoot[];

  /** The first root is the workspace, where relative paths start. It need not be there yet. */
  constructor(roots: readonly WorkspaceRoot[]) {
    this.#roots = roots;
  }

  async read(written: string, { bytesMax, knownStamp }: ReadOptions): Promise<ReadFile> {
    return this.#inParent(written, "look", async (folder, name) => {
      await using file = await opening(written, open(within(folder, name), readFlags));
      const found = await file.stat({ bigint: true });
      requireOwnFile(written, found);
      const [size, stamp] = [Number(found.size), stampOf(found)];
      if (stamp === knownStamp) return { bytes: undefined, size, stamp };
      return { bytes: await readUpTo(file, Math.min(size, bytesMax)), size, stamp };
    });
  }

  /**
   * Replaces the file as a whole, or makes it together with its folders. With `basedOn` only when the file is still
   * the one with that stamp. Returns whether it was there.
   */
  async write(written: string, bytes: Uint8Array, basedOn?: string): Promise<boolean> {
    return this.#inParent(written, "make", async (folder, name) => {
      const before = await statIfThere(within(folder, name));
      if (before) requireOwnFile(written, before);
      if (basedOn !== undefined && (before === undefined || stampOf(before) !== basedOn)) {
        throw new FileRefused(`${quoted(written)} has changed meanwhile: read it again`);
      }
      const mode = before ? Number(before.mode) & 0o777 : newFileMode;
      const temporary = await writeBeside(folder, bytes, mode);
      try {
        await rename(temporary, within(folder, name));
      } catch (error) {
        await unlink(temporary);
        throw refusalOf(written, error);
      }
      await folder.handle.sync();
      return before !== undefined;
    });
  }

  /** What is in a folder, by name, up to some thousand. Links are named, not followed. */
  async list(written: string): Promise<ListedFile[]> {
    const inner = innerPath(written, this.#roots);
    await using stack = new AsyncDisposableStack();
    const folder = await walk(inner, inner.names, written, { stack, makes: false });
    const entries = (await readdir(folder.path)).filter((name) => !temporaryPattern.test(name)).toSorted(byName);
    const listed: ListedFile[] = [];
    for (const name of entries.slice(0, listedMax)) {
      const found = await statIfThere(within(folder, name));
      if (found) listed.push({ name, kind: kindOf(found), bytes: Number(found.size) });
    }
    return listed;
  }

  /** Opens the folder that the last name is in. */
  async #inParent<T>(
    written: string,
    purpose: "look" | "make",
    use: (folder: OpenFolder, name: string) => Promise<T>,
  ): Promise<T> {
    const inner = innerPath(written, this.#roots);
    const name = inner.names.at(-1);
    if (name === undefined) throw new FileRefused(`${quoted(written)} is a folder`);
    const makes = purpose === "make";
    if (makes && !inner.root.isWritable) throw new FileRefused(`${quoted(written)} may only be read`);
    await using stack = new AsyncDisposableStack();
    const folder = await walk(inner, inner.names.slice(0, -1), written, { stack, makes });
    const result = await use(folder, name);
    await requireSamePlace(folder, inner, written);
    return result;
  }
}

/** From the root down, each folder opened inside of the one before. */
async function walk(
  { root }: InnerPath,
  names: readonly string[],
  written: string,
  { stack, makes }: { readonly stack: AsyncDisposableStack; readonly makes: boolean },
): Promise<OpenFolder> {
  // The root itself is the owner's choice: it may be, or lie behind, a link.
  let path = await opening(written, realpath(root.path));
  let handle = stack.use(await opening(written, open(path, folderFlags)));
  for (const name of names) {
    const next = within({ handle, path }, name);
    if (makes) await mkdir(next, { mode: 0o700 }).catch((error: unknown) => ignore(error, "EEXIST"));
    handle = stack.use(await opening(written, open(next, folderFlags)));
    path = isLinux ? path : next;
  }
  return { handle, path: isLinux ? ownPathOf(handle) : path };
}

const isLinux = process.platform === "linux";

/** Linux lets a name be looked up inside of an open folder; elsewhere the place is checked once more afterwards. */
function within(folder: OpenFolder, name: string): string {
  return isLinux ? `${ownPathOf(folder.handle)}/${name}` : `${folder.path}/${name}`;
}

function ownPathOf(handle: FileHandle): string {
  return `/proc/self/fd/${handle.fd}`;
}

/** The folder that was used is still the one that its path names, inside of the root. */
async function requireSamePlace(folder: OpenFolder, { root }: InnerPath, written: string): Promise<void> {
  if (isLinux) return;
  const [now, used] = await Promise.all([realpath(folder.path), folder.handle.stat({ bigint: true })]);
  const [there, rootNow] = await Promise.all([lstat(now, { bigint: true }), realpath(root.path)]);
  const isInside = now === rootNow || now.startsWith(`${rootNow}/`);
  if (isInside && there.ino === used.ino && there.dev === used.dev) return;
  throw new FileRefused(`${quoted(written)} was moved meanwhile`);
}

function requireOwnFile(written: string, found: BigIntStats): void {
  if (found.isSymbolicLink()) throw new FileRefused(`${quoted(written)} is a link; links are not followed`);
  if (found.isDirectory()) throw new FileRefused(`${quoted(written)} is a folder`);
  if (!found.isFile()) throw new FileRefused(`${quoted(written)} is no regular file`);
  if (found.nlink > 1n) throw new FileRefused(`${quoted(written)} has several names (hard links)`);
}

async function writeBeside(folder: OpenFolder, bytes: Uint8Array, mode: number): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const path = within(folder, `.clawdia-${process.pid}-${++temporaryCount}.tmp`);
    try {
      await using file = await open(path, createFlags, newFileMode);
      await file.writeFile(bytes);
      await file.chmod(mode);
      await file.sync();
      return path;
    } catch (error) {
      if (codeOf(error) === "EEXIST" && attempt < temporaryTries) continue;
      throw refusalOf("the file", error);
    }
  }
}

async function readUpTo(file: FileHandle, bytesMax: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(bytesMax);
  let filled = 0;
  while (filled < bytesMax) {
    const { bytesRead } = await file.read(bytes, filled, bytesMax - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

async function statIfThere(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw refusalOf("the file", error);
  }
}

async function opening<T>(written: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw refusalOf(written, error);
  }
}

function refusalOf(written: string, error: unknown): Error {
  switch (codeOf(error)) {
    case undefined:
      return error instanceof Error ? error : new Error(String(error));
    case "ENOENT":
      return new FileRefused(`${quoted(written)}: there is no such file or folder`);
    case "ELOOP":
      return new FileRefused(`${quoted(written)} is a link; links are not followed`);
    case "ENOTDIR":
      return new FileRefused(`${quoted(written)}: something in the path is no folder, or a link`);
    default:
      return new FileRefused(`${quoted(written)} cannot be used: ${codeOf(error)}`);
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function ignore(error: unknown, code: string): void {
  if (codeOf(error) !== code) throw refusalOf("a folder", error);
}

function kindOf(found: BigIntStats): ListedFile["kind"] {
  if (found.isSymbolicLink()) return "link";
  if (found.isDirectory()) return "folder";
  return found.isFile() ? "file" : "other";
}

function stampOf({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return `${dev}.${ino}.${size}.${mtimeNs}`;
}

function byName(left: string, right: string): number {
  return left < right ? -1 : 1;
}
