import { defineCommand } from "citty";
import { restoreBackup, RestoreRefused, TarError } from "../backup/index.ts";
import { findPaths, processEnvironment } from "../config/index.ts";
import { realClock, resolvePath } from "../lib/index.ts";
import { refused } from "./failure.ts";
import { printJson, printLine } from "./print.ts";
import { paint } from "./style.ts";
import { countWords } from "./words.ts";

/** `clawdia restore FILE`: a backup in place of the state, which is kept aside. */
export const restoreCommand = defineCommand({
  meta: { name: "restore", description: "Put a backup in place of the state; the old state is kept aside" },
  args: {
    file: { type: "positional", required: true, description: "A file that clawdia backup made" },
    json: { type: "boolean", description: "Print JSON for programs; errors too" },
    profile: { type: "string", description: "Use ~/.clawdia-NAME", valueHint: "NAME" },
  },
  run: ({ args }) => restore(resolvePath(args.file), args.profile, args.json === true),
});

function restore(file: string, profile: string | undefined, isJson: boolean): void {
  const environment = processEnvironment();
  const paths = findPaths(environment, profile ?? (environment["CLAWDIA_PROFILE"] || undefined));
  const { contents, before } = restored({ paths, file, clock: realClock });
  const { madeAt, version, files } = contents;
  if (isJson)
    return printJson({ stateDir: paths.stateDir, madeAt, version, files: files.length, before: before ?? null });
  printLine(`${paint("green", "restored")} ${countWords(files.length, "file")} of ${madeAt} to ${paths.stateDir}`);
  if (before !== undefined) printLine(`What was there before: ${before}`);
  printLine("Start it: clawdia service start, or clawdia gateway");
}

function restored(options: Parameters<typeof restoreBackup>[0]) {
  try {
    return restoreBackup(options);
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (isMissing) throw refused(`there is no file ${options.file}`);
    if (error instanceof RestoreRefused || error instanceof TarError) throw refused(error.message);
    throw error;
  }
}
