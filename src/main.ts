import { runCli } from "./cli/index.ts";

/** Entry of the binary: everything is in the commands. */
process.umask(0o077);
process.exitCode = await runCli(process.argv.slice(2));
