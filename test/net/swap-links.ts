import { lstatSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

/**
 * Run beside a test: turns a folder and a file into links to a forbidden place and back, as fast as it can, until the
 * file `stop` is there. Prints how often.
 */

const [root = "", outside = ""] = process.argv.slice(2);
const at = (name: string) => join(root, name);
symlinkSync(outside, at("link-to-folder"));
symlinkSync(join(outside, "file.txt"), at("link-to-file"));

let swaps = 0;
while (!lstatSync(at("stop"), { throwIfNoEntry: false })) {
  // The folder's way: a link takes its place, then it comes back.
  renameSync(at("folder"), at("folder-aside"));
  renameSync(at("link-to-folder"), at("folder"));
  renameSync(at("folder"), at("link-to-folder"));
  renameSync(at("folder-aside"), at("folder"));
  // The file's way: a link replaces it in one step.
  renameSync(at("file.txt"), at("file-aside"));
  renameSync(at("link-to-file"), at("file.txt"));
  renameSync(at("file.txt"), at("link-to-file"));
  renameSync(at("file-aside"), at("file.txt"));
  swaps++;
}
rmSync(at("stop"));
await Bun.write(Bun.stdout, String(swaps));
