import type { Stats } from "node:fs";
import { type FileHandle, realpath } from "node:fs/promises";
import { isAbsolute, normalize } from "node:path";
import { mimeOf, safeFileName } from "../lib/index.ts";
import { FileRefused, openBeneath } from "./open-beneath.ts";

/**
 * Reads a file that a reply names, so that a model cannot send what it must not read: only plain files below the
 * allowed folders, never over a link of any kind, never one whose name starts with a dot.
 */

const pathCharsMax = 4096;
const depthMax = 64;

export interface LocalMediaRules {
  /** Folders whose files may be sent. A relative path means the first one. */
  readonly roots: readonly string[];
  readonly bytesMax: number;
}

export interface LocalMedia {
  readonly bytes: Uint8Array;
  /** Its last component, fit to be shown and sent. */
  readonly fileName: string;
  /** From the bytes, never from the name. */
  readonly mimeType: string;
}

/** Rejects with a FileRefused, whose message is for people. */
export async function readLocalMedia(path: string, { roots, bytesMax }: LocalMediaRules): Promise<LocalMedia> {
  const { root, parts } = await placeOf(path, roots);
  const handle = await openBeneath(root, parts);
  try {
    const bytes = await readWhole(handle, bytesMax);
    return { bytes, fileName: safeFileName(parts.at(-1)!), mimeType: mimeOf(bytes) };
  } finally {
    await handle.close();
  }
}

interface Place {
  readonly root: string;
  readonly parts: readonly string[];
}

/** Which root a path lies in, and the names below it. Nothing is opened. */
async function placeOf(path: string, roots: readonly string[]): Promise<Place> {
  const why = whyNoPath(path);
  if (why !== undefined) throw new FileRefused("path", `${why}: name a file in the agent's own folder`);
  for (const root of isAbsolute(path) ? roots : roots.slice(0, 1)) {
    const rest = isAbsolute(path) ? await restBelow(root, path) : path;
    const parts = rest?.split("/").filter((part) => part !== "" && part !== ".") ?? [];
    if (parts.length > 0) return { root, parts: checked(parts) };
  }
  throw new FileRefused("path", "the file is outside of the folders that may be sent from: copy it there first");
}

function whyNoPath(path: string): string | undefined {
  if (path === "" || path.length > pathCharsMax) return "the path is empty or too long";
  if (/[\u0000-\u001f\u007f\\]/.test(path)) return "the path has characters that paths lack";
  if (path.startsWith("~")) return "a home folder is not looked into";
  return /^[a-z][a-z0-9+.-]*:/i.test(path) ? "a URL is not a path" : undefined;
}

function checked(parts: readonly string[]): readonly string[] {
  if (parts.includes("..")) throw new FileRefused("path", "the path goes up by ..: name the file from its folder");
  if (parts.some((part) => part.startsWith("."))) throw new FileRefused("path", "hidden files are not sent");
  if (parts.length > depthMax) throw new FileRefused("path", `the path is deeper than ${depthMax} folders`);
  return parts;
}

/** What follows the root in the path, in the root's own spelling or in its real one. */
async function restBelow(root: string, path: string): Promise<string | undefined> {
  for (const spelling of [normalize(root), await realpath(root).catch(() => root)]) {
    const prefix = spelling.endsWith("/") ? spelling : `${spelling}/`;
    if (path.startsWith(prefix)) return path.slice(prefix.length);
  }
  return undefined;
}

/** All of the opened file, which must stay what it is meanwhile. */
async function readWhole(handle: FileHandle, bytesMax: number): Promise<Uint8Array> {
  const before = await handle.stat();
  checkKind(before);
  if (before.size > bytesMax) {
    throw new FileRefused("too-large", `the file has ${before.size} bytes, at most ${bytesMax} are sent`);
  }
  // One more than there should be, to see a file that grows.
  const bytes = new Uint8Array(before.size + 1);
  let length = 0;
  for (let got = -1; got !== 0 && length < bytes.length; length += got) {
    got = (await handle.read(bytes, length, bytes.length - length, length)).bytesRead;
  }
  const after = await handle.stat();
  checkKind(after);
  if (length !== before.size || after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
    throw new FileRefused("changed", "the file changed while it was read: try again when it is finished");
  }
  return bytes.subarray(0, length);
}

function checkKind(stat: Stats): void {
  if (!stat.isFile()) throw new FileRefused("kind", "this is no plain file: name one");
  // A second name may lie where nobody may read.
  if (stat.nlink > 1) throw new FileRefused("link", "the file has more than one name on disk: send a copy of it");
}
