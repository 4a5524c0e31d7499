import { version } from "../app/version.ts";
import { exitCodes } from "./exit-codes.ts";
import { complain, printLine } from "./print.ts";

/** The command line: every command is loaded when it is called. */
export async function runCli(argv: readonly string[]): Promise<number> {
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-v")) {
    printLine(version);
    return exitCodes.done;
  }
  const { defineCommand, runMain } = await import("citty");
  const root = defineCommand({
    meta: { name: "clawdia", version, description: "Your personal messaging gateway" },
    subCommands: {
      gateway: () => import("./gateway.command.ts").then(({ gatewayCommand }) => gatewayCommand),
    },
  });
  void complain;
  await runMain(root, { rawArgs: [...argv] });
  return Number(process.exitCode ?? exitCodes.done);
}
