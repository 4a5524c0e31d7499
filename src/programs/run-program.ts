/** A program that is run to its end for what it says. */

export interface RunOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunSettings {
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly deadlineMs: number;
}

/** As shells say it, for a program that is not there. */
const notFoundCode = 127;

/** Never rejects for what the program does: one that is not there ends with 127, one that hangs is killed. */
export async function runProgram(command: readonly string[], settings: RunSettings): Promise<RunOutcome> {
  const [name = ""] = command;
  const { environment, deadlineMs } = settings;
  if (Bun.which(name, { PATH: environment["PATH"] ?? "" }) === null) {
    return { code: notFoundCode, stdout: "", stderr: `${name} is not installed, or not in PATH` };
  }
  const child = Bun.spawn([...command], {
    env: { ...environment },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: deadlineMs,
    killSignal: "SIGKILL",
  });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, stdout, stderr };
}
