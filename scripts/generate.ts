import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { artefacts } from "./generate/artefacts.ts";
import { say } from "./lib/run.ts";

/** `bun run generate`: writes `schemas/` anew from the declarations in src. What is not derived any more goes. */

const folder = join(import.meta.dir, "../schemas");
const files = artefacts();

rmSync(folder, { recursive: true, force: true });
for (const [path, text] of files) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
say(`schemas: ${files.size} files`);
