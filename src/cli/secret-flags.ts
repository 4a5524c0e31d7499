import { complain } from "./print.ts";

/** A secret in argv is visible to every process on the machine: it is hidden where that can be done, and said. */
export async function hideFromProcessList(secret: string, flag: string, instead: string): Promise<void> {
  const { scrubArgv } = await import("./argv-scrub.ts");
  const hidden = scrubArgv(secret);
  const why = hidden
    ? "it was hidden from the process list, but your shell's history has it"
    : "other users of this machine can read it";
  complain(`warning: ${flag} VALUE puts a secret on the command line; ${why}. Use ${instead} instead.`);
}
