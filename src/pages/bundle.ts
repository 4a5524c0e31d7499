import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";

/**
 * A macro: it runs when the gateway is built (or, from source, when it is loaded) and leaves the finished files of a
 * page in its place. Never call it at run time.
 */

export interface PageFile {
  /** Path under the page's root, for instance `assets/main-1a2b3c4d.js`. */
  readonly path: string;
  readonly type: string;
  readonly body: string;
  /** Named by its content, so that it may be kept for ever. */
  readonly isImmutable: boolean;
}

export const pageTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
};

/**
 * `main.tsx` and what it imports become one script and one sheet, and what it imports later comes in pieces of its own;
 * other files of the folder are taken as they are.
 */
export function bundlePage(name: string): PageFile[] {
  const folder = join(import.meta.dir, name);
  const output = mkdtempSync(join(tmpdir(), "clawdia-page-"));
  try {
    buildForBrowser([
      join(folder, "main.tsx"),
      "--splitting",
      "--entry-naming=assets/[name]-[hash].[ext]",
      "--chunk-naming=assets/piece-[hash].[ext]",
      `--outdir=${output}`,
    ]);
    const worker = join(folder, "worker.ts");
    if (existsSync(worker)) buildForBrowser([worker, `--outdir=${output}`]);
    const assets = readdirSync(join(output, "assets")).map((file) => `assets/${file}`);
    const script = assets.find((path) => path.endsWith(".js") && !isPiece(path))!;
    const sheet = assets.find((path) => path.endsWith(".css")) ?? "";
    const fill = (text: string) =>
      text
        .replaceAll("%SCRIPT%", script)
        .replaceAll("%SHEET%", sheet)
        .replaceAll("%PIECES%", assets.filter(isPiece).join(" "))
        .replaceAll("%BUILD%", shortHash(script + sheet));
    const built = [...assets, ...(existsSync(worker) ? ["worker.js"] : [])];
    const plain = readdirSync(folder).filter((file) => [".html", ".svg", ".webmanifest"].includes(extname(file)));
    return [
      ...built.map((path) => fileOf(path, readFileSync(join(output, path), "utf8"), fill)),
      ...plain.map((path) => fileOf(path, readFileSync(join(folder, path), "utf8"), fill)),
    ];
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

function isPiece(path: string): boolean {
  return path.startsWith("assets/piece-");
}

function fileOf(path: string, source: string, fill: (text: string) => string): PageFile {
  const isImmutable = path.startsWith("assets/");
  return {
    path,
    type: pageTypes[extname(path)] ?? "application/octet-stream",
    body: isImmutable ? source : fill(source),
    isImmutable,
  };
}

/** `bun build` as all pages need it. */
export function buildForBrowser(args: readonly string[]): void {
  const { version } = JSON.parse(readFileSync(join(import.meta.dir, "../../package.json"), "utf8")) as {
    version: string;
  };
  const define = [`--define=CLAWDIA_VERSION=${JSON.stringify(version)}`, '--define=process.env.NODE_ENV="production"'];
  // Otherwise JSX becomes the larger calls that are meant for debugging.
  const env = { ...process.env, BUN_BE_BUN: "1", NODE_ENV: "production" };
  const { status, stderr } = spawnSync(
    process.execPath,
    ["build", "--target=browser", "--minify", ...define, ...args],
    { env, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`the page could not be built: ${stderr}`);
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
