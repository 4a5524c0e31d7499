import { layerExceptions, layers } from "../../src/app/layers.ts";
import { type Import, importsOf, type SourceFile } from "./source.ts";

/** The style law, rule by rule. A complaint says where and names the cure. */
export interface Complaint {
  readonly path: string;
  readonly message: string;
}

export type Rule = (file: SourceFile) => Complaint[];

interface Ban {
  readonly pattern: RegExp;
  readonly cure: string;
  /** Paths (or folders, ending in a slash) where it is at home. */
  readonly homes: readonly string[];
}

const browser = ["src/pages/"];

const bans: readonly Ban[] = [
  {
    pattern: /\bDate\.now\(|\bnew Date\(/,
    cure: "take a Clock and call nowMs(), or isoTime()",
    homes: ["src/lib/clock.ts", ...browser],
  },
  {
    pattern: /\bperformance\.now\(/,
    cure: "take a Clock and call elapsedMs()",
    homes: ["src/lib/clock.ts", ...browser],
  },
  {
    pattern: /\b(setTimeout|setInterval|setImmediate|queueMicrotask|AbortSignal\.timeout)\(/,
    cure: "take a Clock and call sleep() or soon(), or deadline()",
    homes: ["src/lib/clock.ts", ...browser],
  },
  {
    pattern: /\bMath\.random\(|\brandomUUID\(|\bgetRandomValues\(/,
    cure: "take Random or Ids",
    homes: ["src/lib/random.ts", ...browser],
  },
  {
    pattern: /\bprocess\.env\b/,
    cure: "read it in config/load.ts and pass it on",
    homes: ["src/config/load.ts", "src/pages/bundle.ts"],
  },
  { pattern: /\bconsole\./, cure: "log through Log, or print through cli/print.ts", homes: [] },
  {
    pattern: /:\s*any\b|\bas any\b|<any\b|\bas unknown as\b/,
    cure: "say the type",
    homes: ["src/protocol/define-method.ts", "src/protocol/define-event.ts"],
  },
  { pattern: /@ts-(ignore|nocheck)/, cure: "mend the type", homes: [] },
  { pattern: /\bexport \* from\b|\bexport default\b/, cure: "export by name", homes: ["src/sql.d.ts"] },
  { pattern: /catch(\s*\([^)]*\))?\s*\{\s*\}/, cure: "decide something in the catch, or let it go up", homes: [] },
  { pattern: /\bmock\.module\(/, cure: "give the thing a port", homes: [] },
];

/** `TODO` and its kin stand in comments, so they are looked for in the whole text. */
const leftovers = /\b(TODO|FIXME|XXX|HACK)\b/;

const runtimeHomes = [
  "src/lib/",
  "src/net/",
  "src/programs/",
  "src/discovery/multicast.ts",
  "src/engine/models/",
  "src/exec/spawn.ts",
  "src/headless/control-socket.ts",
  "src/headless/gpsd.ts",
  "src/tools/mcp/",
  "src/tools/workspace-files.ts",
  "src/providers/telegram/link.ts",
  "src/providers/whatsapp/thumbnail.ts",
  "src/providers/signal/leftovers.ts",
  "src/storage/",
  "src/backup/",
  "src/openclaw/source.ts",
  "src/openclaw/stores.ts",
  "src/update/",
  "src/gateway/server.ts",
  "src/gateway/side-server.ts",
  "src/gateway/http.ts",
  "src/app/",
  "src/cli/",
  "src/main.ts",
  "src/config/load.ts",
  "src/pages/bundle.ts",
  "src/pages/bundle-canvas.ts",
];

const bannedWords = /(^|[-./])(utils?|helpers?|common|misc|manager|impl|base|data|info|handle-all|v2)([-./]|$)/i;

export const charsPerLine = 120;
const linesPerFile = 300;
const exportsPerFace = 30;

export const rules: Readonly<Record<string, Rule>> = {
  "banned calls have a cure": (file) =>
    bans
      .filter(({ pattern, homes }) => pattern.test(file.code) && !isAtHome(file.path, homes))
      .map(({ pattern, cure }) => complain(file, `${pattern.exec(file.code)![0].trim()}: ${cure}`)),

  "nothing is left for later": (file) =>
    leftovers.test(file.text) ? [complain(file, "a leftover: do it, or drop it")] : [],

  "the runtime stays at the rim": (file) => {
    if (!file.path.startsWith("src/") || isAtHome(file.path, runtimeHomes)) return [];
    const usesBun =
      /\bBun\./.test(file.code) || importsOf(file).some(({ specifier }) => /^(bun|node):|^bun$/.test(specifier));
    return usesBun
      ? [complain(file, "Bun.* and node:* live in lib, storage, app, cli and the gateway's server: add a port there")]
      : [];
  },

  "lines fit the screen": (file) =>
    file.lines.flatMap((line, index) =>
      line.length <= charsPerLine
        ? []
        : [complain(file, `line ${index + 1} has ${line.length} characters: at most ${charsPerLine}`)],
    ),

  "files are short": (file) =>
    file.lines.length <= linesPerFile + 1
      ? []
      : [complain(file, `${file.lines.length} lines: split it, at most ${linesPerFile}`)],

  "names say what a thing is": (file) =>
    bannedWords.test(file.path.split("/").at(-1)!)
      ? [complain(file, "a word that says nothing is in the name: name the noun")]
      : [],

  "a face is short and opens with what the folder is": (file) => {
    if (!/^src\/[a-z]+\/index\.ts$/.test(file.path) || file.path === "src/cli/index.ts") return [];
    const exported = file.code.match(/^export /gm)?.length ?? 0;
    if (exported > exportsPerFace) return [complain(file, `${exported} exports: a face has at most ${exportsPerFace}`)];
    return file.text.startsWith("/** ")
      ? []
      : [complain(file, "open with one comment: what this noun is, and what it does not do")];
  },

  "imports point down, through faces": (file) => importsOf(file).flatMap((found) => layerComplaint(file, found)),
};

function layerComplaint(file: SourceFile, found: Import): Complaint[] {
  const from = within(file.path);
  const to = found.target === undefined ? undefined : within(found.target);
  if (!from || !to || from.folder === to.folder || isExcepted(from.path, to.path)) return [];
  const [fromRank, toRank] = [rankOf(from.folder), rankOf(to.folder)];
  if (fromRank === -1) return [complain(file, `${from.folder} has no rank: add it to app/layers.ts`)];
  if (toRank >= fromRank) {
    const may = layers.slice(0, fromRank).flat().join(", ");
    return [complain(file, `${from.folder} → ${to.folder}: ${from.folder} may import ${may}`)];
  }
  return isFace(from.path, to.path) ? [] : [complain(file, `${to.path}: import ${to.folder} through its index.ts`)];
}

function isFace(from: string, to: string): boolean {
  if (/^[a-z]+\/index\.ts$/.test(to) || !to.includes("/")) return true;
  const isTable = from === "gateway/methods.ts" || from === "gateway/events.ts";
  return isTable && /\.(methods|events)\.ts$/.test(to);
}

function isExcepted(from: string, to: string): boolean {
  return layerExceptions.some((exception) => from.startsWith(exception.from) && to === exception.to);
}

function within(path: string): { readonly path: string; readonly folder: string } | undefined {
  if (!path.startsWith("src/") || !/\.tsx?$/.test(path) || path.endsWith(".d.ts")) return undefined;
  const inside = path.slice("src/".length);
  return { path: inside, folder: inside.split("/")[0]! };
}

function rankOf(folder: string): number {
  return layers.findIndex((layer) => layer.includes(folder));
}

function isAtHome(path: string, homes: readonly string[]): boolean {
  return homes.some((home) => (home.endsWith("/") ? path.startsWith(home) : path === home));
}

function complain(file: SourceFile, message: string): Complaint {
  return { path: file.path, message };
}
