import { join } from "node:path";
import { cpus } from "node:os";
import { type Figure, goals, printFigures } from "./bench/figures.ts";
import { measureIsolation } from "./bench/isolation.ts";
import { measureNetworks } from "./bench/networks.ts";
import { measureCommands, measureStarts } from "./bench/processes.ts";
import { measureService } from "./bench/service.ts";
import { attempt, say } from "./lib/run.ts";

/**
 * `bun run bench [--json]`: starts the compiled binary, runs a bare `Bun.serve` doing the same work beside it, and
 * prints both with their ratio. Absolute figures move from machine to machine; ratios of one run count.
 */

const root = join(import.meta.dir, "..");
const asJson = process.argv.includes("--json");
const note = (text: string) => process.stderr.write(`${text}\n`);

note("building…");
if (attempt([process.execPath, "scripts/build.ts"], { cwd: root, quiet: true }) !== 0) process.exit(1);
const figures: Figure[] = [];
for (const [name, measure] of [
  ["starts", measureStarts],
  ["commands", measureCommands],
  ["service", measureService],
  ["networks", measureNetworks],
  ["isolation", measureIsolation],
] as const) {
  note(`measuring ${name}…`);
  figures.push(...(await measure()));
}

const commit = Bun.spawnSync(["git", "rev-parse", "--short=12", "HEAD"], { cwd: root }).stdout.toString().trim();
const machine = {
  processors: cpus().length,
  model: cpus()[0]?.model ?? "unknown",
  bun: Bun.version,
  platform: process.platform,
};
if (asJson) say(JSON.stringify({ machine, commit, figures }, undefined, 2));
else {
  say(`${machine.processors} × ${machine.model}, Bun ${machine.bun}, commit ${commit}`);
  printFigures(figures, goals);
}
