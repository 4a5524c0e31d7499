import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * A macro: it runs when the binary is built (or, from source, when it is loaded) and leaves the notices of every
 * package that the binary contains in its place. Never call it at run time.
 */

export interface Notice {
  readonly name: string;
  readonly version: string;
  /** SPDX expression, as the package says. */
  readonly license: string;
  /** Its licence and notice files; empty when it has none. */
  readonly text: string;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string | { readonly type?: string };
  readonly licenses?: readonly { readonly type?: string }[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const noticeFile = /^(licen[cs]e|copying|notice)([-_.].*)?$/i;

/** All production dependencies, transitively, by name. */
export function collectNotices(): Notice[] {
  const root = join(import.meta.dir, "../..");
  const found = new Map<string, Notice>();
  const folders = [root];
  const seen = new Set(folders);
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
    if (folder !== root) found.set(`${manifest.name}@${manifest.version}`, noticeOf(folder, manifest));
    for (const name of dependenciesOf(manifest)) {
      const next = folderOf(name, folder);
      if (next === undefined || seen.has(next)) continue;
      seen.add(next);
      folders.push(next);
    }
  }
  return [...found.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, notice]) => notice);
}

function dependenciesOf({ dependencies, optionalDependencies, peerDependencies }: Manifest): string[] {
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
}

/** Where a package finds its dependency: in the nearest node_modules above it. Optional ones may be nowhere. */
function folderOf(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return candidate;
    if (dirname(folder) === folder) return undefined;
  }
}

function noticeOf(folder: string, { name, version, license, licenses }: Manifest): Notice {
  const said =
    typeof license === "string" ? license : (license?.type ?? licenses?.map(({ type }) => type).join(" OR "));
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && noticeFile.test(entry.name))
    .map((entry) => readFileSync(join(folder, entry.name), "utf8").trim());
  return { name, version, license: said ?? "see its text", text: files.join("\n\n") };
}
