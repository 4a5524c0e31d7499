import { version } from "../app/version.ts";
import { exitCodes } from "./exit-codes.ts";
import { printLine } from "./print.ts";

/** The command line. Asking for the version loads nothing else. */
export async function runCli(argv: readonly string[]): Promise<number> {
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-v")) {
    printLine(version);
    return exitCodes.done;
  }
  const { runCommandLine } = await import("./run.ts");
  return runCommandLine(argv);
}
