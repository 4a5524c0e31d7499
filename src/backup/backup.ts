import { Database as Sqlite } from "bun:sqlite";
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Clock, isoTime, makePrivateFolder, type Paths, removeIfPresent } from "../lib/index.ts";
import { schemaVersion } from "../storage/index.ts";
import { type PackedFile, TarWriter } from "./tar-file.ts";

/**
 * One private file with all that a gateway is: database, config, credentials, media and the agents' files. The
 * database is copied in one read transaction, which a gateway that runs meanwhile does not notice; media is added after
 * it, so that whatever the copy names is there.
 */

export interface Contents {
  readonly format: "clawdia-backup";
  readonly formatVersion: 1;
  readonly version: string;
  readonly schemaVersion: number;
  readonly madeAt: string;
  readonly files: readonly PackedFile[];
}

export interface BackupOptions {
  readonly paths: Paths;
  readonly file: string;
  readonly version: string;
  readonly clock: Pick<Clock, "nowMs">;
}

/** Stands last, so a file that has it is whole. */
export const contentsName = "clawdia-backup.json";
export const databaseName = "clawdia.db";
export const configName = "clawdia.json";

/** What a new start makes anew, or what belongs to one run: logs, locks, halves. */
const leftOut = /^(logs|gateway\.json|gateway\.lock\.db.*|clawdia\.db(-wal|-shm|-journal)?|exec-processes\.json)$/;

/** Throws when the file is there already; leaves nothing behind when it fails. */
export function makeBackup({ paths, file, version, clock }: BackupOptions): Contents {
  const unfinished = `${file}.unfinished`;
  makePrivateParent(file);
  if (existsSync(file)) throw new Error(`${file} is there already: name another file`);
  // Beside the backup, where there has to be space for it anyway.
  const folder = mkdtempSync(join(existsSync(dirname(file)) ? dirname(file) : tmpdir(), ".clawdia-backup-"));
  try {
    removeIfPresent(unfinished);
    using tar = new TarWriter(unfinished);
    const files: PackedFile[] = [];
    if (existsSync(paths.database)) {
      const copy = join(folder, databaseName);
      copyDatabase(paths.database, copy);
      files.push(tar.addFile(databaseName, copy));
    }
    for (const path of filesOf(paths.stateDir)) files.push(tar.addFile(path, join(paths.stateDir, path)));
    const isElsewhere = paths.configFile !== join(paths.stateDir, configName);
    if (isElsewhere && existsSync(paths.configFile)) files.push(tar.addFile(configName, paths.configFile));
    const contents: Contents = {
      format: "clawdia-backup",
      formatVersion: 1,
      version,
      schemaVersion,
      madeAt: isoTime(clock.nowMs()),
      files,
    };
    tar.addText(contentsName, `${JSON.stringify(contents, undefined, 1)}\n`);
    tar.finish();
    renameSync(unfinished, file);
    return contents;
  } finally {
    removeIfPresent(unfinished);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Names relative to the state folder, in order. Links are not followed: they lead out of it. */
function filesOf(stateDir: string): string[] {
  const found: string[] = [];
  const walk = (folder: string) => {
    for (const entry of readdirSync(join(stateDir, folder), { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if ((folder === "" && leftOut.test(entry.name)) || entry.name.endsWith(".tmp")) continue;
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) found.push(path);
    }
  };
  walk("");
  return found.toSorted();
}

function copyDatabase(from: string, to: string): void {
  using sqlite = new Sqlite(from, { readonly: true, strict: true });
  sqlite.exec("PRAGMA busy_timeout = 5000");
  sqlite.query("VACUUM INTO ?").run(to);
}

function makePrivateParent(file: string): void {
  const folder = dirname(file);
  if (!existsSync(folder)) makePrivateFolder(folder);
}
