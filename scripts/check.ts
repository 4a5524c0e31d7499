import { join } from "node:path";
import { attempt, say } from "./lib/run.ts";

/** `bun run check`: types, format, lint and a lock file without host names. Tests are `bun run test`. */

const root = join(import.meta.dir, "..");

const steps: readonly (readonly [name: string, command: readonly string[]])[] = [
  ["types", [process.execPath, "check", "--no-script"]],
  ["format", [process.execPath, "fmt", "--no-script", "--check"]],
  ["lint", ["node_modules/.bin/oxlint", "--type-aware", "--deny-warnings"]],
];

export interface StepResult {
  readonly name: string;
  readonly passed: boolean;
}

/** Runs every step, also after a failure, so that one run tells all. */
export function runChecks(): StepResult[] {
  return steps.map(([name, command]) => {
    const passed = attempt(command, { cwd: root, quiet: true }) === 0;
    say(`${passed ? "ok  " : "FAIL"} ${name}`);
    return { name, passed };
  });
}

if (import.meta.main) process.exit(runChecks().every(({ passed }) => passed) ? 0 : 1);
