import { constants } from "node:fs";
import { type FileHandle, open, realpath } from "node:fs/promises";
import { join, sep } from "node:path";

/**
 * Opens a file below a folder so that no link anywhere on the way leads out of it, not even one that is put there at
 * that moment: every component is opened from the one before it. The folder itself is trusted.
 */

export type FileRefusal = "path" | "missing" | "link" | "kind" | "too-large" | "changed";

/** A file that is not read. The message is for people and names neither roots nor what a link points to. */
export class FileRefused extends Error {
  override readonly name = "FileRefused";
  readonly reason: FileRefusal;

  constructor(reason: FileRefusal, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

// A flag that a system lacks is undefined, which adds nothing.
const { O_RDONLY, O_NOFOLLOW, O_DIRECTORY, O_NONBLOCK, O_NOCTTY } = constants;
const folderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
/** A pipe without a writer must not hold us. */
const fileFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
/** macOS: no component may be a link. */
const noFollowAny = 0x2000_0000;

/** `parts` are plain names: neither empty nor `.` or `..`, without separators. The handle is the caller's to close. */
export async function openBeneath(root: string, parts: readonly string[]): Promise<FileHandle> {
  try {
    const folder = await realpath(root);
    if (process.platform === "linux") return await walk(folder, parts);
    if (process.platform === "darwin") return await open(join(folder, ...parts), fileFlags | noFollowAny);
    return await openChecked(folder, parts);
  } catch (error) {
    throw refusal(error);
  }
}

/** Through the descriptor of each folder, which Linux shows as a path. */
async function walk(root: string, parts: readonly string[]): Promise<FileHandle> {
  let folder = await open(root, folderFlags);
  try {
    for (const part of parts.slice(0, -1)) {
      const next = await open(below(folder, part), folderFlags);
      await folder.close();
      folder = next;
    }
    return await open(below(folder, parts.at(-1)!), fileFlags);
  } finally {
    await folder.close();
  }
}

function below(folder: FileHandle, part: string): string {
  return `/proc/self/fd/${folder.fd}/${part}`;
}

/** Where links take rights that others lack (Windows): the path must be its own real path before and after. */
async function openChecked(root: string, parts: readonly string[]): Promise<FileHandle> {
  const path = join(root, ...parts);
  const expectSelf = async () => {
    const real = await realpath(path);
    if (real !== path || !real.startsWith(root + sep)) throw linked();
  };
  await expectSelf();
  const handle = await open(path, fileFlags);
  try {
    await expectSelf();
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function refusal(error: unknown): Error {
  if (error instanceof FileRefused) return error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ELOOP" || code === "EMLINK") return linked(error);
  // A link in the place of a folder says ENOTDIR as well.
  if (code === "ENOTDIR") return new FileRefused("link", "a part of the path is no folder: name a file inside", error);
  if (code === "ENOENT") return new FileRefused("missing", "there is no such file: check its name", error);
  return new FileRefused("kind", "the file cannot be opened: it must be a plain, readable file", error);
}

function linked(cause?: unknown): FileRefused {
  return new FileRefused("link", "the path leads over a link: name the file itself", cause);
}
