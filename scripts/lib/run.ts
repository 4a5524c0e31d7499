/** Running other programs from scripts, and talking to the person who started them. */

export interface RunOptions {
  readonly cwd: string;
  /** Shows the program's output only when it fails. */
  readonly quiet?: boolean;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Runs to the end; a failure ends the script with the program's exit code. */
export function run(command: readonly string[], options: RunOptions): void {
  const code = attempt(command, options);
  if (code !== 0) process.exit(code);
}

/** Runs to the end and returns the exit code. */
export function attempt(command: readonly string[], { cwd, quiet = false, env = process.env }: RunOptions): number {
  const output = quiet ? "pipe" : "inherit";
  const result = Bun.spawnSync([...command], { cwd, env: { ...env }, stdin: "ignore", stdout: output, stderr: output });
  if (quiet && result.exitCode !== 0) process.stderr.write(`${result.stdout?.toString()}${result.stderr?.toString()}`);
  return result.exitCode;
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
