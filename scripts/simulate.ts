import { writeFileSync } from "node:fs";
import { say } from "./lib/run.ts";
import { simulate } from "./simulate/simulation.ts";

/**
 * `bun run simulate [--days N --seed N --json --trace FILE]`: a month of a person's life with the gateway on simulated
 * time: networks that fail, a machine that sleeps, clocks that jump, crashes. Exit code 1 when something is lost, said
 * twice, out of order, stuck, or grows.
 */

const usualDays = 30;

const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? undefined : process.argv[at + 1];
};

const traceFile = option("trace");
const startedAt = performance.now();
const report = await simulate({
  days: Number(option("days") ?? usualDays),
  seed: Number(option("seed") ?? 1),
  keepsTrace: traceFile !== undefined,
  watchesHeap: true,
  dayOver: (day) => process.stderr.write(`day ${day}, ${Math.round((performance.now() - startedAt) / 100) / 10} s\n`),
});
if (traceFile !== undefined) writeFileSync(traceFile, `${report.lines.join("\n")}\n`);
const { lines: _lines, ...facts } = report;
if (process.argv.includes("--json")) say(JSON.stringify(facts));
else say(JSON.stringify(facts, undefined, 2));
process.exitCode = report.faults.length === 0 ? 0 : 1;
