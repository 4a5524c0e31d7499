import { Database as Sqlite } from "bun:sqlite";
import { createHash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Clock, isoTime, makePrivateFolder, type Paths, syncFolder } from "../lib/index.ts";
import { schemaVersion, StateLock } from "../storage/index.ts";
import { configName, type Contents, contentsName, databaseName } from "./backup.ts";
import { type PackedEntry, readTar } from "./tar-file.ts";

/** Why a backup is not restored. The text is for people. */
export class RestoreRefused extends Error {
  override readonly name = "RestoreRefused";
}

export interface RestoreOptions {
  readonly paths: Paths;
  readonly file: string;
  readonly clock: Pick<Clock, "nowMs">;
}

export interface Restored {
  readonly contents: Contents;
  /** Where the state that was there before is now. */
  readonly before: string | undefined;
}

/**
 * Unpacks beside the state, checks every file against the list and the database against itself, and only then puts the
 * old state aside and the new one in its place. A gateway that runs on the state refuses it.
 */
export function restoreBackup({ paths, file, clock }: RestoreOptions): Restored {
  const { stateDir } = paths;
  using lock = existsSync(stateDir) ? lockOf(paths) : undefined;
  const stamp = isoTime(clock.nowMs()).replaceAll(/[:.]/g, "-");
  const fresh = `${stateDir}.restoring-${stamp}`;
  try {
    const contents = unpack(file, fresh);
    refuseUnusable(contents, fresh);
    const before = existsSync(stateDir) ? `${stateDir}.before-${stamp}` : undefined;
    if (before !== undefined) renameSync(stateDir, before);
    try {
      renameSync(fresh, stateDir);
    } catch (error) {
      if (before !== undefined) renameSync(before, stateDir);
      throw error;
    }
    placeConfig(paths, stamp);
    syncFolder(dirname(stateDir));
    return { contents, before };
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    lock?.[Symbol.dispose]();
  }
}

function lockOf(paths: Paths): StateLock {
  const lock = StateLock.take(paths.lockFile, paths.holderFile);
  if (lock instanceof StateLock) return lock;
  const who = lock.heldBy ? `process ${lock.heldBy.pid}` : "a gateway";
  throw new RestoreRefused(`${who} runs on ${paths.stateDir}: stop it first (clawdia service stop)`);
}

function unpack(file: string, into: string): Contents {
  makePrivateFolder(into);
  const found = new Map<string, string>();
  let last: string | undefined;
  for (const entry of readTar(file)) {
    last = entry.path === contentsName ? textOf(entry) : undefined;
    if (last !== undefined) continue;
    if (found.has(entry.path)) throw new RestoreRefused(`${entry.path} is in it twice`);
    found.set(entry.path, unpackOne(entry, join(into, entry.path)));
  }
  const contents = last === undefined ? undefined : parseContents(last);
  if (!contents) throw new RestoreRefused(`${file} is no backup of Clawdia, or it was not copied completely`);
  for (const { path, sha256 } of contents.files) {
    if (found.get(path) !== sha256) throw new RestoreRefused(`${path} in ${file} is damaged`);
    found.delete(path);
  }
  const [extra] = found.keys();
  if (extra !== undefined) throw new RestoreRefused(`${extra} in ${file} is not on its list`);
  return contents;
}

function unpackOne(entry: PackedEntry, path: string): string {
  makePrivateFolder(dirname(path));
  const hash = createHash("sha256");
  const descriptor = openSync(path, "wx", 0o600);
  try {
    for (const piece of entry.pieces()) {
      hash.update(piece);
      for (let done = 0; done < piece.length;) done += writeSync(descriptor, piece, done);
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return hash.digest("hex");
}

const contentsBytesMax = 256 * 1024 * 1024;

function textOf(entry: PackedEntry): string {
  if (entry.bytes > contentsBytesMax) throw new RestoreRefused("its list is too long");
  return Buffer.concat([...entry.pieces()]).toString("utf8");
}

function parseContents(text: string): Contents | undefined {
  try {
    const parsed = JSON.parse(text) as Contents;
    return parsed.format === "clawdia-backup" && Array.isArray(parsed.files) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function refuseUnusable(contents: Contents, folder: string): void {
  if (contents.formatVersion !== 1 || contents.schemaVersion > schemaVersion) {
    throw new RestoreRefused(`it was made by version ${contents.version}, which is newer: update first`);
  }
  const path = join(folder, databaseName);
  if (!existsSync(path)) return;
  using sqlite = new Sqlite(path, { readonly: true, strict: true });
  const said = sqlite.query<{ quick_check: string }, []>("PRAGMA quick_check(1)").get()?.quick_check;
  if (said !== "ok") throw new RestoreRefused(`its database is damaged: ${said}`);
}

/** A config that lies elsewhere goes there; the one that was there is kept beside it. */
function placeConfig({ stateDir, configFile }: Paths, stamp: string): void {
  const restored = join(stateDir, configName);
  if (restored === configFile || !existsSync(restored)) return;
  if (existsSync(configFile)) renameSync(configFile, `${configFile}.before-${stamp}`);
  makePrivateFolder(dirname(configFile));
  renameSync(restored, configFile);
}
