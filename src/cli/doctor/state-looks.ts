import { Database as Sqlite } from "bun:sqlite";
import { chmodSync, type Dirent, existsSync, lstatSync, readdirSync, statfsSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { countWords, megabyteWords, shown } from "../words.ts";
import { type Finding, type Look, type Scene, well } from "./finding.ts";

/** The state folder: who may read it, whose it is, what it lies on, and whether the store is whole. */

const entriesMax = 50_000;
/** Files of agents have the rights that agents give them. */
const ofAgents = /^workspace(-|$)/;
const leftOverMs = 3_600_000;

interface Entry {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly isFolder: boolean;
  readonly changedMs: number;
}

export const lookAtFiles: Look = (scene) => {
  const { stateDir } = scene.paths;
  if (!existsSync(stateDir)) {
    const text = `there is no state folder ${stateDir} yet`;
    return [{ id: "state.none", level: "note", text, next: "clawdia gateway, or clawdia service install" }];
  }
  const entries = entriesOf(stateDir);
  return [...rightsOf(entries, scene), ...leftOversOf(entries, scene)];
};

function rightsOf(entries: readonly Entry[], { paths }: Scene): Finding[] {
  const uid = process.getuid?.();
  const foreign = entries.filter((entry) => uid !== undefined && uid !== 0 && entry.uid !== uid);
  const open = entries.filter((entry) => (entry.mode & 0o077) !== 0 && process.platform !== "win32");
  const found: Finding[] = [];
  if (foreign.length > 0) {
    found.push({
      id: "state.owner",
      level: "bad",
      text: `${countWords(foreign.length, "file")} of the state are another user's, for instance ${foreign[0]!.path}`,
      next: `sudo chown -R "$(id -un)" ${paths.stateDir}`,
    });
  }
  if (open.length > 0) {
    found.push({
      id: "state.permissions",
      level: "bad",
      text: `others may read ${countWords(open.length, "file")} of the state, for instance ${open[0]!.path}`,
      next: "clawdia doctor --fix",
      mend: () => {
        for (const { path, isFolder } of open) chmodSync(path, isFolder ? 0o700 : 0o600);
        return `took the rights of others from ${countWords(open.length, "file")}`;
      },
    });
  }
  return found.length > 0 ? found : [well("state.permissions", "only you may read the state")];
}

/** Halves of files whose writing a crash cut off. */
function leftOversOf(entries: readonly Entry[], { nowMs }: Scene): Finding[] {
  const left = entries.filter(({ path, changedMs }) => path.endsWith(".tmp") && nowMs - changedMs > leftOverMs);
  if (left.length === 0) return [];
  return [
    {
      id: "state.left-over",
      level: "note",
      text: `${countWords(left.length, "file")} that a crash left half written, for instance ${left[0]!.path}`,
      next: "clawdia doctor --fix",
      mend: () => {
        for (const { path } of left) unlinkSync(path);
        return `removed ${countWords(left.length, "file")}`;
      },
    },
  ];
}

function entriesOf(stateDir: string): Entry[] {
  const entries = [entryOf(stateDir)];
  const waiting = [stateDir];
  for (let folder = waiting.pop(); folder !== undefined && entries.length < entriesMax; folder = waiting.pop()) {
    for (const child of namesIn(folder)) {
      if (folder === stateDir && ofAgents.test(child.name)) continue;
      const path = join(folder, child.name);
      if (child.isSymbolicLink()) continue;
      const entry = entryIfThere(path);
      if (entry) entries.push(entry);
      if (child.isDirectory()) waiting.push(path);
    }
  }
  return entries;
}

function namesIn(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    // Somebody else's: the owner is named already.
    if (error instanceof Error && "code" in error) return [];
    throw error;
  }
}

/** The gateway replaces files while they are looked at. */
function entryIfThere(path: string): Entry | undefined {
  try {
    return entryOf(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function entryOf(path: string): Entry {
  const { mode, uid, mtimeMs } = lstatSync(path);
  return { path, mode: mode & 0o777, uid, isFolder: (mode & 0o170000) === 0o040000, changedMs: mtimeMs };
}

const mebibyte = 1024 * 1024;
const spaceBad = 8 * mebibyte;
const spaceWarn = 256 * mebibyte;

export const lookAtDisk: Look = ({ paths }) => {
  const { stateDir } = paths;
  if (!existsSync(stateDir)) return [];
  const { bavail, bsize, type } = statfsSync(stateDir);
  return [spaceFinding(bavail * bsize, stateDir), ...fileSystemFindings(type, stateDir, process.platform)];
};

export function spaceFinding(bytes: number, stateDir: string): Finding {
  if (bytes >= spaceWarn) return well("disk.space", `the disk of the state has ${megabyteWords(bytes)} left`);
  const text = `the disk of the state has ${megabyteWords(bytes)} left; below 8 MB nothing new is accepted`;
  return { id: "disk.space", level: bytes < spaceBad ? "bad" : "warn", text, next: `df -h ${stateDir}` };
}

/** Magic numbers of Linux for file systems whose locks are another machine's. */
const networkTypes = new Map([
  [0x6969, "NFS"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB"],
  [0x517b, "SMB"],
  [0x01021997, "9p"],
]);
const syncedFolders = /\/(Dropbox|OneDrive[^/]*|Google ?Drive|Nextcloud|Mobile Documents|CloudStorage)(\/|$)/i;

export function fileSystemFindings(type: number, stateDir: string, platform: string): Finding[] {
  const next = "move it to a local disk, and set CLAWDIA_STATE_DIR to its new place";
  const network = platform === "linux" ? networkTypes.get(type >>> 0) : undefined;
  if (network !== undefined) {
    const text = `the state lies on ${network}, whose locks do not hold when the network fails`;
    return [{ id: "disk.network", level: "bad", text, next }];
  }
  const synced = syncedFolders.exec(stateDir)?.[1];
  if (synced === undefined) return [];
  const text = `the state lies in a folder that ${synced} copies while it is written`;
  return [{ id: "disk.synced", level: "bad", text, next }];
}

/** Only while no gateway has it open. */
export const lookAtStore: Look = ({ paths, holder }) => {
  if (holder || !existsSync(paths.database)) return [];
  try {
    using sqlite = new Sqlite(paths.database, { readonly: true, strict: true });
    const said = sqlite.query<{ quick_check: string }, []>("PRAGMA quick_check(1)").get()?.quick_check ?? "nothing";
    if (said === "ok") return [well("store.whole", "the database is whole")];
    return [damaged(said)];
  } catch (error) {
    return [damaged(error instanceof Error ? error.message : String(error))];
  }
};

function damaged(why: string): Finding {
  const text = `the database is damaged: ${shown(why, 200)}`;
  return { id: "store.damaged", level: "bad", text, next: "clawdia restore FILE, with the newest backup" };
}
