import { readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";

/** The repository's files as the style law reads them. */

export const root = join(import.meta.dir, "../..");

export interface SourceFile {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** The text without comments and with empty strings, so that words in prose break no rule. */
  readonly code: string;
  readonly lines: readonly string[];
}

export interface Import {
  readonly specifier: string;
  /** From the root, for relative specifiers. */
  readonly target: string | undefined;
  readonly isTypeOnly: boolean;
}

/** Files that git tracks or would track, of these endings. */
export function sourceFiles(folders: readonly string[], endings: readonly string[] = [".ts", ".tsx"]): SourceFile[] {
  const listed = Bun.spawnSync(["git", "ls-files", "--cached", "--others", "--exclude-standard", ...folders], {
    cwd: root,
  });
  const paths = [...new Set(listed.stdout.toString().split("\n"))].filter((path) =>
    endings.some((ending) => path.endsWith(ending)),
  );
  return paths.flatMap((path) => {
    const text = readIfThere(join(root, path));
    return text === undefined ? [] : [parseSource(path, text)];
  });
}

export function parseSource(path: string, text: string): SourceFile {
  return { path, text, code: codeOf(text), lines: text.split("\n") };
}

/** Static and dynamic imports and re-exports. */
export function importsOf(file: SourceFile): Import[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s+(type\s+)?[^;"']*?from\s*"([^"]+)"|import\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g;
  return [...withoutComments(file.text).matchAll(pattern)].map((match) => {
    const specifier = match[2] ?? match[3] ?? match[4]!;
    const target = specifier.startsWith(".")
      ? normalize(join(dirname(file.path), specifier)).replaceAll("\\", "/")
      : undefined;
    return { specifier, target, isTypeOnly: match[1] !== undefined };
  });
}

export function fromRoot(path: string): string {
  return relative(root, path).replaceAll("\\", "/");
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/[^\n]*/g, "$1");
}

/** Comments go; the content of strings, templates and regular expressions goes. Good enough to find banned calls. */
function codeOf(text: string): string {
  return withoutComments(text)
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''")
    .replace(/`(?:[^`\\$]|\\.|\$(?!\{))*`/g, "``");
}
