import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { buildForBrowser, pageTypes, type PageFile } from "./bundle.ts";

/**
 * A macro like `bundlePage`: the canvas's own pages. `tab` is the page that a person opens; `a2ui` is what web views of
 * apps load; both share their pieces. `frame` and `picture` go into agents' pages, as plain scripts.
 * `worker` shows the tab's notifications.
 */
export function bundleCanvas(): PageFile[] {
  const folder = join(import.meta.dir, "canvas");
  const output = mkdtempSync(join(tmpdir(), "clawdia-canvas-"));
  try {
    buildForBrowser([
      join(folder, "tab.tsx"),
      join(folder, "a2ui.ts"),
      "--splitting",
      "--entry-naming=assets/[name]-[hash].[ext]",
      "--chunk-naming=assets/piece-[hash].[ext]",
      `--outdir=${output}`,
    ]);
    for (const script of ["frame.ts", "picture.ts"]) {
      buildForBrowser([join(folder, script), "--format=iife", "--entry-naming=[name].[ext]", `--outdir=${output}`]);
    }
    const worker = [join(folder, "tab-worker.ts"), "--format=iife", "--entry-naming=worker.[ext]"];
    buildForBrowser([...worker, `--outdir=${output}`]);
    const assets = readdirSync(join(output, "assets")).map((file) => `assets/${file}`);
    const named = (start: string, type: string) =>
      assets.find((path) => path.startsWith(`assets/${start}-`) && path.endsWith(type)) ?? "";
    const fill = (text: string) =>
      text
        .replaceAll("%TAB_SCRIPT%", named("tab", ".js"))
        .replaceAll("%TAB_SHEET%", named("tab", ".css"))
        .replaceAll("%A2UI_SCRIPT%", named("a2ui", ".js"))
        .replaceAll("%A2UI_SHEET%", named("a2ui", ".css"));
    const plain = readdirSync(folder).filter((file) => [".html", ".webmanifest"].includes(extname(file)));
    return [
      ...assets.map((path) => fileOf(path, readFileSync(join(output, path), "utf8"))),
      ...["frame.js", "picture.js", "worker.js"].map((path) => fileOf(path, readFileSync(join(output, path), "utf8"))),
      ...plain.map((path) => fileOf(path, fill(readFileSync(join(folder, path), "utf8")))),
    ];
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

function fileOf(path: string, body: string): PageFile {
  const type = pageTypes[extname(path)] ?? "application/octet-stream";
  return { path, type, body, isImmutable: path.startsWith("assets/") };
}
